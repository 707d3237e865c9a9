package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.StoreException;
import dev.replicator.store.StoredDocument;
import dev.replicator.store.TestEdits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many edit the same documents while they are compacted and swept, and writes fail now and then. */
@Timeout(120)
class FaultsTest {
    private static final long SEED = 5;
    private static final int THREADS = 4;
    private static final int ROUNDS = 150;
    private static final int DOCUMENTS = 6;

    @TempDir
    Path folder;

    private final Random faults = new Random(SEED);
    /** The greatest generation that was acknowledged, by document: its winner's is no lower. */
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

    private final Set<String> made = new ConcurrentSkipListSet<>();
    private final Set<String> purged = new ConcurrentSkipListSet<>();

    private volatile boolean failing;
    private RocksDatabase database;

    /** On the committing thread alone. */
    private Consumer<byte[]> faulty(Consumer<byte[]> disk) {
        return batch -> {
            if (failing && faults.nextInt(12) == 0) {
                throw new StoreException.Unavailable("a fault", null);
            }
            disk.accept(batch);
        };
    }

    @Test
    void whatIsAcknowledgedStaysAndNothingLeaks() throws Exception {
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT, this::faulty);
                var threads = Executors.newFixedThreadPool(THREADS + 2)) {
            database = (RocksDatabase) store.create("db").orElseThrow();
            database.setRevsLimit(3);
            failing = true;
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(SEED + thread);
                tasks.add(() -> edit(random));
            }
            tasks.add(this::maintain);
            tasks.add(this::purge);
            for (Future<Void> task : threads.invokeAll(tasks)) {
                task.get(100, TimeUnit.SECONDS);
            }
            failing = false;
            String when = "seed " + SEED;
            acknowledged.forEach((id, generation) -> assertTrue(
                    database.document(id)
                                    .orElseThrow()
                                    .tree()
                                    .winner()
                                    .revision()
                                    .generation()
                            >= generation,
                    id));
            Recount.check(database, when);
            Purged.check(database, made, when);
            assertEquals(purged, Purged.records(database), when);
            assertTrue(!purged.isEmpty() && purged.size() < made.size(), when + ": some came about, others not");
            checkAttachments(when);
            database.compact().toCompletableFuture().join();
            checkAttachments(when + ", compacted");
            Recount.check(database, when + ", compacted");
        }
    }

    private Void edit(Random random) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            String id = "d" + random.nextInt(DOCUMENTS);
            try (AttachmentLease lease = database.lease()) {
                Revision parent = database.document(id)
                        .map(document -> document.tree().winner().revision())
                        .orElse(null);
                List<Edit> edits = new ArrayList<>();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    Edit.Update edit = TestEdits.update(id, parent, false, content(lease, random));
                    parent = edit.revisions().madeFrom(edit.parent());
                    edits.add(edit);
                }
                List<EditOutcome> outcomes =
                        database.commit(edits).toCompletableFuture().join();
                if (outcomes.getLast() instanceof EditOutcome.Saved(Revision revision)) {
                    acknowledged.merge(id, revision.generation(), Math::max);
                }
            } catch (CompletionException e) {
                assertEquals("a fault", e.getCause().getMessage());
            }
        }
        return null;
    }

    private static RevisionContent content(AttachmentLease lease, Random random) throws IOException {
        String body = "{\"v\":" + random.nextInt() + ",\"pad\":\"" + "x".repeat(random.nextInt(2) * 5000) + "\"}";
        if (random.nextBoolean()) {
            return TestEdits.content(body);
        }
        try (AttachmentLease.Upload upload = lease.upload()) {
            upload.write(random.nextInt(20));
            Blob blob = upload.finish(Blob.Encoding.IDENTITY, 1);
            return TestEdits.content(body, new Attachment("a", "text/plain", 1, blob));
        }
    }

    private Void purge() {
        for (int round = 0; round < ROUNDS; round++) {
            String id = Purged.id(Integer.toString(round));
            try {
                database.commit(List.of(Purged.insert(id)))
                        .toCompletableFuture()
                        .join();
                made.add(id);
                database.commit(List.of(Purged.purge(id))).toCompletableFuture().join();
                purged.add(id);
            } catch (CompletionException e) {
                assertEquals("a fault", e.getCause().getMessage());
            }
        }
        return null;
    }

    private Void maintain() {
        for (int round = 0; round < 20; round++) {
            try {
                database.compact().toCompletableFuture().join();
                database.sweepAttachments();
            } catch (CompletionException e) {
                assertEquals("a fault", e.getCause().getMessage());
            }
        }
        return null;
    }

    /** Compares the rows of references with the contents that are kept, and what a sweep leaves with both. */
    private void checkAttachments(String when) {
        database.sweepAttachments();
        Set<String> references = new TreeSet<>();
        Set<Long> blobs = new TreeSet<>();
        for (StoredDocument document : Recount.documents(database)) {
            for (RevisionNode node : document.tree().nodes()) {
                database.content(document, node.revision())
                        .ifPresent(content -> content.attachments().forEach(attachment -> {
                            long number = attachment.blob().number();
                            assertEquals(1, database.read(attachment.blob(), 0, new byte[10]), when);
                            blobs.add(number);
                            references.add(number + " " + document.id() + " " + node.revision());
                        }));
            }
        }
        assertEquals(references.size(), rows(Keys.REFERENCE), () -> when + ": " + references);
        assertEquals(blobs.size(), rows(Keys.BLOB), when);
        assertEquals(blobs.size(), rows(Keys.CHUNK), when);
        assertEquals(blobs.size(), rows(Keys.DIGEST), when);
    }

    private int rows(int part) {
        byte[] from = database.keys().attachments(part);
        int count = 0;
        try (RowIterator rows = database.engine()
                .rows(Family.ATTACHMENTS, from, Keys.after(from))
                .first()) {
            for (; rows.valid(); rows.next()) {
                count++;
            }
        }
        return count;
    }
}
