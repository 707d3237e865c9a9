package dev.replicator.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.document.AttachmentIntake;
import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.DocumentParser;
import dev.replicator.document.ParsedDocument;
import dev.replicator.local.EditMaker;
import dev.replicator.local.RevsDiff;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevision.Following;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.Peer;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.StoredDocument;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A peer and the database behind it, empty for each test, and short words for what tests do to them. */
@Timeout(300)
abstract class PeerFixture {
    static final AttachmentLimits LIMITS = new AttachmentLimits(64 << 20, 1000);

    @TempDir
    Path temporary;

    PeerContract.Peers peers;
    Database db;
    Peer peer;

    private final List<Peer> made = new ArrayList<>();

    abstract PeerContract.Peers open(Path folder);

    @BeforeEach
    void openPeer() {
        peers = open(temporary.resolve("store"));
        db = peers.store().create("db").orElseThrow();
        peer = peer("db");
    }

    @AfterEach
    void closePeers() {
        made.forEach(Peer::close);
        peers.close();
    }

    /** A further peer, closed after the test. */
    Peer peer(String database) {
        Peer further = peers.peer(database);
        made.add(further);
        return further;
    }

    /** Returns when a thread waits for something, or has ended. */
    static void awaitWaiting(Thread thread) {
        Set<Thread.State> until = EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
        while (!until.contains(thread.getState())) {
            Thread.onSpinWait();
        }
    }

    // ---- the database behind the peer

    /** Makes an edit as a client would, and gives the revision it made. */
    Revision put(String json) {
        return ((EditOutcome.Saved) commit(db, false, List.of(json)).getFirst()).revision();
    }

    void puts(List<String> documents) {
        for (int from = 0; from < documents.size(); from += Database.MAX_PAGE) {
            commit(db, false, documents.subList(from, Math.min(from + Database.MAX_PAGE, documents.size())));
        }
    }

    /** Adds revisions that were made elsewhere. */
    void replicate(String... documents) {
        commit(db, true, List.of(documents));
    }

    static List<EditOutcome> commit(Database database, boolean replicated, List<String> documents) {
        try (AttachmentLease lease = database.lease()) {
            EditMaker maker = new EditMaker(database, lease, "jan", 1_700_000_000_123L);
            List<Edit> edits = new ArrayList<>();
            for (String json : documents) {
                ParsedDocument sent = DocumentParser.parse(json.getBytes(UTF_8), maker.intake(), LIMITS);
                String id = sent.id().orElseThrow();
                edits.add(replicated ? maker.replicated(id, sent) : maker.update(id, sent));
            }
            return database.commit(edits).toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static StoredDocument stored(Database database, String id) {
        return database.document(id).orElseThrow(() -> new AssertionError("no document " + id));
    }

    static List<String> leaves(Database database, String id) {
        return stored(database, id).tree().leaves().stream()
                .map(RevisionNode::toString)
                .toList();
    }

    static String body(Database database, String id, String revision) {
        return new String(
                database.content(stored(database, id), Revision.parse(revision))
                        .orElseThrow()
                        .body(),
                UTF_8);
    }

    // ---- what peers are given, and what they give

    static List<Revision> revisions(String... revisions) {
        return Arrays.stream(revisions).map(Revision::parse).toList();
    }

    static RevsDiff wanted(String id, String... revisions) {
        return new RevsDiff(id, revisions(revisions), List.of());
    }

    /** What a peer is given to write, of a well-formed document. */
    static FetchedRevision.Document document(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        ParsedDocument parsed = parse(bytes);
        return new FetchedRevision.Document(
                parsed.id().orElseThrow(), parsed.revision().orElseThrow(), bytes);
    }

    static FetchedRevision.Document document(String json, List<Following> following, byte[] bytes) {
        FetchedRevision.Document plain = document(json);
        return new FetchedRevision.Document(
                plain.id(), plain.revision(), plain.json(), following, new ByteArrayInputStream(bytes));
    }

    static ParsedDocument parse(byte[] json) {
        return DocumentParser.parseRoot(new ByteArrayInputStream(json), AttachmentIntake.DISCARDING, LIMITS);
    }

    /**
     * An answer to the wish for a revision, read to its end.
     *
     * @param document empty where it is missing
     * @param bytes of the attachments that follow
     */
    record Fetched(
            String id,
            String revision,
            Optional<ParsedDocument> document,
            String json,
            List<Following> following,
            byte[] bytes) {
        String body() {
            return new String(document.orElseThrow().body(), UTF_8);
        }

        List<String> history() {
            return document.orElseThrow().history().orElseThrow().revisions().stream()
                    .map(Revision::toString)
                    .toList();
        }

        @Override
        public String toString() {
            return id + " " + revision + (document.isEmpty() ? " missing" : "");
        }
    }

    List<Fetched> fetch(RevsDiff... wanted) throws InterruptedException {
        return fetch(List.of(wanted));
    }

    List<Fetched> fetch(List<RevsDiff> wanted) throws InterruptedException {
        List<Fetched> all = new ArrayList<>();
        try (FetchedRevisions fetched = peer.fetch(wanted)) {
            for (Optional<FetchedRevision> next = fetched.next(); next.isPresent(); next = fetched.next()) {
                all.add(read(next.get()));
            }
        }
        return all;
    }

    static Fetched read(FetchedRevision fetched) {
        return switch (fetched) {
            case FetchedRevision.Missing missing ->
                new Fetched(missing.id(), missing.revision().toString(), Optional.empty(), "", List.of(), new byte[0]);
            case FetchedRevision.Document document -> {
                try {
                    yield new Fetched(
                            document.id(),
                            document.revision().toString(),
                            Optional.of(parse(document.json())),
                            new String(document.json(), UTF_8),
                            document.following(),
                            document.bytes().readAllBytes());
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        };
    }
}
