package dev.replicator.conformance.attachments;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of one multipart body, one after the other as they come. Enough for well-formed ones; of one thread. */
final class Parts {
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\"; ]+)");

    private final InputStream in;
    private final byte[] delimiter;
    private final byte[] buffer = new byte[2 * ByteSource.BUFFER];
    private int position;
    private int limit;

    /** Whether the delimiter after a part was passed. */
    private boolean atDelimiter;

    Parts(InputStream in, String contentType) throws IOException {
        this.in = in;
        this.delimiter = ("\r\n--" + boundary(contentType)).getBytes(ISO_8859_1);
        // The first one need not follow upon a line's end; with one before it, it is as the others.
        buffer[limit++] = '\r';
        buffer[limit++] = '\n';
        InputStream preamble = new Body();
        preamble.transferTo(OutputStream.nullOutputStream());
    }

    private static String boundary(String contentType) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            throw new AssertionError("no boundary in " + contentType);
        }
        return boundary.group(1);
    }

    /**
     * Goes on to the next part; the body of the one before has to be read to its end.
     *
     * @return its headers, by name in lower case; empty at the end
     */
    Optional<Map<String, String>> next() throws IOException {
        if (!atDelimiter) {
            throw new IllegalStateException("the part before was not read to its end");
        }
        atDelimiter = false;
        InputStream raw = new Raw();
        String after = new String(raw.readNBytes(2), ISO_8859_1);
        if (after.equals("--")) {
            raw.transferTo(OutputStream.nullOutputStream());
            return Optional.empty();
        }
        assertEquals("\r\n", after, "after a delimiter");
        return Optional.of(Wire.headers(raw));
    }

    /** The body of the part whose headers were read. */
    InputStream body() {
        return new Body();
    }

    private boolean fill() throws IOException {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
        int read = in.read(buffer, limit, buffer.length - limit);
        limit += Math.max(0, read);
        return read > 0;
    }

    /** How many of the bytes at hand surely stand before the delimiter. */
    private int plain() {
        int at = position;
        while (at < limit) {
            if (buffer[at] == delimiter[0]) {
                int same = 1;
                while (same < delimiter.length && at + same < limit && buffer[at + same] == delimiter[same]) {
                    same++;
                }
                if (same == delimiter.length || at + same == limit) {
                    break;
                }
            }
            at++;
        }
        return at - position;
    }

    /** All that comes, delimiters too. */
    private final class Raw extends InputStream {
        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            int next = count == 0 ? 0 : read();
            if (next < 0 || count == 0) {
                return next;
            }
            into[offset] = (byte) next;
            return 1;
        }

        @Override
        public int read() throws IOException {
            return position == limit && !fill() ? -1 : buffer[position++] & 0xff;
        }
    }

    private final class Body extends InputStream {
        private int plain;
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            while (plain == 0) {
                if (ended) {
                    return -1;
                }
                plain = plain();
                if (plain == 0 && limit - position >= delimiter.length) {
                    position += delimiter.length;
                    ended = true;
                    atDelimiter = true;
                } else if (plain == 0 && !fill()) {
                    throw new EOFException("the multipart body ended within a part");
                }
            }
            int part = Math.min(count, plain);
            System.arraycopy(buffer, position, into, offset, part);
            position += part;
            plain -= part;
            return part;
        }
    }
}
