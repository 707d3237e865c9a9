package dev.replicator.multipart;

import dev.replicator.error.CouchError;
import java.nio.charset.StandardCharsets;

/**
 * Tells whether bytes are a delimiter of parts, one byte after the other: a CRLF, two dashes, the boundary, and then
 * either two dashes, behind which nothing counts, or white space and a CRLF. A line that only begins like one belongs
 * to the part it stands in (RFC 2046 leaves that open, CouchDB takes it for a delimiter; a writer who knows the rules
 * sends no such line).
 *
 * <p>No byte of a delimiter but its first can be the first of another one: its only other carriage return is followed
 * by the line feed that ends it. So a search goes on where a match ended, and never goes back.
 */
final class DelimiterMatcher {
    static final int MAX_BOUNDARY = 70;

    /** White space that some writers have put behind the boundary; with more the line is no delimiter. */
    static final int MAX_PADDING = 64;

    enum Match {
        /** It may become one. */
        OPEN,
        /** The last byte was one too many. */
        NONE,
        /** The headers of a part follow. */
        PART,
        /** There are no more parts. */
        END
    }

    private static final int CRLF = 2;

    private final byte[] start;
    private final byte[] matched;
    private int length;
    private int implied;

    /** @throws dev.replicator.error.CouchException 400 if there can be no such boundary */
    DelimiterMatcher(String boundary) {
        if (boundary.isEmpty()
                || boundary.length() > MAX_BOUNDARY
                || boundary.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw CouchError.badRequest("The boundary of a multipart body must be 1 to " + MAX_BOUNDARY
                            + " printable ASCII characters; it is " + Excerpt.of(boundary))
                    .asException();
        }
        start = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
        matched = new byte[start.length + MAX_PADDING + CRLF];
    }

    /** Starts afresh. */
    void reset() {
        length = 0;
        implied = 0;
    }

    /** Starts afresh where a line begins: the CRLF before it is taken as part of a delimiter. */
    void resetAtLine() {
        System.arraycopy(start, 0, matched, 0, CRLF);
        length = CRLF;
        implied = CRLF;
    }

    /** Whether bytes were taken that may begin a delimiter. */
    boolean isOpen() {
        return length > 0;
    }

    /** What was matched, from {@link #implied} up to {@link #length}. Valid until a reset. */
    byte[] matched() {
        return matched;
    }

    int length() {
        return length;
    }

    /** How much of what was matched did not come in through {@link #next}. */
    int implied() {
        return implied;
    }

    /** Takes the next byte. After any answer but {@link Match#OPEN} comes a reset. */
    Match next(byte b) {
        if (length < start.length ? b != start[length] : !goesOn(b)) {
            return Match.NONE;
        }
        matched[length++] = b;
        if (length <= start.length + 1) {
            return Match.OPEN;
        }
        return switch (b) {
            case '-' -> Match.END;
            case '\n' -> Match.PART;
            default -> Match.OPEN;
        };
    }

    /** Whether a byte may stand behind what was matched, the boundary being there. */
    private boolean goesOn(byte b) {
        boolean first = length == start.length;
        byte last = matched[length - 1];
        if (!first && last == '-') {
            return b == '-';
        }
        if (!first && last == '\r') {
            return b == '\n';
        }
        return switch (b) {
            case '-' -> first;
            case ' ', '\t' -> length < start.length + MAX_PADDING;
            case '\r' -> true;
            default -> false;
        };
    }
}
