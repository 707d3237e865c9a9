package dev.replicator.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * The files of all backups of a folder, each once, by the SHA-256 of its bytes. An interrupt ends what takes long, by a
 * {@link java.nio.channels.ClosedByInterruptException}. One thread.
 */
final class BackupFiles {
    private static final int PART_BYTES = 1 << 20;

    private final Path folder;

    BackupFiles(Path folder) {
        this.folder = folder;
    }

    /** Whether a file is there and of the right length. Its bytes are not read. */
    boolean has(Manifest.Entry entry) throws IOException {
        Path file = folder.resolve(entry.sha256());
        return Files.isRegularFile(file) && Files.size(file) == entry.bytes();
    }

    /**
     * A file that was taken in.
     *
     * @param isNew whether there was none of these bytes
     */
    record Added(Manifest.Entry entry, boolean isNew) {}

    /**
     * Takes a file in, in place of one of the same bytes, which may be damaged; its name is on the disk after
     * {@link #sync}.
     */
    Added add(Path source, String name, LongConsumer read) throws IOException {
        long modified = modified(source);
        Path partial = folder.resolve("copying" + Durable.PARTIAL);
        Copied copied = copy(source, partial, read);
        Manifest.Entry entry = new Manifest.Entry(copied.sha256(), copied.bytes(), modified, name);
        boolean isNew = !has(entry);
        Files.move(
                partial,
                folder.resolve(entry.sha256()),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        return new Added(entry, isNew);
    }

    /** When a file was written, in nanoseconds since 1970. */
    static long modified(Path file) throws IOException {
        return Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
    }

    void sync() throws IOException {
        Durable.names(folder);
    }

    /**
     * Reads a file.
     *
     * @throws IOException where it is not what it was; the message names it
     */
    void check(Manifest.Entry entry, LongConsumer read) throws IOException {
        Path file = folder.resolve(entry.sha256());
        if (!Files.exists(file)) {
            throw new IOException(entry.name() + " is lost: there is no file " + file);
        }
        MessageDigest digest = Manifest.sha256();
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            drain(in, part -> {
                digest.update(part.duplicate());
                read.accept(part.limit());
            });
        }
        compare(entry, digest);
    }

    /**
     * Copies a file out, as {@link #check} does checking it; the copy is on the disk then, but for its name.
     *
     * @param to a file that is not there yet
     */
    void restore(Manifest.Entry entry, Path to, LongConsumer read) throws IOException {
        Path file = folder.resolve(entry.sha256());
        if (!Files.exists(file)) {
            throw new IOException(entry.name() + " is lost: there is no file " + file);
        }
        if (!copy(file, to, read).sha256().equals(entry.sha256())) {
            throw damaged(entry);
        }
    }

    private void compare(Manifest.Entry entry, MessageDigest digest) throws IOException {
        if (!HexFormat.of().formatHex(digest.digest()).equals(entry.sha256())) {
            throw damaged(entry);
        }
    }

    private IOException damaged(Manifest.Entry entry) {
        return new IOException(entry.name() + " is damaged: " + folder.resolve(entry.sha256())
                + " does not have the bytes that its name says");
    }

    /** Deletes what is not among these, such as what a backup left that did not come to its end. */
    void keepOnly(Set<String> names) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> !names.contains(file.getFileName().toString()))
                    .toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    private record Copied(String sha256, long bytes) {}

    private static Copied copy(Path from, Path to, LongConsumer read) throws IOException {
        MessageDigest digest = Manifest.sha256();
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(
                        to,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            drain(in, part -> {
                digest.update(part.duplicate());
                while (part.hasRemaining()) {
                    int _ = out.write(part);
                }
                read.accept(part.limit());
            });
            out.force(true);
            return new Copied(HexFormat.of().formatHex(digest.digest()), out.size());
        }
    }

    private interface PartTaker {
        void take(ByteBuffer part) throws IOException;
    }

    private static void drain(FileChannel in, PartTaker taker) throws IOException {
        ByteBuffer part = ByteBuffer.allocate(PART_BYTES);
        while (in.read(part) >= 0) {
            taker.take(part.flip());
            part.clear();
        }
    }
}
