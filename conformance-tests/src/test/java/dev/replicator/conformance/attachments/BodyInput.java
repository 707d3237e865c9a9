package dev.replicator.conformance.attachments;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of an answer, read up to its end and not beyond. */
final class BodyInput extends InputStream {
    private final InputStream in;
    private final boolean chunked;

    /** Of the chunk, or of the whole body. */
    private long left;

    private boolean ended;

    private BodyInput(InputStream in, boolean chunked, long left) {
        this.in = in;
        this.chunked = chunked;
        this.left = left;
    }

    static InputStream sized(InputStream in, long length) {
        return new BodyInput(in, false, length);
    }

    static InputStream chunked(InputStream in) {
        return new BodyInput(in, true, 0);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        if (chunked && left == 0 && !ended) {
            left = Long.parseLong(Wire.line(in), 16);
            if (left == 0) {
                Wire.line(in);
                ended = true;
            }
        }
        if (left == 0) {
            return -1;
        }
        int read = in.read(into, offset, (int) Math.min(count, left));
        if (read < 0) {
            throw new EOFException("the connection ended within the answer");
        }
        left -= read;
        if (chunked && left == 0) {
            Wire.line(in);
        }
        return read;
    }

    static int need(InputStream in) throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the connection ended within the answer");
        }
        return next;
    }
}
