package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.StoreException;
import dev.replicator.store.TestEdits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sweep finds of uploads that a crash ended, and what it costs where there is nothing to find. */
class SweepTest {
    private static final int BYTES = 100_000;

    @TempDir
    Path folder;

    private final List<Blob> blobs = new ArrayList<>();

    private RocksDatabase made(RocksStore store) throws IOException {
        RocksDatabase database = (RocksDatabase) store.create("db").orElseThrow();
        breakOff(database);
        save(database, "a");
        save(database, "b");
        breakOff(database);
        breakOff(database);
        save(database, "c");
        breakOff(database);
        return database;
    }

    private void save(RocksDatabase database, String id) throws IOException {
        try (AttachmentLease lease = database.lease();
                AttachmentLease.Upload upload = lease.upload()) {
            byte[] bytes = new byte[BYTES];
            new Random(blobs.size()).nextBytes(bytes);
            upload.write(bytes);
            Blob blob = upload.finish(Blob.Encoding.IDENTITY, BYTES);
            blobs.add(blob);
            Attachment attachment = new Attachment("a", "image/png", 1, blob);
            database.commit(List.of(TestEdits.update(id, null, false, TestEdits.content("{}", attachment))))
                    .toCompletableFuture()
                    .join();
        }
    }

    /** What a crash leaves of an upload: chunks that nobody holds. */
    private static void breakOff(RocksDatabase database) {
        Attachments attachments = database.attachments();
        long number = attachments.begin();
        for (int i = 0; i < 3; i++) {
            attachments.writeChunk(number, i, new byte[Attachments.CHUNK_BYTES], Attachments.CHUNK_BYTES);
        }
        attachments.release(number);
    }

    @Test
    void whatACrashLeftIsFoundBetweenTheBlobs() throws IOException {
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            RocksDatabase database = made(store);
            assertEquals(4, database.sweepAttachments());
            assertEquals(0, database.sweepAttachments());
            byte[] first = database.keys().attachments(Keys.CHUNK);
            int chunks = 0;
            try (RowIterator rows = database.engine()
                    .rows(Family.ATTACHMENTS, first, Keys.after(first))
                    .first()) {
                for (; rows.valid(); rows.next()) {
                    chunks++;
                }
            }
            assertEquals(2 * blobs.size(), chunks);
            for (Blob blob : blobs) {
                assertEquals(BYTES, database.read(blob, 0, new byte[BYTES]));
            }
        }
    }

    @Test
    void anInterruptLeavesTheRestToTheNext() throws IOException {
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            RocksDatabase database = made(store);
            Thread.currentThread().interrupt();
            assertEquals(0, database.sweepAttachments());
            assertTrue(Thread.interrupted(), "whoever sweeps is to see it too");
            assertEquals(4, database.sweepAttachments());
        }
    }

    /** A terabyte of attachments must not be read to find that nothing is to be swept. */
    @Test
    void noBytesAreRead() throws IOException {
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            RocksDatabase database = made(store);
            assertEquals(4, database.sweepAttachments());
            // To files, which are then damaged: whoever reads the bytes fails.
            database.compact().toCompletableFuture().join();
            damageBytes();
            assertThrows(StoreException.class, () -> database.read(blobs.getFirst(), 0, new byte[BYTES]));
            assertEquals(0, database.sweepAttachments());
        }
    }

    private void damageBytes() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> file.toString().endsWith(".blob")).toList();
        }
        assertFalse(files.isEmpty());
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 200; at < bytes.length; at += 50) {
                bytes[at] ^= 1;
            }
            Files.write(file, bytes);
        }
    }
}
