package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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
            Files.createDirectories(path);
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
                writeVersion(version);
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

    private static void writeVersion(Path version) throws IOException {
        Path partial = version.resolveSibling(VERSION_FILE + ".partial");
        Files.writeString(partial, FORMAT_VERSION + "\n", StandardCharsets.US_ASCII);
        try (FileChannel written = FileChannel.open(partial, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Files.move(partial, version, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        // The name as well: a store without it is refused. Some systems cannot sync a folder.
        try (FileChannel folder = FileChannel.open(version.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException _) {
            return;
        }
    }

    Path rocksdb() {
        return path.resolve("rocksdb");
    }

    Path nativeLibrary() {
        return path.resolve("native");
    }
}
