package dev.replicator.document;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Writes Erlang's external term format as CouchDB's {@code term_to_binary(…, [{minor_version, 1}])} does: what its
 * revision ids are digests of.
 *
 * <p>JSON becomes {@code {[{Key, Value}, …]}} for objects, lists for arrays, binaries for strings; an array of nothing
 * but integers from 0 to 255, at most 65535 long, is a {@code STRING_EXT}, as the format demands of such lists.
 * Sources: the format's description in the Erlang run-time's documentation, and {@code revids.json} of the recordings.
 */
final class ExternalTerm {
    private static final int VERSION = 131;
    private static final int NEW_FLOAT = 70;
    private static final int SMALL_INTEGER = 97;
    private static final int INTEGER = 98;
    private static final int ATOM = 100;
    private static final int SMALL_TUPLE = 104;
    private static final int NIL = 106;
    private static final int STRING = 107;
    private static final int LIST = 108;
    private static final int BINARY = 109;
    private static final int SMALL_BIG = 110;
    private static final int LARGE_BIG = 111;
    private static final int MAX_STRING = 65535;

    /** So many characters of an integer always fit a long. */
    private static final int SAFE_DIGITS = 18;

    private static final byte[] TRUE = {ATOM, 0, 4, 't', 'r', 'u', 'e'};
    private static final byte[] FALSE = {ATOM, 0, 5, 'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {ATOM, 0, 4, 'n', 'u', 'l', 'l'};

    private byte[] out;
    private int length;

    ExternalTerm(int capacity) {
        out = new byte[Math.max(capacity, 64)];
        put(VERSION);
    }

    byte[] digest(MessageDigest digest) {
        digest.update(out, 0, length);
        return digest.digest();
    }

    void atom(boolean value) {
        put(value ? TRUE : FALSE);
    }

    void integer(long value) {
        if (value >= 0 && value <= 255) {
            put(SMALL_INTEGER);
            put((int) value);
        } else if (value == (int) value) {
            put(INTEGER);
            putInt((int) value);
        } else {
            big(BigInteger.valueOf(value));
        }
    }

    void binary(byte[] bytes) {
        put(BINARY);
        putInt(bytes.length);
        put(bytes);
    }

    void beginTuple(int arity) {
        put(SMALL_TUPLE);
        put(arity);
    }

    /** Begins a list that is not empty; an empty one is its end alone. */
    void beginList(int size) {
        put(LIST);
        putInt(size);
    }

    void endList() {
        put(NIL);
    }

    /** Writes a JSON value that is compact and valid. */
    void json(byte[] json) {
        Frames frames = new Frames();
        int at = 0;
        while (true) {
            at = begin(json, at, frames);
            while (frames.depth > 0) {
                frames.counts[frames.depth - 1]++;
                if (json[at++] == ',') {
                    if (frames.inObject()) {
                        at = key(json, at);
                    }
                    break;
                }
                close(frames);
            }
            if (frames.depth == 0) {
                return;
            }
        }
    }

    /** The containers that are open: their sizes stand before their elements and are known only behind them. */
    private static final class Frames {
        private int depth;
        private int[] headers = new int[16];
        private int[] counts = new int[16];
        private Kind[] kinds = new Kind[16];

        private enum Kind {
            OBJECT,
            /** An array of nothing but integers from 0 to 255 so far. */
            BYTES,
            ARRAY
        }

        void push(Kind kind, int header) {
            if (depth == headers.length) {
                headers = Arrays.copyOf(headers, depth * 2);
                counts = Arrays.copyOf(counts, depth * 2);
                kinds = Arrays.copyOf(kinds, depth * 2);
            }
            headers[depth] = header;
            counts[depth] = 0;
            kinds[depth++] = kind;
        }

        boolean inObject() {
            return kinds[depth - 1] == Kind.OBJECT;
        }

        void holdsMoreThanBytes() {
            if (depth > 0 && kinds[depth - 1] == Kind.BYTES) {
                kinds[depth - 1] = Kind.ARRAY;
            }
        }
    }

    /** Writes a scalar or an empty container, or opens containers down to the first value inside. */
    private int begin(byte[] json, int start, Frames frames) {
        int at = start;
        while (true) {
            byte c = json[at];
            if (c != '{' && c != '[') {
                return scalar(json, at, frames);
            }
            frames.holdsMoreThanBytes();
            if (c == '{') {
                beginTuple(1);
            }
            if (json[at + 1] == '}' || json[at + 1] == ']') {
                endList();
                return at + 2;
            }
            frames.push(c == '{' ? Frames.Kind.OBJECT : Frames.Kind.BYTES, length);
            beginList(0);
            at = c == '{' ? key(json, at + 1) : at + 1;
        }
    }

    private void close(Frames frames) {
        int frame = --frames.depth;
        int header = frames.headers[frame];
        int count = frames.counts[frame];
        if (frames.kinds[frame] == Frames.Kind.BYTES && count <= MAX_STRING) {
            out[header] = STRING;
            out[header + 1] = (byte) (count >> 8);
            out[header + 2] = (byte) count;
            for (int i = 0; i < count; i++) {
                out[header + 3 + i] = out[header + 6 + 2 * i];
            }
            length = header + 3 + count;
        } else {
            patchInt(header + 1, count);
            endList();
        }
    }

    private int key(byte[] json, int at) {
        beginTuple(2);
        return string(json, at) + 1;
    }

    private int scalar(byte[] json, int at, Frames frames) {
        byte c = json[at];
        if (c == '-' || (c >= '0' && c <= '9')) {
            return number(json, at, frames);
        }
        frames.holdsMoreThanBytes();
        if (c == '"') {
            return string(json, at);
        }
        put(c == 't' ? TRUE : c == 'f' ? FALSE : NULL);
        return at + (c == 'f' ? 5 : 4);
    }

    private int string(byte[] json, int at) {
        int end = JsonText.stringEnd(json, at);
        put(BINARY);
        int size = length;
        putInt(0);
        room(end - at);
        length = JsonText.decode(json, at, end, out, length);
        patchInt(size, length - size - 4);
        return end;
    }

    private int number(byte[] json, int start, Frames frames) {
        int at = start;
        boolean integer = true;
        while (at < json.length && json[at] != ',' && json[at] != '}' && json[at] != ']') {
            integer &= json[at] != '.' && json[at] != 'e' && json[at] != 'E';
            at++;
        }
        String text = new String(json, start, at - start, StandardCharsets.ISO_8859_1);
        int header = length;
        if (!integer) {
            put(NEW_FLOAT);
            long bits = Double.doubleToRawLongBits(Double.parseDouble(text));
            putInt((int) (bits >> 32));
            putInt((int) bits);
        } else if (text.length() <= SAFE_DIGITS) {
            integer(Long.parseLong(text));
        } else {
            big(new BigInteger(text));
        }
        if (out[header] != SMALL_INTEGER) {
            frames.holdsMoreThanBytes();
        }
        return at;
    }

    private void big(BigInteger value) {
        byte[] magnitude = value.abs().toByteArray();
        int from = magnitude[0] == 0 ? 1 : 0;
        int size = magnitude.length - from;
        if (size <= 255) {
            put(SMALL_BIG);
            put(size);
        } else {
            put(LARGE_BIG);
            putInt(size);
        }
        put(value.signum() < 0 ? 1 : 0);
        for (int i = magnitude.length - 1; i >= from; i--) {
            put(magnitude[i]);
        }
    }

    private void put(int b) {
        room(1);
        out[length++] = (byte) b;
    }

    private void putInt(int value) {
        room(4);
        out[length++] = (byte) (value >> 24);
        out[length++] = (byte) (value >> 16);
        out[length++] = (byte) (value >> 8);
        out[length++] = (byte) value;
    }

    private void patchInt(int at, int value) {
        out[at] = (byte) (value >> 24);
        out[at + 1] = (byte) (value >> 16);
        out[at + 2] = (byte) (value >> 8);
        out[at + 3] = (byte) value;
    }

    private void put(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
    }

    private void room(int more) {
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
    }
}
