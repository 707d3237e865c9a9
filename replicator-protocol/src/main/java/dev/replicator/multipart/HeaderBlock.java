package dev.replicator.multipart;

import dev.replicator.error.CouchException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/** Gathers the headers of a part until the blank line behind them. Its lines end with CRLF, nothing else. */
final class HeaderBlock {
    private final int limit;
    private byte[] bytes = new byte[256];
    private int length;

    HeaderBlock(int limit) {
        this.limit = limit;
    }

    void clear() {
        length = 0;
    }

    /**
     * Takes the next byte.
     *
     * @param error makes an error of what is wrong
     * @return whether it was the last
     */
    boolean take(byte b, Function<String, CouchException> error) {
        if (length == limit) {
            throw error.apply("its headers are longer than " + limit + " bytes");
        }
        if ((b == '\n') != endsWith(length, '\r')) {
            throw error.apply("a line of its headers does not end with CRLF");
        }
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(2 * length, limit));
        }
        bytes[length++] = b;
        return b == '\n' && (length == 2 || endsWith(length - 2, '\n'));
    }

    private boolean endsWith(int end, char c) {
        return end > 0 && bytes[end - 1] == c;
    }

    /** The lines, without the blank one: UTF-8, as CouchDB and its clients send names, or else ISO-8859-1. */
    String text() {
        ByteBuffer lines = ByteBuffer.wrap(bytes, 0, Math.max(length - 4, 0));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(lines).toString();
        } catch (CharacterCodingException e) {
            return StandardCharsets.ISO_8859_1.decode(lines.rewind()).toString();
        }
    }
}
