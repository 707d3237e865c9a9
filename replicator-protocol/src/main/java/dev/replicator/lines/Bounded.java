package dev.replicator.lines;

import java.io.IOException;
import java.io.InputStream;

/** The next bytes of a stream, so many at most. */
final class Bounded extends InputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long bytes) {
        this.in = in;
        this.left = bytes;
    }

    @Override
    public int read() throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = in.read();
        left -= read < 0 ? 0 : 1;
        return read;
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
        if (left == 0 && count > 0) {
            return -1;
        }
        int read = in.read(into, from, (int) Math.min(count, left));
        left -= Math.max(0, read);
        return read;
    }

    /** How many of them were not read, be it that there are none. */
    long left() {
        return left;
    }
}
