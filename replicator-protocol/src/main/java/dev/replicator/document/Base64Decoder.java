package dev.replicator.document;

import java.util.Arrays;

/**
 * Undoes base64 as it comes, and hands the bytes on in blocks.
 *
 * <p>As strict as CouchDB, which has Erlang's {@code base64:decode}: the standard alphabet, padded; spaces, tabs and
 * ends of lines count for nothing wherever they stand; the bits that the last character has too many may be anything.
 *
 * <p>Not thread-safe; used for one attachment after the other.
 */
final class Base64Decoder {
    private static final int BLOCK_BYTES = 24 * 1024;
    private static final byte[] VALUES = values();

    private final byte[] block = new byte[BLOCK_BYTES];
    private int filled;

    /** Null where the bytes are not wanted, or no more. */
    private AttachmentIntake.Incoming to;

    private long limit;
    private long length;

    /** The characters of an unfinished group of four, by their number and their bits. */
    private int pending;

    private int bits;
    private int padding;
    private boolean illegal;

    private static byte[] values() {
        byte[] values = new byte[256];
        Arrays.fill(values, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        return values;
    }

    /**
     * Begins an attachment.
     *
     * @param to is given the bytes; null where they are only checked
     * @param limit no more bytes than these are handed on
     */
    void begin(AttachmentIntake.Incoming to, long limit) {
        this.to = to;
        this.limit = limit;
        filled = 0;
        length = 0;
        pending = 0;
        bits = 0;
        padding = 0;
        illegal = false;
    }

    /** Takes characters of the alphabet. Returns where the first stands that is none. */
    int take(byte[] in, int from, int end) {
        int at = from;
        while (at < end) {
            if (pending == 0) {
                at = groups(in, at, end);
                if (at == end) {
                    break;
                }
            }
            int value = VALUES[in[at] & 0xff];
            if (value < 0) {
                break;
            }
            add(value);
            at++;
        }
        return at;
    }

    /** Takes whole groups of four. */
    private int groups(byte[] in, int from, int end) {
        int at = from;
        while (at + 4 <= end) {
            int group = VALUES[in[at] & 0xff] << 18
                    | VALUES[in[at + 1] & 0xff] << 12
                    | VALUES[in[at + 2] & 0xff] << 6
                    | VALUES[in[at + 3] & 0xff];
            if (group < 0) {
                break;
            }
            put(group);
            at += 4;
        }
        return at;
    }

    /** Takes any one character. */
    void take(int character) {
        int value = character < VALUES.length ? VALUES[character] : -1;
        if (value >= 0) {
            add(value);
        } else if (character == '=') {
            illegal |= ++padding > 2;
        } else if (character != ' ' && character != '\n' && character != '\r' && character != '\t') {
            illegal = true;
        }
    }

    private void add(int value) {
        if (padding > 0) {
            illegal = true;
        }
        bits = bits << 6 | value;
        if (++pending == 4) {
            put(bits);
            pending = 0;
            bits = 0;
        }
    }

    private void put(int group) {
        if (filled == BLOCK_BYTES) {
            handOn();
        }
        block[filled] = (byte) (group >> 16);
        block[filled + 1] = (byte) (group >> 8);
        block[filled + 2] = (byte) group;
        filled += 3;
    }

    private void handOn() {
        length += filled;
        if (to != null && !illegal && length <= limit) {
            to.write(block, 0, filled);
        }
        filled = 0;
    }

    /** Hands on what is left. Returns whether all of it was base64. */
    boolean finish() {
        if (pending > 0) {
            int missing = 4 - pending;
            illegal |= pending == 1 || padding != missing;
            put(bits << (6 * missing));
            filled -= missing;
        } else {
            illegal |= padding > 0;
        }
        handOn();
        to = null;
        return !illegal;
    }

    /** Whether more came than the limit allows. */
    boolean isTooLarge() {
        return length > limit;
    }
}
