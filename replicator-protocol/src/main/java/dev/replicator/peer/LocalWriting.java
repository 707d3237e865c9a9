package dev.replicator.peer;

import dev.replicator.document.DocumentParser;
import dev.replicator.document.ParsedDocument;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.local.DocumentRule;
import dev.replicator.local.EditMaker;
import dev.replicator.local.FollowedDocument;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.WriteFailure;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Adds revisions that were made elsewhere to a database. Thread-safe. */
final class LocalWriting {
    private static final String WRITING = "writing documents";

    /** Revisions are committed when so much of their JSON has gathered, if not so many of them before. */
    private static final long COMMIT_BYTES = 4 << 20;

    private static final int COPY_BYTES = 64 << 10;

    private final StorageCalls storage;
    private final String user;
    private final Supplier<LocalPeer.Limits> limits;
    private final DocumentRule rule;
    private final WriteObserver observer;
    private final InstantSource clock;

    LocalWriting(
            StorageCalls storage,
            String user,
            Supplier<LocalPeer.Limits> limits,
            DocumentRule rule,
            WriteObserver observer,
            InstantSource clock) {
        this.storage = storage;
        this.user = user;
        this.limits = limits;
        this.rule = rule;
        this.observer = observer;
        this.clock = clock;
    }

    /**
     * Some of the revisions on their way into the store.
     *
     * @param end where the next begin
     */
    private record Part(int end, CompletionStage<List<EditOutcome>> committed) {}

    List<WriteFailure> write(Database database, List<FetchedRevision.Document> revisions) throws InterruptedException {
        List<WriteFailure> failures = new ArrayList<>();
        int end = 0;
        while (end < revisions.size()) {
            int begin = end;
            Part part = storage.call(WRITING, () -> commit(database, revisions, begin, failures));
            storage.await(WRITING, part.committed());
            end = part.end();
        }
        return failures;
    }

    private Part commit(
            Database database, List<FetchedRevision.Document> revisions, int begin, List<WriteFailure> failures) {
        AttachmentLease lease = database.lease();
        try {
            EditMaker maker = maker(database, lease);
            List<Edit> edits = new ArrayList<>();
            long bytes = 0;
            int end = begin;
            while (end < revisions.size() && edits.size() < Database.MAX_PAGE && bytes < COMMIT_BYTES) {
                FetchedRevision.Document revision = revisions.get(end++);
                bytes += revision.json().length;
                try {
                    edits.add(edit(maker, revision));
                } catch (CouchException e) {
                    failures.add(failure(revision, e.error()));
                }
            }
            return new Part(end, commit(database, edits, lease));
        } catch (Throwable e) {
            lease.close();
            throw e;
        }
    }

    private EditMaker maker(Database database, AttachmentLease lease) {
        return new EditMaker(database, lease, user, clock.millis(), rule);
    }

    private Edit edit(EditMaker maker, FetchedRevision.Document revision) {
        LocalPeer.Limits now = limits.get();
        ParsedDocument document = DocumentParser.parse(revision.json(), maker.intake(), now.attachments());
        return edit(maker, revision, document, now);
    }

    private static Edit edit(
            EditMaker maker, FetchedRevision.Document revision, ParsedDocument document, LocalPeer.Limits now) {
        now.check(revision.id(), document);
        return maker.replicated(revision.id(), document);
    }

    /** @param lease closed once all is durable, or will not be */
    private CompletionStage<List<EditOutcome>> commit(Database database, List<Edit> edits, AttachmentLease lease) {
        CompletionStage<List<EditOutcome>> committed =
                edits.isEmpty() ? CompletableFuture.completedStage(List.of()) : database.commit(edits);
        return committed.whenComplete((_, _) -> lease.close()).thenApply(outcomes -> {
            observer.committed(edits, outcomes);
            return outcomes;
        });
    }

    private WriteFailure failure(FetchedRevision.Document revision, CouchError error) {
        observer.refused(revision.id(), error);
        return new WriteFailure(revision.id(), revision.revision().toString(), error.error(), error.reason());
    }

    Optional<WriteFailure> writeWithAttachments(Database database, FetchedRevision.Document revision)
            throws InterruptedException {
        AttachmentLease lease = storage.call(WRITING, database::lease);
        CompletionStage<List<EditOutcome>> committed;
        try {
            LocalPeer.Limits now = limits.get();
            ParsedDocument document = received(database, lease, revision, now);
            committed = storage.call(
                    WRITING,
                    () -> commit(database, List.of(edit(maker(database, lease), revision, document, now)), lease));
        } catch (CouchException e) {
            storage.always(lease::close);
            return Optional.of(failure(revision, e.error()));
        } catch (Throwable e) {
            storage.always(lease::close);
            throw e;
        }
        storage.await(WRITING, committed);
        return Optional.empty();
    }

    private ParsedDocument received(
            Database database, AttachmentLease lease, FetchedRevision.Document revision, LocalPeer.Limits now)
            throws InterruptedException {
        FollowedDocument document = storage.call(
                WRITING,
                () -> new FollowedDocument(database, lease, revision.id(), revision.json(), now.attachments()));
        try {
            for (FetchedRevision.Following attachment : revision.following()) {
                call(() -> document.begin(Optional.of(attachment.name())));
                copy(revision, attachment, document);
                call(document::endAttachment);
            }
            checkEnd(revision);
            return document.end();
        } finally {
            storage.always(document::close);
        }
    }

    private void call(Runnable work) throws InterruptedException {
        storage.call(WRITING, () -> {
            work.run();
            return null;
        });
    }

    /** Reads from the source on the caller's thread: it may wait for a network, and the store's threads must not. */
    private void copy(
            FetchedRevision.Document revision, FetchedRevision.Following attachment, FollowedDocument document)
            throws InterruptedException {
        byte[] part = new byte[(int) Math.min(COPY_BYTES, attachment.bytes())];
        long left = attachment.bytes();
        while (left > 0) {
            int count = read(revision, part, (int) Math.min(part.length, left));
            call(() -> document.take(part, 0, count));
            left -= count;
        }
    }

    private int read(FetchedRevision.Document revision, byte[] into, int most) throws InterruptedException {
        int count = reading(revision, bytes -> bytes.readNBytes(into, 0, most));
        if (count == 0) {
            throw new PeerException.Passing(brokenOff(revision) + "the attachments end too early");
        }
        return count;
    }

    /** What is wrong with the last of the bytes is said behind them. */
    private void checkEnd(FetchedRevision.Document revision) throws InterruptedException {
        if (reading(revision, InputStream::read) >= 0) {
            throw new PeerException.Passing(brokenOff(revision) + "more comes than its attachments");
        }
    }

    @FunctionalInterface
    private interface Reading {
        int read(InputStream bytes) throws IOException;
    }

    private int reading(FetchedRevision.Document revision, Reading reading) throws InterruptedException {
        try {
            return reading.read(revision.bytes());
        } catch (InterruptedIOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new PeerException.Passing(brokenOff(revision) + e.getMessage(), e, Optional.empty());
        } catch (IOException e) {
            throw new PeerException.Passing(brokenOff(revision) + e.getMessage(), e, Optional.empty());
        }
    }

    private String brokenOff(FetchedRevision.Document revision) {
        return storage.peer() + ": " + revision.revision() + " of document '" + revision.id()
                + "' broke off on its way here: ";
    }
}
