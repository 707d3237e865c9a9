package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The percent-coding of URLs: decoding the parts of a request's path and query, encoding those of a location. */
public final class PercentCoding {
    /** What CouchDB leaves unescaped in a location, beside letters and digits. */
    private static final String UNRESERVED = "_.-:";

    private PercentCoding() {}

    /** As {@link #decode(String, boolean)}, a plus meaning a space, as in queries. */
    public static byte[] decode(String raw) {
        return decode(raw, true);
    }

    /**
     * The bytes that {@code raw} stands for; each character beyond ASCII is one byte as it came over the wire.
     *
     * @param plusIsSpace whether a plus means a space, in paths too as CouchDB reads them
     * @throws dev.replicator.error.CouchException 400 where a percent sign is not followed by two hex digits
     */
    static byte[] decode(String raw, boolean plusIsSpace) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw CouchError.badRequest("The URL has a % that is not followed by two hex digits.")
                            .asException();
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.write(c == '+' && plusIsSpace ? ' ' : c);
            }
        }
        return bytes.toByteArray();
    }

    /** The text of UTF-8 bytes; empty when they are not UTF-8. */
    public static Optional<String> text(byte[] utf8) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** One path segment, escaped so that it decodes to {@code segment} again: a slash within becomes {@code %2F}. */
    static String encode(String segment) {
        StringBuilder encoded = new StringBuilder(segment.length() + 16);
        for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append('%');
                encoded.append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
                encoded.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return encoded.toString();
    }
}
