package dev.replicator.document;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
 * <p>What is ill-formed throws {@link CouchException} with 400, what is longer than may be held one with 413; the
 * stream's own errors come as {@link UncheckedIOException}. Not thread-safe; one scanner reads one request, or one
 * answer of a peer.
 */
public final class JsonScanner {
    /** How deep the members of a document may be nested at the most: what is deeper is not read. */
    public static final int MAX_DEPTH = 5000;

    static final int MAX_INTEGER_DIGITS = 1000;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    /** A document that grows beyond this is refused: it is held whole while it is read. */
    public static final int MAX_VALUE_BYTES = 64 << 20;

    /** Of the room that a large value took, so much is kept for the next. */
    private static final int MAX_KEPT_BYTES = 1 << 20;

    private static final int WINDOW_BYTES = 64 * 1024;

    /** The longest part that is looked at as a whole: a pair of surrogates, escaped. */
    private static final int LOOK_AHEAD = 12;

    /** What follows the window, null where nothing does. */
    private final InputStream rest;

    private final byte[] in;
    private int end;
    private int position;

    private byte[] out = new byte[512];
    private int length;

    private final MemberStack members = new MemberStack();

    /** A scanner of bytes that are in memory, not to be changed meanwhile. */
    public JsonScanner(byte[] in, int from, int to) {
        this.rest = null;
        this.in = in;
        this.position = from;
        this.end = to;
    }

    /** A scanner of bytes that need not fit into memory, a window at a time. The caller closes the stream. */
    public JsonScanner(InputStream rest) {
        this.rest = rest;
        this.in = new byte[WINDOW_BYTES];
    }

    /** Has at least the given bytes in the window where so many are left. Moves what is in the window to its front. */
    private void lookAhead(int count) {
        if (rest == null || end - position >= count) {
            return;
        }
        System.arraycopy(in, position, in, 0, end - position);
        end -= position;
        position = 0;
        try {
            end += rest.readNBytes(in, end, in.length - end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** Takes the value that comes next without keeping the copy. */
    public void skip() {
        int start = length;
        value();
        length = start;
    }

    /** Takes the value that comes next. Returns it, apart from what was copied before. */
    public byte[] taken() {
        int start = length;
        value();
        byte[] value = copy(start, length);
        length = start;
        if (start == 0 && out.length > MAX_KEPT_BYTES) {
            out = new byte[MAX_KEPT_BYTES];
        }
        return value;
    }

    /** Takes the name of a member, and the colon behind it. Returns the name. */
    public String name() {
        int start = length;
        string();
        String name = JsonText.text(out, start, length);
        length = start;
        expect(':');
        return name;
    }

    void append(char c) {
        put((byte) c);
    }

    /** The next byte that is no white space, without taking it; -1 at the end. */
    public int peek() {
        while (true) {
            lookAhead(1);
            if (position >= end) {
                return -1;
            }
            byte b = in[position];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b & 0xff;
            }
            position++;
        }
    }

    /** Takes a byte that must come next. */
    public void expect(char c) {
        if (peek() != c) {
            throw malformed();
        }
        position++;
    }

    /** Takes a byte if it comes next. */
    public boolean take(char c) {
        if (peek() != c) {
            return false;
        }
        position++;
        return true;
    }

    /** Checks that nothing follows. */
    public void expectEnd() {
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
        lookAhead(word.length);
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
            if (rest != null && end - position < LOOK_AHEAD) {
                put(in, start, position - start);
                lookAhead(LOOK_AHEAD);
                start = position;
            }
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

    /** Takes the string that comes next without copying it: what it says goes to a decoder. */
    void string(Base64Decoder decoder) {
        expect('"');
        while (true) {
            position = decoder.take(in, position, end);
            lookAhead(LOOK_AHEAD);
            if (position >= end) {
                throw malformed();
            }
            byte b = in[position];
            if (b == '"') {
                position++;
                return;
            }
            if (b == '\\') {
                int escape = JsonText.escapeLength(in, position, end);
                decoder.take(JsonText.escaped(in, position));
                position += escape;
            } else if (b >= 0x20) {
                decoder.take(b);
                position++;
            } else if (b >= 0) {
                throw malformed();
            } else {
                decoder.take('\ufffd');
                position += JsonText.characterLength(in, position, end);
            }
        }
    }

    private void number() {
        int start = length;
        copyIf('-');
        boolean zero = current() == '0';
        int digits = digits();
        if (digits == 0 || (digits > 1 && zero)) {
            throw malformed();
        }
        boolean integer = true;
        if (copyIf('.')) {
            integer = false;
            if (digits() == 0) {
                throw malformed();
            }
        }
        if (copyIf('e') || copyIf('E')) {
            integer = false;
            if (!copyIf('+')) {
                copyIf('-');
            }
            if (digits() == 0) {
                throw malformed();
            }
        }
        if (integer && digits > MAX_INTEGER_DIGITS) {
            throw CouchError.badRequest("a number has more than " + MAX_INTEGER_DIGITS + " digits")
                    .asException();
        }
        if (!integer && !Double.isFinite(Double.parseDouble(text(start)))) {
            throw malformed();
        }
    }

    private String text(int from) {
        return new String(out, from, length - from, StandardCharsets.ISO_8859_1);
    }

    private int digits() {
        int count = 0;
        for (int c = current(); c >= '0' && c <= '9'; c = current()) {
            put((byte) c);
            position++;
            count++;
        }
        return count;
    }

    /** Copies a byte of a number if it comes next. */
    private boolean copyIf(char c) {
        if (current() != c) {
            return false;
        }
        put((byte) c);
        position++;
        return true;
    }

    /** The next byte, white space or not, without taking it; -1 at the end. */
    private int current() {
        lookAhead(1);
        return position < end ? in[position] : -1;
    }

    private void put(byte b) {
        room(1);
        out[length++] = b;
    }

    private void room(int more) {
        if (length + more > out.length) {
            if (length + more > MAX_VALUE_BYTES) {
                throw CouchError.tooLarge(
                                "A document has more than " + MAX_VALUE_BYTES + " bytes, its attachments aside.")
                        .asException();
            }
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
    }

    private void put(byte[] from, int offset, int count) {
        room(count);
        System.arraycopy(from, offset, out, length, count);
        length += count;
    }
}
