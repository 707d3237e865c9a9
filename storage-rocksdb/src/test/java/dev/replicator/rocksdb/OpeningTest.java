package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that cannot be opened are refused with one clear line, and left as they are. */
class OpeningTest {
    @TempDir
    Path temporary;

    private static RocksStore open(Path folder) {
        return RocksStore.open(folder, RocksStoreOptions.DEFAULT);
    }

    private static String refusal(Path folder) {
        return assertThrows(StoreException.CannotOpen.class, () -> open(folder)).getMessage();
    }

    @Test
    void anotherFormatVersionIsRefusedAndNothingWritten() throws Exception {
        Path folder = temporary.resolve("data");
        open(folder).close();
        Files.writeString(folder.resolve("format-version"), "2\n");
        List<String> before = files(folder);
        assertEquals(
                "data folder " + folder + " has format version 2; this Replicator reads version 1", refusal(folder));
        assertEquals(before, files(folder));
        Files.writeString(folder.resolve("format-version"), "1\n");
        open(folder).close();
    }

    @Test
    void aFolderWithoutAVersionIsRefusedWhereItHoldsAStore() throws Exception {
        Path folder = temporary.resolve("data");
        open(folder).close();
        Files.delete(folder.resolve("format-version"));
        assertTrue(refusal(folder).startsWith("data folder " + folder + " has no file format-version"));
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> {
                        try {
                            FileTime modified = Files.getLastModifiedTime(file);
                            return file + " " + modified + " " + Files.size(file);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    })
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aFolderInUseIsRefused() throws Exception {
        Path folder = temporary.resolve("data");
        String refused = "data folder " + folder + " is in use by another process";
        try (Child child = new Child(Holder.class, folder.toString())) {
            assertEquals("open", child.line());
            assertEquals(refused, refusal(folder));
        }
        try (RocksStore store = open(folder)) {
            assertEquals(refused, refusal(folder));
            assertEquals(List.of(), store.names());
        }
    }

    /** Opens a store and keeps it. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            RocksStore store = open(Path.of(arguments[0]));
            System.out.println("open");
            Thread.currentThread().join();
            store.close();
        }
    }

    @Test
    void whatIsNoFolderIsRefused() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));
        assertEquals("data folder " + file + " is not a folder", refusal(file));
        String below = refusal(file.resolve("below"));
        assertTrue(below.startsWith("data folder " + file.resolve("below") + " cannot be used: "), below);
        assertFalse(below.contains("\n"), below);
    }

    @Test
    void theLibraryIsUnpackedOnceToTheDataFolder() throws Exception {
        Path folder = temporary.resolve("data");
        try (Child child = new Child(Holder.class, folder.toString())) {
            assertEquals("open", child.line());
        }
        List<String> unpacked = files(folder.resolve("native"));
        assertEquals(2, unpacked.size(), unpacked.toString());
        Path library;
        try (Stream<Path> files = Files.list(folder.resolve("native"))) {
            library = files.findFirst().orElseThrow();
        }
        try (Child child = new Child(Holder.class, folder.toString())) {
            assertEquals("open", child.line());
            assertEquals(unpacked, files(folder.resolve("native")));
        }
        Files.writeString(library, "cut off by a crash");
        try (Child child = new Child(Holder.class, folder.toString())) {
            assertEquals("open", child.line());
            assertTrue(Files.size(library) > 1 << 20);
        }
    }

    /** The message is for the operator, and the process must be able to end. */
    @Test
    void aStoreWithADamagedRowIsRefusedAndNothingOfItRuns() {
        Path folder = temporary.resolve("data");
        byte[] key = MetaKeys.NEXT_DATABASE;
        byte[] sound;
        try (RocksStore store = open(folder)) {
            RocksDatabase database = (RocksDatabase) store.create("db").orElseThrow();
            sound = database.engine().get(Family.META, key);
            put(database.engine(), key, new byte[] {9});
            store.create("dropped");
            put(database.engine(), key, new byte[] {9});
            store.delete("dropped");
        }
        String refused = refusal(folder);
        assertTrue(refused.startsWith("data folder " + folder + " cannot be opened: "), refused);
        assertFalse(refused.contains("\n"), refused);
        assertEquals(
                List.of(),
                Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("store-"))
                        .toList());
        Engine engine = Engine.open(DataFolder.prepare(folder), RocksStoreOptions.DEFAULT);
        put(engine, key, sound);
        engine.close();
        open(folder).close();
    }

    private static void put(Engine engine, byte[] key, byte[] value) {
        Rows rows = new Rows();
        rows.put(engine.number(Family.META), key, value);
        engine.writeSynced(rows.toBatch());
    }

    @Test
    void aClosedStoreRefusesCalls() {
        RocksStore store = open(temporary.resolve("data"));
        var database = store.create("db").orElseThrow();
        store.close();
        store.close();
        assertThrows(StoreException.Unavailable.class, store::names);
        assertThrows(StoreException.Unavailable.class, () -> database.document("a"));
        assertThrows(StoreException.Unavailable.class, () -> database.commit(List.of()));
    }
}
