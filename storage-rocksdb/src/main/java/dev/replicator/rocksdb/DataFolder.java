package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a store: its format version, checked before anything else is touched, RocksDB's own folder and the
 * native library.
 *
 * @param path the folder
 */
record DataFolder(Path path) {
    /** The format that this code writes and reads: {@code docs/FORMAT.md}. */
    static final int FORMAT_VERSION = 1;

    static final String VERSION_FILE = "format-version";

    static final String ROCKSDB = "rocksdb";

    private static final String PROBE_FILE = "probe.partial";
    private static final int PROBE_BYTES = 64 << 10;
    /** What RocksDB writes beside its rows as it is opened. */
    private static final long LEAST_ROOM = 4 << 20;

    /**
     * Makes the folder where it is not there, and checks the one that is.
     *
     * @throws StoreException.CannotOpen with a line for the operator
     */
    static DataFolder prepare(Path path) {
        DataFolder folder = new DataFolder(path);
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw refused(path + " is not a folder", null);
        }
        try {
            Durable.makeFolder(path);
            Path version = path.resolve(VERSION_FILE);
            if (Files.exists(version)) {
                folder.checkVersion(Files.readString(version).strip());
            } else if (Files.exists(folder.rocksdb())) {
                throw refused(path + " has no file " + VERSION_FILE + ": it was lost, or another program's data", null);
            }
            if (!Files.isWritable(path)) {
                throw refused(path + " is not writable", null);
            }
            if (!Files.exists(version)) {
                // A folder that has a store and no version is refused: the one is on the disk before the other is
                // begun.
                Durable.write(version, (FORMAT_VERSION + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            Durable.makeFolder(folder.rocksdb());
        } catch (IOException e) {
            throw refused(path + " cannot be used: " + e, e);
        }
        return folder;
    }

    /**
     * The folder of a store that is there and that nobody has open; nothing is changed in it.
     *
     * @throws StoreException.CannotOpen with a line for the operator
     */
    static DataFolder existing(Path path) {
        DataFolder folder = new DataFolder(path);
        Path version = path.resolve(VERSION_FILE);
        if (!Files.isDirectory(folder.rocksdb()) || !Files.exists(version)) {
            throw refused(path + " holds no store", null);
        }
        try {
            folder.checkVersion(Files.readString(version).strip());
            try (FileChannel lock = FileChannel.open(folder.rocksdb().resolve("LOCK"), StandardOpenOption.READ);
                    FileLock held = lock.tryLock(0, Long.MAX_VALUE, true)) {
                if (held == null) {
                    throw refused(path + " is in use by another process", null);
                }
            }
        } catch (IOException e) {
            throw refused(path + " cannot be used: " + e, e);
        }
        return folder;
    }

    static StoreException.CannotOpen refused(String why, Throwable cause) {
        return new StoreException.CannotOpen("data folder " + why, cause);
    }

    private void checkVersion(String found) {
        if (!found.equals(Integer.toString(FORMAT_VERSION))) {
            throw refused(
                    path + " has format version " + found + "; this Replicator reads version " + FORMAT_VERSION, null);
        }
    }

    /**
     * Whether the disk takes what opening the store needs: new files, synced, with room for what is in RocksDB's log.
     *
     * @throws IOException where it does not
     */
    void requireWritable() throws IOException {
        Path probe = path.resolve(PROBE_FILE);
        try (FileChannel file = FileChannel.open(probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            int _ = file.write(ByteBuffer.allocate(PROBE_BYTES));
            file.force(true);
        } finally {
            Files.deleteIfExists(probe);
        }
        long needed = LEAST_ROOM;
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(rocksdb(), "*.log")) {
            for (Path log : logs) {
                needed += Files.size(log);
            }
        }
        long usable = Files.getFileStore(path).getUsableSpace();
        if (usable < needed) {
            throw new IOException(usable + " bytes are free, " + needed + " are needed to go on");
        }
    }

    Path rocksdb() {
        return path.resolve(ROCKSDB);
    }

    /** Where RocksDB's files stand as they were when a backup of them began. */
    Path checkpoint() {
        return path.resolve("checkpoint");
    }

    /** Deletes what a backup that a crash ended left: it keeps files that RocksDB has no use for. */
    void dropCheckpoint() throws IOException {
        deleteAll(checkpoint());
        // RocksDB's own name for one that is not whole.
        deleteAll(path.resolve("checkpoint.tmp"));
    }

    /** Deletes a folder and all in it, where it is there. */
    static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.delete(file);
        }
    }

    Path nativeLibrary() {
        return path.resolve("native");
    }
}
