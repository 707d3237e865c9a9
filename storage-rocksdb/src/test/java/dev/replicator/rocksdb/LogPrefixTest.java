package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoredDocument;
import dev.replicator.store.TestEdits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a loss of power leaves: the log up to some byte, since not all that is written is synced. Wherever it ends, the
 * store must agree with itself.
 */
class LogPrefixTest {
    private static final long SEED = 77;
    private static final int OPERATIONS = 150;
    private static final int CUTS = 16;
    private static final int DOCUMENTS = 8;
    private static final int PURGES = 3;

    /** Bytes of a record in the log that holds any row of ours, at the least. */
    private static final int LEAST_RECORD = 24;

    @TempDir
    Path temporary;

    private final Random random = new Random(SEED);

    @Test
    void everyPrefixOfTheLogIsASoundStore() throws Exception {
        Path folder = temporary.resolve("store");
        Path crashed = temporary.resolve("crashed");
        Sequence last;
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            store.create("db").orElseThrow().setRevsLimit(3);
            for (int i = 0; i < OPERATIONS; i++) {
                operate(store);
            }
            last = store.database("db").orElseThrow().last();
            copy(folder, crashed);
        }
        long length = Files.size(log(crashed));
        int withDocuments = 0;
        for (int i = 0; i < CUTS; i++) {
            long cut = i == 0 ? length : random.nextLong(length);
            Path folderOfCut = temporary.resolve("cut" + i);
            copy(crashed, folderOfCut);
            try (RandomAccessFile log = new RandomAccessFile(log(folderOfCut).toFile(), "rw")) {
                log.setLength(cut);
            }
            withDocuments += check(folderOfCut, last, "seed " + SEED + ", cut at " + cut + " of " + length);
        }
        assertTrue(withDocuments > CUTS / 2, "only " + withDocuments);
    }

    /** A record without its effect would tell peers of what is still there; an effect without its record, nobody. */
    @Test
    void aPurgeAndItsRecordAreThereTogether() throws Exception {
        Path folder = temporary.resolve("store");
        Path crashed = temporary.resolve("crashed");
        Set<String> made = new TreeSet<>();
        List<Long> cuts = new ArrayList<>();
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            Database db = store.create("db").orElseThrow();
            for (int i = 0; i < PURGES * 2; i++) {
                String id = Purged.id(Integer.toString(i));
                made.add(id);
                commit(db, Purged.insert(id));
            }
            long before = Files.size(log(folder));
            for (int i = 0; i < PURGES; i++) {
                List<Edit> purges = List.of(
                        Purged.purge(Purged.id(Integer.toString(2 * i))),
                        Purged.purge(Purged.id(Integer.toString(2 * i + 1))));
                db.commit(purges).toCompletableFuture().join();
            }
            // Closer to one another than two records of the log can be.
            for (long cut = before; cut <= Files.size(log(folder)); cut += LEAST_RECORD) {
                cuts.add(cut);
            }
            copy(folder, crashed);
        }
        Set<Integer> records = new TreeSet<>();
        for (long cut : cuts) {
            Path folderOfCut = temporary.resolve("cut" + cut);
            copy(crashed, folderOfCut);
            try (RandomAccessFile log = new RandomAccessFile(log(folderOfCut).toFile(), "rw")) {
                log.setLength(cut);
            }
            try (RocksStore store = RocksStore.open(folderOfCut, RocksStoreOptions.DEFAULT)) {
                Database db = store.database("db").orElseThrow();
                Purged.check(db, made, "cut at " + cut);
                Recount.check(db, "cut at " + cut);
                records.add(Purged.records(db).size());
            }
        }
        assertTrue(records.contains(0) && records.size() >= PURGES, "cuts everywhere between the purges: " + records);
    }

    private void operate(RocksStore store) throws Exception {
        Database db = store.database("db").orElseThrow();
        String id = "d" + random.nextInt(DOCUMENTS);
        switch (random.nextInt(10)) {
            case 0 -> {
                db.compact().toCompletableFuture().join();
                db.sweepAttachments();
            }
            case 1 -> {
                store.delete("again");
                edit(store.create("again").orElseThrow(), id);
            }
            case 2 -> commit(db, TestEdits.replicated(id, random.nextBoolean(), "{}", "1-" + random.nextInt(1000)));
            case 3, 4, 5 -> attach(db, id);
            default -> edit(db, id);
        }
    }

    private static void commit(Database db, Edit edit) {
        db.commit(List.of(edit)).toCompletableFuture().join();
    }

    private static Revision head(Database db, String id) {
        return db.document(id)
                .map(document -> document.tree().winner().revision())
                .orElse(null);
    }

    private void edit(Database db, String id) {
        String body = "{\"pad\":\"" + "x".repeat(random.nextBoolean() ? 10 : 5000) + random.nextInt() + "\"}";
        boolean deleted = random.nextInt(5) == 0;
        commit(db, TestEdits.update(id, head(db, id), deleted, TestEdits.content(body)));
    }

    /** Bytes that follow from a seed which stands at their beginning, some of them shared, some of several chunks. */
    private static byte[] bytes(long seed) {
        byte[] bytes = new byte[seed % 3 == 0 ? 150_000 : 500];
        new Random(seed).nextBytes(bytes);
        ByteBuffer.wrap(bytes).putLong(seed);
        return bytes;
    }

    private void attach(Database db, String id) throws IOException {
        byte[] bytes = bytes(random.nextInt(12));
        try (AttachmentLease lease = db.lease();
                AttachmentLease.Upload upload = lease.upload()) {
            upload.write(bytes);
            Blob blob = upload.finish(Blob.Encoding.IDENTITY, bytes.length);
            Attachment attachment = new Attachment("a", "application/octet-stream", 1, blob);
            commit(db, TestEdits.update(id, head(db, id), false, TestEdits.content("{}", attachment)));
        }
    }

    /** Returns 1 where there were documents, otherwise 0. */
    private static int check(Path folder, Sequence last, String when) {
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            int documents = 0;
            for (String name : store.names()) {
                Database db = store.database(name).orElseThrow();
                Recount.check(db, when);
                documents += checkAttachments(db, when);
                db.sweepAttachments();
                checkAttachments(db, when);
                commit(db, TestEdits.insert("further", "{}"));
                Recount.check(db, when);
                if (name.equals("db")) {
                    // All that the former history gave beyond this point is not in this one.
                    long shared = RocksSequence.numberOf(db.last()) - 1;
                    Sequence parsed = db.parseSequence(last.token()).orElseThrow();
                    assertEquals(shared, RocksSequence.numberOf(parsed), when);
                }
            }
            return documents > 0 ? 1 : 0;
        }
    }

    private static int checkAttachments(Database db, String when) {
        int documents = 0;
        for (StoredDocument document : Recount.documents(db)) {
            documents++;
            for (RevisionNode node : document.tree().nodes()) {
                db.content(document, node.revision())
                        .ifPresent(content -> content.attachments().forEach(attachment -> {
                            byte[] stored = new byte[(int) attachment.blob().storedLength()];
                            assertEquals(stored.length, db.read(attachment.blob(), 0, stored), when);
                            assertArrayEquals(bytes(ByteBuffer.wrap(stored).getLong()), stored, when);
                        }));
            }
        }
        return documents;
    }

    private static Path log(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("rocksdb"))) {
            List<Path> logs = files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
            return new ArrayList<>(logs).getLast();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(file -> !file.startsWith(from.resolve("native")))
                    .toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
