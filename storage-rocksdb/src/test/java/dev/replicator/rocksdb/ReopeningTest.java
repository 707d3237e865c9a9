package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.StoreException;
import dev.replicator.store.TestEdits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was begun before RocksDB was opened again after a failed write. */
@Timeout(60)
class ReopeningTest {
    private static final int BYTES = 100_000;

    @TempDir
    Path folder;

    private RocksStore store;
    private RocksDatabase database;

    @BeforeEach
    void open() {
        store = RocksStore.open(folder, RocksStoreOptions.DEFAULT);
        database = (RocksDatabase) store.create("db").orElseThrow();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Blob upload(AttachmentLease lease, int first) throws IOException {
        try (AttachmentLease.Upload upload = lease.upload()) {
            upload.write(first);
            upload.write(new byte[BYTES - 1]);
            return upload.finish(Blob.Encoding.IDENTITY, BYTES);
        }
    }

    private static Edit insert(String id, Blob blob) {
        return TestEdits.update(id, null, false, TestEdits.content("{}", new Attachment("a", "image/png", 1, blob)));
    }

    private List<EditOutcome> commit(Edit... edits) {
        return database.commit(List.of(edits)).toCompletableFuture().join();
    }

    /** Opens it again where a failed sync took all rows of attachments that no commit made durable. */
    private void reopenWithoutAttachments() {
        Engine engine = database.engine();
        engine.gate.alone(() -> {
            byte[] from = database.keys().attachments(0);
            engine.deleteRange(Family.ATTACHMENTS, from, database.keys().end());
            engine.reopen();
            database.reopened(true);
            return null;
        });
    }

    @Test
    void noCommitRefersToAnAttachmentThatWasLost() throws IOException {
        try (AttachmentLease lease = database.lease()) {
            Blob blob = upload(lease, 1);
            reopenWithoutAttachments();
            CompletionException refused = assertThrows(CompletionException.class, () -> commit(insert("a", blob)));
            assertInstanceOf(StoreException.Unavailable.class, refused.getCause());
            assertTrue(database.document("a").isEmpty());
        }
        try (AttachmentLease lease = database.lease()) {
            Blob again = upload(lease, 1);
            assertInstanceOf(EditOutcome.Saved.class, commit(insert("a", again)).getFirst());
            assertEquals(BYTES, database.read(again, 0, new byte[BYTES]));
        }
    }

    @Test
    void anUploadThatWasBegunBeforeIsNotFinished() throws IOException {
        try (AttachmentLease lease = database.lease();
                AttachmentLease.Upload upload = lease.upload()) {
            upload.write(new byte[BYTES]);
            reopenWithoutAttachments();
            assertThrows(StoreException.Unavailable.class, () -> upload.finish(Blob.Encoding.IDENTITY, BYTES));
        }
        assertEquals(0, database.sweepAttachments());
    }

    @Test
    void whatADocumentAlreadyRefersToIsKept() throws IOException {
        try (AttachmentLease lease = database.lease()) {
            Blob blob = upload(lease, 1);
            commit(insert("a", blob));
            Engine engine = database.engine();
            engine.gate.alone(() -> {
                engine.reopen();
                database.reopened(true);
                return null;
            });
            assertInstanceOf(EditOutcome.Saved.class, commit(insert("b", blob)).getFirst());
            assertEquals(BYTES, database.read(blob, 0, new byte[BYTES]));
        }
    }

    /** It was made from what may not be so any more: what failed before it may be there all the same. */
    @Test
    void whatWasHandedOverBeforeIsNotWritten() {
        Engine engine = database.engine();
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Consumer<byte[]> held = rows -> {
            reached.countDown();
            await(goOn);
            engine.writeSynced(rows);
        };
        try (Committer committer = new Committer(engine, held, new EventLog(engine, 1))) {
            SingleBatch writing = setting("writing");
            SingleBatch waiting = setting("waiting");
            committer.submit(writing);
            await(reached);
            committer.submit(waiting);
            engine.reopen();
            goOn.countDown();
            writing.join();
            assertThrows(StoreException.Unavailable.class, waiting::join);
            SingleBatch later = setting("later");
            committer.submit(later);
            later.join();
        }
        assertTrue(store.setting("waiting").isEmpty());
        assertTrue(store.setting("later").isPresent());
    }

    private SingleBatch setting(String key) {
        SingleBatch batch = new SingleBatch();
        batch.rows().put(database.engine().number(Family.META), MetaKeys.setting(key), new byte[] {RowReader.PLAIN});
        return batch;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
