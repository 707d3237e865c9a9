package dev.replicator.document;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes of JSON in the making. Grows as needed.
 *
 * <p>Not thread-safe. Writes what it is told: commas and braces are the caller's.
 */
public final class JsonBuffer {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int length;

    public JsonBuffer() {
        this(1024);
    }

    /** @param capacity the bytes it takes before it grows */
    public JsonBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    public int length() {
        return length;
    }

    /** The bytes themselves, valid up to {@link #length()} until something is written. */
    public byte[] array() {
        return bytes;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Takes back what was written behind a length that it had. */
    public void truncate(int shorter) {
        if (shorter > length) {
            throw new IllegalArgumentException("only " + length + " bytes are written");
        }
        length = shorter;
    }

    /** Writes text of ASCII as it stands: syntax, member names and constants. */
    @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int) is the fastest copy of ASCII there is
    public JsonBuffer raw(String ascii) {
        room(ascii.length());
        ascii.getBytes(0, ascii.length(), bytes, length);
        length += ascii.length();
        return this;
    }

    public JsonBuffer raw(char ascii) {
        room(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    public JsonBuffer raw(byte[] json) {
        return raw(json, 0, json.length);
    }

    public JsonBuffer raw(byte[] json, int from, int count) {
        room(count);
        System.arraycopy(json, from, bytes, length, count);
        length += count;
        return this;
    }

    public JsonBuffer number(long value) {
        return raw(Long.toString(value));
    }

    /** Writes a string, quoted and escaped. */
    public JsonBuffer string(String text) {
        raw('"');
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c == '"' || c == '\\') {
                text(text, from, i);
                escape(c);
                from = i + 1;
            }
        }
        text(text, from, text.length());
        return raw('"');
    }

    private void text(String text, int from, int to) {
        int start = length;
        room(to - from);
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                length = start;
                raw(text.substring(from, to).getBytes(StandardCharsets.UTF_8));
                return;
            }
            bytes[length++] = (byte) c;
        }
    }

    private void escape(char c) {
        switch (c) {
            case '"', '\\' -> raw('\\').raw(c);
            case '\b' -> raw("\\b");
            case '\f' -> raw("\\f");
            case '\n' -> raw("\\n");
            case '\r' -> raw("\\r");
            case '\t' -> raw("\\t");
            default -> raw("\\u00").raw((char) HEX[c >> 4]).raw((char) HEX[c & 0xf]);
        }
    }

    /** Writes bytes as lower-case hex digits. */
    public JsonBuffer hex(byte[] binary) {
        room(2 * binary.length);
        for (byte b : binary) {
            bytes[length++] = HEX[(b >> 4) & 0xf];
            bytes[length++] = HEX[b & 0xf];
        }
        return this;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
