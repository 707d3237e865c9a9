package dev.replicator.peer;

import java.io.FilterInputStream;
import java.io.IOException;

/**
 * The answer of a feed that waits: it may take no longer than its patience until the first row begins, whatever bytes
 * come meanwhile to say that the peer is alive; then it may take its time. The first row begins with the second brace
 * that opens.
 */
final class PatientStream extends FilterInputStream {
    private final AnswerBody body;
    private int braces;

    PatientStream(AnswerBody body) {
        super(body);
        this.body = body;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        int read = body.read(into, offset, count);
        for (int i = offset; i < offset + read && braces < 2; i++) {
            if (into[i] == '{' && ++braces == 2) {
                body.takeYourTime();
            }
        }
        return read;
    }
}
