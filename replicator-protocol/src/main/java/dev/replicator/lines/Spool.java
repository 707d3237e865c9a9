package dev.replicator.lines;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bytes that wait: a few in memory, more in a temporary file, which is gone when this is closed. One thread. */
final class Spool extends OutputStream {
    /** What is held in memory. */
    private static final int MEMORY_BYTES = 1 << 20;

    private final Path folder;
    private ByteArrayOutputStream memory = new ByteArrayOutputStream();

    /** Null while all is in memory. */
    private FileChannel file;

    private OutputStream out = memory;
    private long length;

    /** @param folder of the temporary file */
    Spool(Path folder) {
        this.folder = folder;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        if (file == null && length + count > MEMORY_BYTES) {
            Path path = Files.createTempFile(folder, "replicator-", ".spool");
            file = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            out = Channels.newOutputStream(file);
            memory.writeTo(out);
            memory = new ByteArrayOutputStream();
        }
        out.write(bytes, from, count);
        length += count;
    }

    long length() {
        return length;
    }

    /** Some of the bytes, of which none are written while they are read. The stream need not be closed. */
    InputStream read(long from, long count) {
        if (file == null) {
            return new ByteArrayInputStream(memory.toByteArray(), (int) from, (int) count);
        }
        return new Part(from, from + count);
    }

    /** Reads the file without a position of its own there. */
    private final class Part extends InputStream {
        private final long end;
        private long at;

        Part(long from, long end) {
            this.at = from;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int count) throws IOException {
            int most = (int) Math.min(count, end - at);
            if (most == 0) {
                return count == 0 ? 0 : -1;
            }
            int read = file.read(ByteBuffer.wrap(into, from, most), at);
            if (read > 0) {
                at += read;
            }
            return read;
        }
    }

    /** Forgets all that was written. */
    void clear() throws IOException {
        if (file != null) {
            file.truncate(0);
        }
        memory.reset();
        length = 0;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
