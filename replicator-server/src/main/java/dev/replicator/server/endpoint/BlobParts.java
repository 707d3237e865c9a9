package dev.replicator.server.endpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A run of an attachment's bytes on its way out, in parts. One thread at a time. */
final class BlobParts implements AutoCloseable {
    private final InputStream bytes;
    private final int partSize;
    private long position;
    private long left;

    /**
     * @param bytes stands at the first byte of the run; closed with this
     * @param position of that byte: parts end where multiples of their size do, since so the store keeps its rows
     * @param length of the run
     * @param partSize the most bytes of a part
     */
    BlobParts(InputStream bytes, long position, long length, int partSize) {
        this.bytes = bytes;
        this.position = position;
        this.left = length;
        this.partSize = partSize;
    }

    boolean hasMore() {
        return left > 0;
    }

    /**
     * The next part, in an array of its own; empty at the end.
     *
     * @throws IOException where the bytes end early or cannot be decoded
     */
    byte[] next() throws IOException {
        byte[] part = new byte[(int) Math.min(left, partSize - position % partSize)];
        if (bytes.readNBytes(part, 0, part.length) < part.length) {
            throw new EOFException("an attachment is shorter than it should be, with " + left + " bytes to go");
        }
        position += part.length;
        left -= part.length;
        return part;
    }

    @Override
    public void close() {
        try {
            bytes.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
