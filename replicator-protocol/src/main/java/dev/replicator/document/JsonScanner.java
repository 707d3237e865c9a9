package dev.replicator.document;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads JSON values from bytes and copies them without their white space, strictly: UTF-8 without overlong forms or
 * surrogates, surrogate escapes in pairs, numbers that a double can hold.
 *
 * <p>Written by hand because the bytes themselves are what a document is: they are kept and served as they came. A
 * tokenizer of a library gives decoded values and lets through what must not be kept (Jackson takes overlong UTF-8 and
 * lone surrogates), and the place of each token in the bytes costs it an object. One pass here checks, copies, and
 * drops all but the last of the members that an object repeats.
 *
 * <p>Not thread-safe; one scanner reads one request.
 */
final class JsonScanner {
    static final int MAX_DEPTH = 5000;
    static final int MAX_INTEGER_DIGITS = 1000;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final byte[] in;
    private final int end;
    private int position;

    private byte[] out = new byte[512];
    private int length;

    private final MemberStack members = new MemberStack();

    JsonScanner(byte[] in, int from, int to) {
        this.in = in;
        this.position = from;
        this.end = to;
    }

    static CouchException malformed() {
        return CouchError.badRequest("invalid UTF-8 JSON").asException();
    }

    /** A part of the copy. */
    byte[] copy(int from, int to) {
        return Arrays.copyOfRange(out, from, to);
    }

    int length() {
        return length;
    }

    byte at(int index) {
        return out[index];
    }

    /** The bytes of the copy, valid up to {@link #length()} and until more is copied. */
    byte[] buffer() {
        return out;
    }

    /** Forgets what was copied after a point. */
    void rewind(int to) {
        length = to;
    }

    void append(char c) {
        put((byte) c);
    }

    /** The next byte that is no white space, without taking it; -1 at the end. */
    int peek() {
        while (position < end) {
            byte b = in[position];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b & 0xff;
            }
            position++;
        }
        return -1;
    }

    /** Takes a byte that must come next. */
    void expect(char c) {
        if (peek() != c) {
            throw malformed();
        }
        position++;
    }

    /** Takes a byte if it comes next. */
    boolean take(char c) {
        if (peek() != c) {
            return false;
        }
        position++;
        return true;
    }

    /** Checks that nothing follows. */
    void expectEnd() {
        if (peek() >= 0) {
            throw malformed();
        }
    }

    /** Copies the value that comes next, of whatever depth. */
    void value() {
        int depth = 0;
        while (true) {
            depth = enter(depth);
            // A value is complete: go on to the next member or element, leaving what ends here.
            while (depth > 0 && !next()) {
                depth--;
                members.pop();
            }
            if (depth == 0) {
                return;
            }
        }
    }

    /** Copies a scalar or an empty container, or opens containers down to the first value inside. */
    private int enter(int depth) {
        int opened = depth;
        while (true) {
            int c = peek();
            if (c == '{' || c == '[') {
                if (opened == MAX_DEPTH) {
                    throw CouchError.badRequest("JSON is nested deeper than " + MAX_DEPTH)
                            .asException();
                }
                position++;
                put((byte) c);
                char close = c == '{' ? '}' : ']';
                if (take(close)) {
                    put((byte) close);
                    return opened;
                }
                opened++;
                members.push(c == '{');
                if (c == '{') {
                    key();
                }
            } else {
                scalar(c);
                return opened;
            }
        }
    }

    /** After a complete value: true where another follows in the innermost container, false where that was closed. */
    private boolean next() {
        boolean object = members.isObject();
        if (take(',')) {
            put((byte) ',');
            if (object) {
                key();
            }
            return true;
        }
        expect(object ? '}' : ']');
        if (object) {
            length = members.dropRepeated(out, length);
        }
        put((byte) (object ? '}' : ']'));
        return false;
    }

    private void key() {
        int start = length;
        if (peek() != '"') {
            throw malformed();
        }
        members.add(start, string());
        expect(':');
        put((byte) ':');
    }

    private void scalar(int c) {
        switch (c) {
            case '"' -> string();
            case 't' -> literal(TRUE);
            case 'f' -> literal(FALSE);
            case 'n' -> literal(NULL);
            default -> number();
        }
    }

    private void literal(byte[] word) {
        if (end - position < word.length
                || !Arrays.equals(in, position, position + word.length, word, 0, word.length)) {
            throw malformed();
        }
        put(in, position, word.length);
        position += word.length;
    }

    /** Copies the string that comes next, quotes included. Returns a hash of its bytes, 0 where it holds escapes. */
    int string() {
        if (peek() != '"') {
            throw malformed();
        }
        int start = position++;
        int hash = 17;
        boolean escaped = false;
        while (true) {
            if (position >= end) {
                throw malformed();
            }
            byte b = in[position];
            if (b == '"') {
                position++;
                put(in, start, position - start);
                return escaped ? 0 : hash | 1;
            }
            if (b == '\\') {
                escaped = true;
                position += JsonText.escapeLength(in, position, end);
            } else if (b >= 0x20) {
                hash = hash * 31 + b;
                position++;
            } else if (b >= 0) {
                throw malformed();
            } else {
                hash = hash * 31 + b;
                position += JsonText.characterLength(in, position, end);
            }
        }
    }

    private void number() {
        int start = position;
        if (position < end && in[position] == '-') {
            position++;
        }
        int digits = digits();
        if (digits == 0 || (digits > 1 && in[position - digits] == '0')) {
            throw malformed();
        }
        boolean integer = true;
        if (position < end && in[position] == '.') {
            position++;
            integer = false;
            if (digits() == 0) {
                throw malformed();
            }
        }
        if (position < end && (in[position] == 'e' || in[position] == 'E')) {
            position++;
            integer = false;
            if (position < end && (in[position] == '+' || in[position] == '-')) {
                position++;
            }
            if (digits() == 0) {
                throw malformed();
            }
        }
        if (integer && digits > MAX_INTEGER_DIGITS) {
            throw CouchError.badRequest("a number has more than " + MAX_INTEGER_DIGITS + " digits")
                    .asException();
        }
        if (!integer && !Double.isFinite(Double.parseDouble(text(start, position)))) {
            throw malformed();
        }
        put(in, start, position - start);
    }

    private String text(int from, int to) {
        return new String(in, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private int digits() {
        int from = position;
        while (position < end && in[position] >= '0' && in[position] <= '9') {
            position++;
        }
        return position - from;
    }

    private void put(byte b) {
        if (length == out.length) {
            out = Arrays.copyOf(out, out.length * 2);
        }
        out[length++] = b;
    }

    private void put(byte[] from, int offset, int count) {
        if (length + count > out.length) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + count));
        }
        System.arraycopy(from, offset, out, length, count);
        length += count;
    }
}
