package dev.replicator.multipart;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The value of a parameter whose name ends in an asterisk, which names its charset and is percent-encoded:
 * {@code UTF-8''caf%c3%a9} (RFC 8187, once 5987).
 */
final class ExtendedValue {
    private ExtendedValue() {}

    /** The text, or nothing if the value is ill-formed or in a charset that the RFC does not ask for. */
    static Optional<String> decode(String value) {
        int charsetEnd = value.indexOf('\'');
        int languageEnd = value.indexOf('\'', charsetEnd + 1);
        if (charsetEnd < 0 || languageEnd < 0) {
            return Optional.empty();
        }
        return charset(value.substring(0, charsetEnd))
                .flatMap(charset -> percentDecoded(value, languageEnd + 1).flatMap(bytes -> text(bytes, charset)));
    }

    private static Optional<Charset> charset(String name) {
        if (name.equalsIgnoreCase("UTF-8")) {
            return Optional.of(StandardCharsets.UTF_8);
        }
        return name.equalsIgnoreCase("ISO-8859-1") ? Optional.of(StandardCharsets.ISO_8859_1) : Optional.empty();
    }

    private static Optional<byte[]> percentDecoded(String value, int from) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
        for (int at = from; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c == '%') {
                int high = at + 2 < value.length() ? Character.digit(value.charAt(at + 1), 16) : -1;
                int low = at + 2 < value.length() ? Character.digit(value.charAt(at + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                bytes.write(high << 4 | low);
                at += 2;
            } else if (c < 0x80) {
                bytes.write(c);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(bytes.toByteArray());
    }

    private static Optional<String> text(byte[] bytes, Charset charset) {
        try {
            return Optional.of(
                    charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
