package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.DerivedChange;
import dev.replicator.store.DerivedKind;
import dev.replicator.store.Edit;
import dev.replicator.store.LocalDocument;
import dev.replicator.store.StoreException;
import dev.replicator.store.TestEdits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a check finds in a sound folder, in damaged ones, and that it leaves them as they are. */
class FolderCheckTest {
    private static final int DOCUMENTS = 300;
    private static final int ATTACHED_BYTES = 150_000;

    @TempDir
    Path temporary;

    private Path folder;
    private final List<String> problems = new ArrayList<>();
    private final Random random = new Random(11);

    @BeforeEach
    void fill() throws IOException {
        folder = temporary.resolve("data");
        Files.createDirectory(temporary.resolve("scratch"));
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            Database database = store.create("db").orElseThrow();
            List<Edit> edits = new ArrayList<>();
            for (int i = 0; i < DOCUMENTS; i++) {
                byte[] bytes = new byte[i % 50 == 0 ? 10_000 : 100];
                random.nextBytes(bytes);
                edits.add(TestEdits.insert(
                        "d" + i, "{\"text\":\"" + HexFormat.of().formatHex(bytes) + "\"}"));
            }
            edits.add(TestEdits.replicated("conflict", false, "{}", "1-a"));
            edits.add(TestEdits.replicated("conflict", false, "{}", "1-b"));
            edits.add(TestEdits.replicated("gone", true, "{}", "2-b", "1-a"));
            for (int i = 0; i < 200; i++) {
                edits.add(TestEdits.replicated("large", false, "{\"n\":" + i + "}", "1-leaf" + i));
            }
            edits.add(new Edit.PutLocal(new LocalDocument("checkpoint", 1, "{}".getBytes(StandardCharsets.UTF_8))));
            database.commit(edits).toCompletableFuture().join();
            attach(database);
            store.create("other")
                    .orElseThrow()
                    .commit(List.of(TestEdits.insert("a", "{}")))
                    .toCompletableFuture()
                    .join();
        }
    }

    private void attach(Database database) throws IOException {
        byte[] bytes = new byte[ATTACHED_BYTES];
        random.nextBytes(bytes);
        try (AttachmentLease lease = database.lease();
                AttachmentLease.Upload upload = lease.upload()) {
            upload.write(bytes);
            Blob blob = upload.finish(Blob.Encoding.IDENTITY, bytes.length);
            Attachment attachment = new Attachment("file", "image/png", 1, blob);
            database.commit(List.of(TestEdits.update("attached", null, false, TestEdits.content("{}", attachment))))
                    .toCompletableFuture()
                    .join();
        }
    }

    private FolderCheck.Report check() {
        problems.clear();
        return FolderCheck.run(folder, temporary.resolve("scratch"), new FolderCheck.Listener() {
            @Override
            public void progress(String what, long done, long total) {
                assertTrue(done >= 0, what);
            }

            @Override
            public void problem(String line) {
                problems.add(line);
            }
        });
    }

    private Map<String, Long> checksums() throws IOException {
        Map<String, Long> sums = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                CRC32 crc = new CRC32();
                crc.update(Files.readAllBytes(file));
                sums.put(file.toString(), crc.getValue());
            }
        }
        return sums;
    }

    /** Opening it writes what is in the log to files. */
    private void writeFiles() {
        RocksStore.open(folder, RocksStoreOptions.DEFAULT).close();
    }

    @Test
    void aSoundFolderIsFoundToBeSoAndIsNotChanged() throws IOException {
        Map<String, Long> before = checksums();
        assertEquals(new FolderCheck.Report(0, 2, DOCUMENTS + 5, 1, 0), check(), problems::toString);
        assertEquals(before, checksums());
        writeFiles();
        FolderCheck.Report report = check();
        assertEquals(List.of(), problems);
        assertTrue(report.files() > 0);
    }

    /** A row that is not as it must be, and what is told of it. */
    enum Damage {
        NO_CHANGE("document d7 has no change 8"),
        CHANGE_OF_NOTHING("it has 305 changes instead of 304"),
        UNREADABLE_DOCUMENT("document d7: database db: row"),
        NO_DOCUMENT("derived: COUNT documents is 303 instead of 302"),
        NO_CONTENT("document d50, revision 1-"),
        NO_SEGMENT("document large: database db: row"),
        WRONG_COUNT("derived: COUNT live-bytes is 5"),
        NO_CONFLICT("derived: CONFLICT conflict is missing"),
        NO_CHUNK("attachment 1 has 84464 bytes instead of 150000"),
        OTHER_BYTES("attachment 1 has other bytes than came"),
        NO_BLOB("revision 1-"),
        NO_REFERENCE("is not known to refer to file"),
        NO_DIGEST("attachment 1 is not found by its digest"),
        WRONG_TOTAL("its attachments are counted as 5 bytes instead of 150000");

        private final String told;

        Damage(String told) {
            this.told = told;
        }

        void to(Engine engine, Keys keys) {
            switch (this) {
                case NO_CHANGE -> delete(engine, Family.CHANGES, keys.sequence(8));
                case CHANGE_OF_NOTHING ->
                    put(engine, Family.CHANGES, keys.sequence(9999), engine.get(Family.CHANGES, keys.sequence(8)));
                case UNREADABLE_DOCUMENT -> put(engine, Family.DOCUMENTS, id(keys, "d7"), new byte[] {0, 99, 1});
                case NO_DOCUMENT -> delete(engine, Family.DOCUMENTS, id(keys, "d7"));
                case NO_CONTENT -> deleteFirst(engine, Family.BODIES, keys, "d50");
                case NO_SEGMENT -> deleteFirst(engine, Family.TREES, keys, "large");
                case WRONG_COUNT -> put(engine, Family.DERIVED, count(keys), number(5));
                case NO_CONFLICT ->
                    delete(
                            engine,
                            Family.DERIVED,
                            keys.derived(DerivedKind.CONFLICT, "conflict".getBytes(StandardCharsets.UTF_8)));
                case NO_CHUNK -> delete(engine, Family.ATTACHMENTS, keys.chunk(1, 1));
                case OTHER_BYTES -> {
                    byte[] chunk = engine.get(Family.ATTACHMENTS, keys.chunk(1, 1));
                    chunk[500] ^= 1;
                    put(engine, Family.ATTACHMENTS, keys.chunk(1, 1), chunk);
                }
                case NO_BLOB -> delete(engine, Family.ATTACHMENTS, keys.blob(1));
                case NO_REFERENCE -> deleteRange(engine, keys.references(1));
                case NO_DIGEST -> deleteRange(engine, keys.attachments(Keys.DIGEST));
                case WRONG_TOTAL -> put(engine, Family.ATTACHMENTS, keys.attachments(Keys.TOTAL), number(5));
            }
        }

        private static byte[] id(Keys keys, String id) {
            return keys.id(id.getBytes(StandardCharsets.UTF_8));
        }

        private static byte[] count(Keys keys) {
            return keys.derived(DerivedKind.COUNT, DerivedChange.LIVE_BYTES.getBytes(StandardCharsets.UTF_8));
        }

        private static byte[] number(long number) {
            return new ByteWriter(9).u8(RowReader.PLAIN).u64(number).toBytes();
        }

        private static void put(Engine engine, Family family, byte[] key, byte[] value) {
            Rows rows = new Rows();
            rows.put(engine.number(family), key, value);
            engine.writeSynced(rows.toBatch());
        }

        private static void delete(Engine engine, Family family, byte[] key) {
            assertTrue(engine.get(family, key) != null, "there is something to take away");
            Rows rows = new Rows();
            rows.delete(engine.number(family), key);
            engine.writeSynced(rows.toBatch());
        }

        private static void deleteFirst(Engine engine, Family family, Keys keys, String id) {
            byte[] from = keys.treesOf(new ByteWriter(64), id.getBytes(StandardCharsets.UTF_8))
                    .toBytes();
            byte[] key;
            try (RowIterator rows = engine.rows(family, from, Keys.after(from)).first()) {
                key = rows.key();
            }
            delete(engine, family, key);
        }

        private static void deleteRange(Engine engine, byte[] from) {
            byte[] key;
            try (RowIterator rows =
                    engine.rows(Family.ATTACHMENTS, from, Keys.after(from)).first()) {
                key = rows.key();
            }
            delete(engine, Family.ATTACHMENTS, key);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatDoesNotAgreeIsNamed(Damage damage) {
        Engine engine = Engine.open(DataFolder.prepare(folder), RocksStoreOptions.DEFAULT);
        damage.to(engine, new Keys(1));
        engine.close();
        FolderCheck.Report report = check();
        assertEquals(problems.size(), report.problems());
        assertTrue(problems.stream().anyMatch(line -> line.contains(damage.told)), problems::toString);
        assertTrue(problems.stream().allMatch(line -> line.startsWith("database db: ")), problems::toString);
    }

    @Test
    void aFlippedBitIsFoundInItsFile() throws IOException {
        writeFiles();
        Path file = flip(".sst");
        check();
        assertTrue(problems.stream().anyMatch(line -> line.startsWith("file " + file + ": ")), problems::toString);
    }

    @Test
    void aFlippedBitIsFoundInTheLog() throws IOException {
        Path _ = flip(".log");
        FolderCheck.Report report = check();
        assertTrue(problems.getFirst().startsWith("the log is damaged: "), problems::toString);
        assertTrue(report.documents() < DOCUMENTS, "what is before it is read");
    }

    /** Changes a bit of the largest file with an ending. */
    private Path flip(String ending) throws IOException {
        Path largest;
        try (Stream<Path> found = Files.list(folder.resolve("rocksdb"))) {
            largest = found.filter(file -> file.toString().endsWith(ending))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(largest);
        bytes[1000] ^= 4;
        Files.write(largest, bytes);
        return largest;
    }

    @Test
    void whatIsNoStoreOrInUseIsRefused() {
        assertThrows(
                StoreException.CannotOpen.class,
                () -> FolderCheck.run(temporary.resolve("nothing"), temporary.resolve("scratch"), null));
        assertFalse(Files.exists(temporary.resolve("nothing")));
    }
}
