package dev.replicator.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Attachment;
import dev.replicator.local.AttachmentCoding;
import dev.replicator.local.RevsDiff;
import dev.replicator.replication.ChangedDocument;
import dev.replicator.replication.ChangesPage;
import dev.replicator.replication.ChangesRequest;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.Peer;
import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one peer gives, another takes: by the steps of a replication, all that one has comes to the other. */
abstract class PeerRoundTripContract extends PeerFixture {
    /** Brings changes over, a page at a time. */
    private static void replicate(Peer source, Peer target, int batch) throws InterruptedException {
        PeerSequence since = PeerSequence.START;
        ChangesPage page;
        do {
            page = source.changes(new ChangesRequest(since, batch, true, new ReplicationFilter.None(), Duration.ZERO));
            bring(source, target, page.rows());
            since = page.last();
        } while (page.rows().size() == batch);
    }

    private static void bring(Peer source, Peer target, List<ChangedDocument> rows) throws InterruptedException {
        Map<String, List<Revision>> revisions = new LinkedHashMap<>();
        rows.forEach(row -> revisions.put(row.id(), row.revisions()));
        List<RevsDiff> missing = target.missing(revisions);
        List<FetchedRevision.Document> plain = new ArrayList<>();
        try (FetchedRevisions fetched = source.fetch(missing)) {
            for (Optional<FetchedRevision> next = fetched.next(); next.isPresent(); next = fetched.next()) {
                FetchedRevision.Document document = (FetchedRevision.Document) next.get();
                if (document.following().isEmpty()) {
                    plain.add(document);
                } else {
                    assertEquals(Optional.empty(), target.writeWithAttachments(document));
                }
            }
        }
        assertEquals(List.of(), target.write(plain));
    }

    /** All that is replicated of a database: leaves with their history, bodies and attachments, bytes too. */
    private static List<String> content(Database database) {
        List<String> content = new ArrayList<>();
        for (Change change : database.changes(database.beginning(), database.last(), Database.MAX_PAGE)) {
            StoredDocument document = stored(database, change.id());
            for (RevisionNode leaf : change.leaves()) {
                var kept = database.content(document, leaf.revision()).orElseThrow();
                String history = document.tree().history(leaf.revision()).stream()
                        .map(node -> node.revision().toString())
                        .toList()
                        .toString();
                String attachments = kept.attachments().stream()
                        .map(attachment -> text(database, attachment))
                        .toList()
                        .toString();
                content.add(
                        change.id() + " " + history + leaf.deleted() + new String(kept.body(), UTF_8) + attachments);
            }
        }
        return content.stream().sorted().toList();
    }

    private static String text(Database database, Attachment attachment) {
        try (InputStream bytes = AttachmentCoding.stored(database, attachment.blob())) {
            return attachment.name() + " " + attachment.contentType() + " " + attachment.revpos() + " "
                    + attachment.blob().length() + " "
                    + HexFormat.of().formatHex(attachment.blob().md5()) + " "
                    + HexFormat.of().formatHex(bytes.readAllBytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String base64(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** An edit, a revision of elsewhere, or a deletion, of one of a few documents. */
    private void change(Random random) {
        String id = List.of("a", "b/c?d", "\u00e9\ud83d\ude00", "_design/x", "+ %2F", "e")
                .get(random.nextInt(6));
        String value = "\"v\":" + random.nextInt(1000);
        Optional<StoredDocument> there = db.document(id);
        String attachments = random.nextInt(3) > 0
                ? ""
                : ",\"_attachments\":{\"" + List.of("f", "\u00e9/g", "t").get(random.nextInt(3))
                        + "\":{\"content_type\":\""
                        + List.of("text/plain", "image/png").get(random.nextInt(2))
                        + "\",\"data\":\"" + base64(random, random.nextInt(8) == 0 ? 200_000 : 50) + "\"}"
                        + kept(there) + "}";
        if (random.nextInt(4) == 0) {
            int generation = 1 + random.nextInt(5);
            replicate("{\"_id\":\"" + id + "\",\"_rev\":\"" + generation + "-odd" + random.nextInt(4) + "\"," + value
                    + (random.nextBoolean() ? "" : ",\"_deleted\":true") + "}");
            return;
        }
        String parent = there.filter(document -> !document.tree().isDeleted())
                .map(document -> ",\"_rev\":\"" + document.tree().winner().revision() + "\"")
                .orElse("");
        String deleted = !parent.isEmpty() && random.nextInt(5) == 0 ? ",\"_deleted\":true" : "";
        put("{\"_id\":\"" + id + "\"," + value + parent + deleted + attachments + "}");
    }

    /** Stubs of what the winner has by other names. */
    private String kept(Optional<StoredDocument> there) {
        return there.filter(document -> !document.tree().isDeleted())
                .flatMap(document ->
                        db.content(document, document.tree().winner().revision()))
                .map(content -> content.attachments().stream()
                        .filter(attachment -> attachment.name().equals("other"))
                        .map(attachment -> ",\"other\":{\"stub\":true}")
                        .findFirst()
                        .orElse(",\"other\":{\"data\":\"b3RoZXI=\"}"))
                .orElse("");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 500})
    void allThatOneHasComesToTheOther(int batch) throws InterruptedException {
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("seed of allThatOneHasComesToTheOther: " + seed);
        Random random = new Random(seed);
        Database copy = peers.store().create("copy").orElseThrow();
        Peer target = peer("copy");
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 30; i++) {
                change(random);
            }
            replicate(peer, target, batch);
            assertEquals(content(db), content(copy), "seed " + seed);
        }
        long before = copy.status().documents();
        assertTrue(before > 0);
        String last = copy.last().token();
        replicate(peer, target, batch);
        assertEquals(last, copy.last().token(), "nothing is written twice");
    }

    @Test
    void severalThreadsUseOnePeer() throws InterruptedException, ExecutionException {
        int threads = 4;
        Database copy = peers.store().create("copy").orElseThrow();
        Peer target = peer("copy");
        for (int i = 0; i < 200; i++) {
            String attachment = i % 10 > 0 ? "" : ",\"_attachments\":{\"f\":{\"data\":\"AAEC\"}}";
            put("{\"_id\":\"d" + i + "\",\"v\":" + i + attachment + "}");
        }
        List<ChangedDocument> rows = peer.changes(
                        new ChangesRequest(PeerSequence.START, 1000, true, new ReplicationFilter.None(), Duration.ZERO))
                .rows();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<Future<Void>> done = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                // They overlap, so that the same revision is written by several.
                List<ChangedDocument> part = rows.subList(i * 40, i * 40 + 80);
                Callable<Void> work = () -> {
                    for (int from = 0; from < part.size(); from += 20) {
                        bring(peer, target, part.subList(from, from + 20));
                    }
                    return null;
                };
                done.add(workers.submit(work));
            }
            for (Future<Void> one : done) {
                one.get();
            }
        }
        assertEquals(content(db), content(copy));
    }
}
