package dev.replicator.conformance.attachments;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** An endless row of bytes that need not be kept: any of them can be made again from its place. */
interface ByteSource {
    int BUFFER = 64 * 1024;

    /** Puts the bytes from {@code offset} on into {@code into}, at most {@link #BUFFER} of them. */
    void fill(long offset, byte[] into, int count);

    default void writeTo(OutputStream out, long offset, long count) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (long at = offset; at < offset + count; ) {
            int part = (int) Math.min(BUFFER, offset + count - at);
            fill(at, buffer, part);
            out.write(buffer, 0, part);
            at += part;
        }
        out.flush();
    }

    /** Asserts that {@code in} has these bytes and then ends, while they come. */
    default void requireAll(InputStream in, long offset, long count) throws IOException {
        requireNext(in, offset, count);
        assertEquals(-1, in.read(), "more than the " + count + " bytes from " + offset + " on came");
    }

    /** Asserts that these bytes come next. */
    default void requireNext(InputStream in, long offset, long count) throws IOException {
        byte[] come = new byte[BUFFER];
        byte[] expected = new byte[BUFFER];
        for (long at = offset; at < offset + count; ) {
            int read = in.read(come, 0, (int) Math.min(BUFFER, offset + count - at));
            if (read < 0) {
                throw new EOFException("of " + count + " bytes from " + offset + " on only those up to " + at);
            }
            fill(at, expected, read);
            int different = Arrays.mismatch(come, 0, read, expected, 0, read);
            if (different >= 0) {
                throw new AssertionError("the byte at " + (at + different) + " is another");
            }
            at += read;
        }
    }

    /** The digest of the first {@code count} bytes as documents show it. */
    default String md5(long count) throws IOException {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            writeTo(new DigestOutput(md5), 0, count);
            return "md5-" + Base64.getEncoder().encodeToString(md5.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    /** Keeps nothing but the digest. */
    final class DigestOutput extends OutputStream {
        private final MessageDigest digest;

        DigestOutput(MessageDigest digest) {
            this.digest = digest;
        }

        @Override
        public void write(int b) {
            digest.update((byte) b);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) {
            digest.update(bytes, offset, count);
        }
    }
}
