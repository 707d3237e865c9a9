package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.TestEdits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code status().fileBytes} tells of what a database takes on disk. */
class FileBytesTest {
    private static final int ATTACHMENT_BYTES = 3_000_000;

    @TempDir
    Path folder;

    private final Random random = new Random(11);

    private RocksStore open() {
        return RocksStore.open(folder, RocksStoreOptions.DEFAULT);
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private void fill(Database database, int documents, int bodyBytes) {
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < documents; i++) {
            String text = HexFormat.of().formatHex(random(bodyBytes / 2));
            edits.add(TestEdits.insert("d" + i, "{\"text\":\"" + text + "\"}"));
        }
        database.commit(edits).toCompletableFuture().join();
    }

    private static void assertAbout(long expected, Database database) {
        long found = database.status().fileBytes();
        assertTrue(found > expected / 2 && found < expected * 2, found + " instead of about " + expected);
    }

    @Test
    void largeContentsAndAttachmentsCount() throws IOException {
        try (RocksStore store = open()) {
            fill(store.create("small").orElseThrow(), 1000, 1000);
            fill(store.create("large").orElseThrow(), 100, 40_000);
            attach(store.create("attached").orElseThrow());
            assertSizes(store);
        }
        // Opening writes what was in memory to files.
        try (RocksStore store = open()) {
            assertSizes(store);
        }
    }

    private void attach(Database database) throws IOException {
        try (AttachmentLease lease = database.lease();
                AttachmentLease.Upload upload = lease.upload()) {
            upload.write(random(ATTACHMENT_BYTES));
            Blob blob = upload.finish(Blob.Encoding.IDENTITY, ATTACHMENT_BYTES);
            Edit edit = TestEdits.update(
                    "a", null, false, TestEdits.content("{}", new Attachment("f", "image/x", 1, blob)));
            database.commit(List.of(edit)).toCompletableFuture().join();
        }
    }

    private static void assertSizes(RocksStore store) {
        assertAbout(1_000_000, store.database("small").orElseThrow());
        assertAbout(4_000_000, store.database("large").orElseThrow());
        assertAbout(ATTACHMENT_BYTES, store.database("attached").orElseThrow());
    }
}
