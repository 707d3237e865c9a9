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
}
