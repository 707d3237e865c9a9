package dev.replicator.peer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * JSON of any length, in which white space must end: no token bounds how much of it a peer sends. Blanks within texts
 * count too, so the bound is far above what either needs.
 */
final class BlankBound extends FilterInputStream {
    static final int MOST_BYTES = 64 << 20;

    private int blanks;

    BlankBound(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        int read = in.read(into, offset, count);
        for (int i = offset; i < offset + read; i++) {
            blanks = into[i] <= ' ' && into[i] >= 0 ? blanks + 1 : 0;
        }
        if (blanks > MOST_BYTES) {
            throw new IOException("the answer goes on for more than " + MOST_BYTES + " bytes of white space");
        }
        return read;
    }
}
