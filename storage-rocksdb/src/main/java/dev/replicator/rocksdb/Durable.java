package dev.replicator.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Small files, folders, and names in them, that are on the disk when a call returns. */
final class Durable {
    /** What a file is called that is not whole. */
    static final String PARTIAL = ".partial";

    private Durable() {}

    /** Puts a file in place of what is there: after a crash there is the one or the other. */
    static void write(Path file, byte[] bytes) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + PARTIAL);
        try (FileChannel channel = FileChannel.open(
                partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                int _ = channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        names(file.getParent());
    }

    /**
     * Makes a folder where it is not there. When this returns its name is on the disk, and so are those of the folders
     * above that it made: RocksDB syncs what is in its folder, not what leads to it. Also where it was there: a process
     * that made it may have been killed before it synced.
     */
    static void makeFolder(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (parent == null) {
            return;
        }
        if (!Files.exists(parent)) {
            makeFolder(parent);
        }
        Files.createDirectories(folder);
        names(parent);
    }

    /** Has the names of a folder and of those around it on the disk. */
    static void namesDownTo(Path folder) throws IOException {
        for (Path around = folder.getParent(); around != null; around = around.getParent()) {
            names(around);
        }
        names(folder);
    }

    /** Has the names in a folder on the disk. Some systems cannot sync one, and do not let it be opened. */
    static void names(Path folder) throws IOException {
        try (FileChannel channel = openFolder(folder)) {
            if (channel != null) {
                channel.force(true);
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
}
