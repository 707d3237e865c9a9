package dev.replicator.server.http;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where a part of an answer is written: a buffer that grows. An {@code OutputStream} without exceptions, so that
 * writers of JSON can stand on it. One thread at a time.
 */
public final class ByteSink extends OutputStream {
    private static final int FIRST_SIZE = 1024;

    private byte[] bytes = new byte[FIRST_SIZE];
    private int size;

    /** How many bytes were written into this part so far. */
    public int size() {
        return size;
    }

    @Override
    public void write(int b) {
        room(1);
        bytes[size++] = (byte) b;
    }

    @Override
    public void write(byte[] source) {
        write(source, 0, source.length);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        room(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    /** Writes an array that is handed over: where it comes first, it is taken itself and not copied. */
    public void give(byte[] whole) {
        if (size == 0) {
            bytes = whole;
            size = whole.length;
        } else {
            write(whole);
        }
    }

    /** Text of ASCII characters only, such as the punctuation of JSON. */
    public void ascii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    /** What was written, without a copy: the sink is not written again. */
    ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** A copy of what was written. */
    byte[] bytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Math.max(needed, 2L * bytes.length), Integer.MAX_VALUE - 8));
        }
    }
}
