package dev.replicator.document;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The text inside JSON strings: what is well formed, and what it says once its escapes are undone. */
public final class JsonText {
    private JsonText() {}

    /** The bytes of the escape that begins at {@code at}, a pair of surrogates counted as one. */
    static int escapeLength(byte[] in, int at, int end) {
        if (at + 1 >= end) {
            throw JsonScanner.malformed();
        }
        return switch (in[at + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> unicodeEscapeLength(in, at, end);
            default -> throw JsonScanner.malformed();
        };
    }

    private static int unicodeEscapeLength(byte[] in, int at, int end) {
        char unit = (char) unit(in, at, end);
        if (Character.isLowSurrogate(unit)) {
            throw JsonScanner.malformed();
        }
        if (!Character.isHighSurrogate(unit)) {
            return 6;
        }
        boolean paired = at + 7 < end
                && in[at + 6] == '\\'
                && in[at + 7] == 'u'
                && Character.isLowSurrogate((char) unit(in, at + 6, end));
        if (!paired) {
            throw JsonScanner.malformed();
        }
        return 12;
    }

    private static int unit(byte[] in, int at, int end) {
        if (at + 6 > end) {
            throw JsonScanner.malformed();
        }
        int unit = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = Character.digit(in[i], 16);
            if (digit < 0) {
                throw JsonScanner.malformed();
            }
            unit = (unit << 4) | digit;
        }
        return unit;
    }

    /** The bytes of the character beyond ASCII that begins at {@code at}: strict UTF-8. */
    static int characterLength(byte[] in, int at, int end) {
        int lead = in[at] & 0xff;
        int count = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (lead < 0xc2 || lead > 0xf4 || at + count > end) {
            throw JsonScanner.malformed();
        }
        int second = in[at + 1] & 0xff;
        int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        if (second < least || second > most) {
            throw JsonScanner.malformed();
        }
        for (int i = 2; i < count; i++) {
            if ((in[at + i] & 0xc0) != 0x80) {
                throw JsonScanner.malformed();
            }
        }
        return count;
    }

    /** Where the well-formed string that begins with the quote at {@code start} ends: behind its closing quote. */
    static int stringEnd(byte[] in, int start) {
        int at = start + 1;
        while (in[at] != '"') {
            at += in[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    /** Whether two well-formed strings, each given by the place of its opening quote, say the same. */
    static boolean sameString(byte[] in, int first, int second) {
        byte[] one = decoded(in, first, stringEnd(in, first));
        byte[] other = decoded(in, second, stringEnd(in, second));
        return Arrays.equals(one, other);
    }

    /** What a well-formed string says, as text. */
    public static String text(byte[] in, int start, int end) {
        return new String(decoded(in, start, end), StandardCharsets.UTF_8);
    }

    /** What a well-formed string says, as UTF-8, from its opening to behind its closing quote. */
    static byte[] decoded(byte[] in, int start, int end) {
        byte[] out = new byte[end - start - 2];
        int length = decode(in, start, end, out, 0);
        return length == out.length ? out : Arrays.copyOf(out, length);
    }

    /**
     * Writes what a well-formed string says as UTF-8.
     *
     * @param into has room for the string's own length
     * @return where the writing ended
     */
    static int decode(byte[] in, int start, int end, byte[] into, int offset) {
        int at = start + 1;
        int to = offset;
        while (at < end - 1) {
            byte b = in[at];
            if (b != '\\') {
                into[to++] = b;
                at++;
                continue;
            }
            byte kind = in[at + 1];
            if (kind != 'u') {
                into[to++] = simpleEscape(kind);
                at += 2;
                continue;
            }
            int point = unit(in, at, end);
            at += 6;
            if (Character.isHighSurrogate((char) point)) {
                point = Character.toCodePoint((char) point, (char) unit(in, at, end));
                at += 6;
            }
            to = putCharacter(point, into, to);
        }
        return to;
    }

    /** What a well-formed escape says: a UTF-16 unit, the first where it is a pair. */
    static int escaped(byte[] in, int at) {
        return in[at + 1] == 'u' ? unit(in, at, in.length) : simpleEscape(in[at + 1]);
    }

    private static byte simpleEscape(byte kind) {
        return switch (kind) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> kind;
        };
    }

    private static int putCharacter(int point, byte[] into, int offset) {
        int to = offset;
        if (point < 0x80) {
            into[to++] = (byte) point;
        } else if (point < 0x800) {
            into[to++] = (byte) (0xc0 | (point >> 6));
            into[to++] = (byte) (0x80 | (point & 0x3f));
        } else if (point < 0x10000) {
            into[to++] = (byte) (0xe0 | (point >> 12));
            into[to++] = (byte) (0x80 | ((point >> 6) & 0x3f));
            into[to++] = (byte) (0x80 | (point & 0x3f));
        } else {
            into[to++] = (byte) (0xf0 | (point >> 18));
            into[to++] = (byte) (0x80 | ((point >> 12) & 0x3f));
            into[to++] = (byte) (0x80 | ((point >> 6) & 0x3f));
            into[to++] = (byte) (0x80 | (point & 0x3f));
        }
        return to;
    }
}
