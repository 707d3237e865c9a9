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
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The folder of a store: its format version, checked before anything else is touched, RocksDB's own folder and the
 * native library.
 *
 * @param path the folder
 */
record DataFolder(Path path) {
    /** The format that this code writes and reads: {@code docs/FORMAT.md}. */
    static final int FORMAT_VERSION = 1;

    private static final String VERSION_FILE = "format-version";
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
            createSynced(path);
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
                folder.writeVersion(version);
            }
            createSynced(folder.rocksdb());
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

    private void writeVersion(Path version) throws IOException {
        Path partial = version.resolveSibling(VERSION_FILE + ".partial");
        Files.writeString(partial, FORMAT_VERSION + "\n", StandardCharsets.US_ASCII);
        try (FileChannel written = FileChannel.open(partial, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Files.move(partial, version, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        // A folder that has a store and no version is refused: the one is on the disk before the other is begun.
        syncFolder(path);
    }

    /**
     * Makes a folder where it is not there. When this returns its name is on the disk, and so are those of the folders
     * above that it made: RocksDB syncs what is in its folder, not what leads to it. Also where it was there: a process
     * that made it may have been killed before it synced.
     */
    private static void createSynced(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (parent == null) {
            return;
        }
        if (!Files.exists(parent)) {
            createSynced(parent);
        }
        Files.createDirectories(folder);
        syncFolder(parent);
    }

    /**
     * Returns when the names in a folder are on the disk. Some systems cannot sync one, and do not let it be opened.
     */
    private static void syncFolder(Path folder) throws IOException {
        try (FileChannel names = openFolder(folder)) {
            if (names != null) {
                names.force(true);
            }
        }
    }

    private static FileChannel openFolder(Path folder) {
        try {
            return FileChannel.open(folder, StandardOpenOption.READ);
        } catch (IOException _) {
            return null;
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
        return path.resolve("rocksdb");
    }

    Path nativeLibrary() {
        return path.resolve("native");
    }
}
