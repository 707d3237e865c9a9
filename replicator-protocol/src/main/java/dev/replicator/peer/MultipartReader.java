package dev.replicator.peer;

import dev.replicator.error.CouchException;
import dev.replicator.multipart.MultipartLimits;
import dev.replicator.multipart.MultipartParser;
import dev.replicator.multipart.PartHandler;
import dev.replicator.multipart.PartHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * The parts of a multipart body, taken from a stream as they are asked for. What is held is what one read gave. A part
 * that is a multipart body itself is read by a further reader of its {@link #body}.
 *
 * <p>Not thread-safe. What is malformed throws {@link IOException}.
 */
final class MultipartReader {
    private static final int CHUNK_BYTES = 16 * 1024;

    /** What may stand where no part is: before the first boundary, behind the last, and as headers. */
    static final int MAX_BYTES_BETWEEN = 128 * 1024;

    /** What a read told: headers where a part begins, bytes, or neither where one ends. */
    private record Event(Optional<PartHeaders> headers, byte[] bytes, int from, int count) {
        boolean isEnd() {
            return headers.isEmpty() && count == 0;
        }
    }

    private static final byte[] NONE = {};

    private final InputStream in;
    private final MultipartParser parser;
    private final Deque<Event> events = new ArrayDeque<>();
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private boolean ended;
    private int between;

    /** Whether the part that was begun has not ended. */
    private boolean inPart;

    /** @param boundary as {@link dev.replicator.multipart.MediaType#boundary} has it */
    MultipartReader(InputStream in, String boundary, MultipartLimits limits) {
        this.in = in;
        this.parser = new MultipartParser(boundary, limits, new Parts());
    }

    private final class Parts implements PartHandler {
        @Override
        public void begin(PartHeaders headers) {
            events.add(new Event(Optional.of(headers), NONE, 0, 0));
        }

        @Override
        public void data(byte[] bytes, int offset, int count) {
            byte[] copy = Arrays.copyOfRange(bytes, offset, offset + count);
            events.add(new Event(Optional.empty(), copy, 0, count));
        }

        @Override
        public void endPart() {
            events.add(new Event(Optional.empty(), NONE, 0, 0));
        }
    }

    /** The headers of the next part; what is left of the one before is passed over. Empty behind the last. */
    Optional<PartHeaders> next() throws IOException {
        while (hasEvent()) {
            Event event = events.remove();
            if (event.headers().isPresent()) {
                inPart = true;
                return event.headers();
            }
        }
        inPart = false;
        return Optional.empty();
    }

    /** The bytes of the part whose headers came last. */
    InputStream body() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int count) throws IOException {
                return count == 0 ? 0 : take(into, offset, count);
            }
        };
    }

    private int take(byte[] into, int offset, int count) throws IOException {
        if (!inPart || !hasEvent()) {
            return -1;
        }
        Event event = events.remove();
        if (event.isEnd()) {
            inPart = false;
            return -1;
        }
        int taken = Math.min(count, event.count());
        System.arraycopy(event.bytes(), event.from(), into, offset, taken);
        if (taken < event.count()) {
            events.addFirst(new Event(Optional.empty(), event.bytes(), event.from() + taken, event.count() - taken));
        }
        return taken;
    }

    private boolean hasEvent() throws IOException {
        while (events.isEmpty() && !ended) {
            int read = in.read(chunk);
            try {
                if (read < 0) {
                    ended = true;
                    parser.end();
                } else {
                    parser.take(chunk, 0, read);
                }
            } catch (CouchException e) {
                ended = true;
                throw new IOException(e.error().reason(), e);
            }
            between = events.isEmpty() ? between + Math.max(read, 0) : 0;
            if (between > MAX_BYTES_BETWEEN) {
                throw new IOException(
                        "the multipart body goes on for more than " + MAX_BYTES_BETWEEN + " bytes without a part");
            }
        }
        return !events.isEmpty();
    }
}
