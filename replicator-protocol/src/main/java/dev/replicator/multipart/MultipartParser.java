package dev.replicator.multipart;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.util.Objects;

/**
 * Takes a multipart body apart as its bytes come (RFC 2046, section 5.1). They may be cut anywhere; the bytes of a part
 * are handed on at once and not copied, but for the beginning of what may turn out to be a delimiter where the cut is.
 * Held in memory are the headers of one part. What stands before the first boundary and behind the last is ignored.
 *
 * <p>Lines end with CRLF, as in CouchDB. A part may be without headers or bytes, and a body without parts; where a part
 * has no bytes, the CRLF before its boundary may be the one that ends its headers.
 *
 * <p>Not thread-safe. Whoever calls keeps the pace: nothing is done but what the bytes given say. After an error no
 * further call makes sense.
 */
public final class MultipartParser {
    private enum State {
        PREAMBLE,
        HEADERS,
        DATA,
        EPILOGUE
    }

    private final MultipartLimits limits;
    private final PartHandler handler;
    private final DelimiterMatcher delimiter;
    private final HeaderBlock headers;
    private State state = State.PREAMBLE;
    private int part;
    private long partStart;
    private long taken;

    /**
     * @param boundary as {@link MediaType#boundary} has it
     * @throws CouchException 400 if it is longer than 70 characters, empty, or not of ASCII that can be seen
     */
    public MultipartParser(String boundary, MultipartLimits limits, PartHandler handler) {
        this.limits = limits;
        this.handler = handler;
        delimiter = new DelimiterMatcher(boundary);
        delimiter.resetAtLine();
        headers = new HeaderBlock(limits.headerBytes());
    }

    /**
     * Takes the next bytes of the body.
     *
     * @param bytes the handler is shown them in this array; nothing of it is kept
     * @throws CouchException 400 if they cannot be a multipart body, or one within the limits
     */
    public void take(byte[] bytes, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        int end = offset + count;
        int at = offset;
        while (at < end) {
            int next = switch (state) {
                case PREAMBLE, DATA -> takeData(bytes, at, end);
                case HEADERS -> takeHeaders(bytes, at, end);
                case EPILOGUE -> end;
            };
            taken += next - at;
            at = next;
        }
    }

    /**
     * Says that there are no more bytes.
     *
     * @throws CouchException 400 if the body is not whole
     */
    public void end() {
        switch (state) {
            case PREAMBLE ->
                throw CouchError.badRequest("The multipart body has no line of its boundary in its " + taken + " bytes")
                        .asException();
            case HEADERS, DATA -> throw error("the body ends within it, after " + taken + " bytes");
            case EPILOGUE -> {}
        }
    }

    /** Takes bytes up to the end of the next delimiter, or all there are, and says where it stopped. */
    private int takeData(byte[] bytes, int from, int end) {
        int at = from;
        while (true) {
            if (!delimiter.isOpen()) {
                at = carriageReturn(bytes, at, end);
            }
            int held = delimiter.length();
            int next = at;
            DelimiterMatcher.Match match = DelimiterMatcher.Match.OPEN;
            while (next < end && match == DelimiterMatcher.Match.OPEN) {
                match = delimiter.next(bytes[next++]);
            }
            switch (match) {
                case OPEN -> {
                    data(bytes, from, at);
                    return end;
                }
                case NONE -> {
                    data(delimiter.matched(), delimiter.implied(), held);
                    delimiter.reset();
                    at = next - 1;
                }
                case PART, END -> {
                    data(bytes, from, at);
                    beginAfter(match, taken + next - from);
                    return next;
                }
            }
        }
    }

    private static int carriageReturn(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    private void data(byte[] bytes, int from, int end) {
        if (state == State.DATA && from < end) {
            handler.data(bytes, from, end - from);
        }
    }

    /** Ends the part that stands before a delimiter. */
    private void beginAfter(DelimiterMatcher.Match match, long position) {
        delimiter.reset();
        if (state == State.DATA) {
            handler.endPart();
        }
        if (match == DelimiterMatcher.Match.END) {
            state = State.EPILOGUE;
            return;
        }
        if (part == limits.parts()) {
            throw CouchError.badRequest("The multipart body has more than " + part + " parts")
                    .asException();
        }
        part++;
        partStart = position;
        headers.clear();
        state = State.HEADERS;
    }

    /** Takes bytes up to the end of a part's headers, or all there are, and says where it stopped. */
    private int takeHeaders(byte[] bytes, int from, int end) {
        for (int at = from; at < end; at++) {
            if (headers.take(bytes[at], this::error)) {
                handler.begin(PartHeaders.parse(headers.text(), this::error));
                delimiter.resetAtLine();
                state = State.DATA;
                return at + 1;
            }
        }
        return end;
    }

    private CouchException error(String what) {
        return CouchError.badRequest(
                        "Part " + part + " of the multipart body, which begins at byte " + partStart + ": " + what)
                .asException();
    }
}
