package dev.replicator.server.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A request's body, received whole: in memory while it is small, in a temporary file above that.
 *
 * <p>It lives until the endpoint has returned its answer ({@link Answer.Later}: until that has come); a streamed answer
 * must not read it any more.
 */
public final class RequestBody implements AutoCloseable {
    private final byte[] memory;
    private final FileChannel file;
    private final long length;
    private final Runnable release;

    private RequestBody(byte[] memory, FileChannel file, long length, Runnable release) {
        this.memory = memory;
        this.file = file;
        this.length = length;
        this.release = release;
    }

    /** A body in memory, such as the empty one of a request that has none. */
    public static RequestBody of(byte[] bytes) {
        return new RequestBody(bytes, null, bytes.length, () -> {});
    }

    static RequestBody inMemory(byte[] bytes, Runnable release) {
        return new RequestBody(bytes, null, bytes.length, release);
    }

    static RequestBody inFile(FileChannel file, long length, Runnable release) {
        return new RequestBody(null, file, length, release);
    }

    /** In bytes, as the client sent them, its transfer coding undone. */
    public long length() {
        return length;
    }

    /** Whether {@link #bytes} can be called. */
    public boolean isInMemory() {
        return memory != null;
    }

    /**
     * The bytes themselves, not a copy.
     *
     * @throws IllegalStateException for a body in a file, which must be streamed
     */
    public byte[] bytes() {
        if (memory == null) {
            throw new IllegalStateException("a body of " + length + " bytes is in a file");
        }
        return memory;
    }

    /** The bytes from the start; each stream reads on its own, and none need be closed. */
    public InputStream open() {
        return memory != null ? new ByteArrayInputStream(memory) : new FileStream();
    }

    @Override
    public void close() {
        release.run();
    }

    private final class FileStream extends InputStream {
        private long position;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            if (count == 0) {
                return 0;
            }
            int read = file.read(ByteBuffer.wrap(target, offset, count), position);
            if (read > 0) {
                position += read;
            }
            return read;
        }
    }
}
