package dev.replicator.server.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * A file of lines that begins anew when it is full: {@code NAME} is written, {@code NAME.1} is the one before, and so
 * on. Only its owner may read it. One thread.
 */
final class AuditFile implements AutoCloseable {
    private final Path path;
    private FileChannel channel;

    AuditFile(Path path) {
        this.path = path;
    }

    boolean isAt(Path other) {
        return path.equals(other);
    }

    /**
     * Adds lines, each with its line end. They are with the operating system then, not yet on the disk.
     *
     * @param written told of each that is in the file
     * @throws IOException where one cannot be written: of that one nothing is in the file
     */
    void write(List<byte[]> lines, long maxBytes, int keep, Written written) throws IOException {
        for (byte[] line : lines) {
            if (channel == null) {
                open();
            }
            if (channel.size() > 0 && channel.size() + line.length > maxBytes) {
                close();
                rotate(keep);
                open();
            }
            write(line);
            written.one();
        }
    }

    /** Told of each line that is in the file. */
    interface Written {
        void one();
    }

    private void write(byte[] line) throws IOException {
        long before = channel.size();
        ByteBuffer bytes = ByteBuffer.wrap(line);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            channel.truncate(before);
            throw e;
        }
    }

    private void open() throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownersAlone = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        // Not in append mode, which cannot truncate.
        channel = FileChannel.open(path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), ownersAlone);
        channel.position(channel.size());
    }

    private void rotate(int keep) throws IOException {
        Files.deleteIfExists(numbered(keep));
        for (int number = keep - 1; number >= 0; number--) {
            if (Files.exists(numbered(number))) {
                Files.move(numbered(number), numbered(number + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path numbered(int number) {
        return number == 0 ? path : path.resolveSibling(path.getFileName() + "." + number);
    }

    /** Lets go of the file; the next write opens it, or makes it anew where it was taken away. */
    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                AuditLog.LOG.debug("closing {}", path, e);
            }
        }
    }
}
