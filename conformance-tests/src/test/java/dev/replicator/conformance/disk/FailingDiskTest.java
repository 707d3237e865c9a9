package dev.replicator.conformance.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk keeps what a disk must keep, loses what one may lose, and refuses what it is told to. */
final class FailingDiskTest {
    private static final int SEEDS = 40;

    @TempDir
    private Path folder;

    private FailingDisk disk;

    @BeforeEach
    void mount() {
        disk = FailingDisk.at(folder);
    }

    @AfterEach
    void unmount() {
        disk.close();
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            file.force(true);
        }
    }

    private void cut(long seed) {
        disk.cut(seed);
        disk.mountAgain();
    }

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void filesHoldWhatIsWrittenWherever() throws IOException {
        Path file = folder.resolve("file");
        byte[] expected = new byte[3_000_000];
        Random random = new Random(5);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (int i = 0; i < 200; i++) {
                byte[] part = bytes(i, 1 + random.nextInt(100_000));
                int at = random.nextInt(expected.length - part.length);
                System.arraycopy(part, 0, expected, at, part.length);
                assertEquals(part.length, channel.write(ByteBuffer.wrap(part), at));
            }
            channel.truncate(2_500_001);
            channel.write(ByteBuffer.wrap(new byte[] {1}), 2_900_000);
        }
        Arrays.fill(expected, 2_500_001, expected.length, (byte) 0);
        expected[2_900_000] = 1;
        assertArrayEquals(Arrays.copyOf(expected, 2_900_001), Files.readAllBytes(file));
    }

    @Test
    void namesAreMadeMovedListedAndTakenAway() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("a/b"));
        for (int i = 0; i < 300; i++) {
            Files.writeString(inner.resolve("a-rather-long-name-of-a-file-" + i), "x");
        }
        try (Stream<Path> listed = Files.list(inner)) {
            assertEquals(300, listed.count());
        }
        Files.writeString(folder.resolve("other"), "other");
        Path first = inner.resolve("a-rather-long-name-of-a-file-0");
        Files.move(folder.resolve("other"), first, StandardCopyOption.ATOMIC_MOVE);
        assertEquals("other", Files.readString(first));
        assertFalse(Files.exists(folder.resolve("other")));
        assertThrows(IOException.class, () -> Files.delete(inner));
        try (Stream<Path> listed = Files.list(inner)) {
            for (Path path : listed.toList()) {
                Files.delete(path);
            }
        }
        Files.delete(inner);
        assertFalse(Files.exists(inner));
        assertEquals(0, disk.takenBytes());
    }

    @Test
    void aCutKeepsWhatWasSyncedAndLosesOthers() throws IOException {
        int lost = 0;
        int kept = 0;
        int inPart = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Path file = folder.resolve("file-" + seed);
            byte[] first = bytes(seed, 50_000);
            byte[] second = bytes(seed + SEEDS, 50_000);
            Files.write(file, first);
            sync(file);
            sync(folder);
            Files.write(file, second, StandardOpenOption.APPEND);
            cut(seed);
            byte[] found = Files.readAllBytes(file);
            assertArrayEquals(first, Arrays.copyOf(found, first.length), "seed " + seed);
            boolean whole = found.length == 100_000
                    && Arrays.equals(second, Arrays.copyOfRange(found, first.length, found.length));
            lost += found.length == first.length ? 1 : 0;
            kept += whole ? 1 : 0;
            inPart += whole || found.length == first.length ? 0 : 1;
        }
        assertTrue(lost > 0 && kept > 0 && inPart > 0, lost + " lost, " + kept + " kept, " + inPart + " in part");
    }

    @Test
    void whatWasOverwrittenAndNotSyncedMayBeThereAgain() throws IOException {
        int old = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Path file = folder.resolve("file-" + seed);
            Files.writeString(file, "old");
            sync(file);
            sync(folder);
            Files.writeString(file, "new", StandardOpenOption.WRITE);
            cut(seed);
            old += Files.readString(file).equals("old") ? 1 : 0;
        }
        assertTrue(old > 0 && old < SEEDS, old + " of " + SEEDS);
    }

    @Test
    void aNameIsSafeOnceItsFolderIsSynced() throws IOException {
        int lost = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Path within = Files.createDirectory(folder.resolve("folder-" + seed));
            sync(folder);
            Path moved = within.resolve("moved");
            Files.writeString(within.resolve("made"), "synced");
            sync(within.resolve("made"));
            sync(within);
            Files.move(within.resolve("made"), moved);
            Files.writeString(within.resolve("unsynced"), "x");
            sync(within.resolve("unsynced"));
            cut(seed);
            assertTrue(
                    Files.exists(moved) ^ Files.exists(within.resolve("made")), "a move is one change, seed " + seed);
            lost += Files.exists(within.resolve("unsynced")) ? 0 : 1;
            Path there = Files.exists(moved) ? moved : within.resolve("made");
            assertEquals("synced", Files.readString(there, UTF_8));
        }
        assertTrue(lost > 0 && lost < SEEDS, lost + " of " + SEEDS);
    }

    @Test
    void everythingFailsFromTheCutOn() throws IOException {
        Path file = folder.resolve("file");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            disk.cut(1);
            assertThrows(IOException.class, () -> channel.write(ByteBuffer.wrap(new byte[1])));
            assertThrows(IOException.class, () -> channel.force(true));
        }
        disk.mountAgain();
    }

    @Test
    void aFullDiskTakesWhatFitsAndThenNoMore() throws IOException {
        disk.leaveRoom(100 << 10);
        Path file = folder.resolve("file");
        assertThrows(IOException.class, () -> Files.write(file, new byte[200 << 10]));
        assertEquals(100 << 10, Files.size(file));
        assertEquals(0, Files.getFileStore(folder).getUsableSpace());
        assertThrows(IOException.class, () -> Files.createFile(folder.resolve("another")));
        Files.write(file, new byte[4096], StandardOpenOption.WRITE);
        disk.leavePlenty();
        Files.write(file, new byte[200 << 10]);
    }

    @Test
    void aReadOnlyDiskTakesNothingAndIsRead() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        disk.readOnly(true);
        assertThrows(IOException.class, () -> Files.writeString(file, "y"));
        assertThrows(IOException.class, () -> Files.delete(file));
        assertFalse(Files.isWritable(folder));
        assertEquals("x", Files.readString(file));
        disk.readOnly(false);
        Files.writeString(file, "y");
    }

    @Test
    void whatAFailedSyncLeftIsNotSyncedByTheNext() throws IOException {
        Path file = Files.writeString(folder.resolve("data.log"), "old");
        sync(file);
        sync(folder);
        Files.writeString(file, "new", StandardOpenOption.WRITE);
        disk.failSyncs(name -> name.endsWith(".log"), 1);
        assertThrows(IOException.class, () -> sync(file));
        sync(file);
        assertEquals("new", Files.readString(file));
        cut(7);
        assertEquals("old", Files.readString(file));
    }

    @Test
    void aFlippedBitIsRead() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[10_000]);
        disk.flip(file, 5_000, 3);
        assertEquals(8, Files.readAllBytes(file)[5_000]);
    }
}
