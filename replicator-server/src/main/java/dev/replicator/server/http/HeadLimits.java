package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import dev.replicator.server.metrics.Refusal;
import java.util.function.Consumer;

/**
 * What may stand before a request's body, and how long that may take to come.
 *
 * @param uriBytes of path and query
 * @param fieldBytes of the names and values of all header fields
 * @param fields how many header fields
 * @param millis from a connection's or a request's first byte to the end of its head
 */
public record HeadLimits(int uriBytes, int fieldBytes, int fields, int millis) {
    /** As where nothing is configured. */
    public static final HeadLimits STANDARD = new HeadLimits(32 << 10, 64 << 10, 200, 60_000);

    /** The most that can be configured of header fields; what has more is not read at all. */
    public static final int MOST_FIELDS = 1000;

    /** What else stands in a head: method, version, colons and line ends; and what is read of a body with it. */
    private static final int ALLOWANCE = 32 << 10;

    /** Of a whole head: what has more is not read to its end. */
    int mostBytes() {
        return uriBytes + fieldBytes + ALLOWANCE;
    }

    /** Of a head of HTTP/2, which counts 32 bytes more for each field (RFC 9113, section 6.5.2). */
    int mostListBytes() {
        return mostBytes() + 32 * MOST_FIELDS;
    }

    /**
     * Refuses a head that is too large.
     *
     * @param refusals told of it
     * @throws dev.replicator.error.CouchException 414 or 431, which names the limit and its key
     */
    void check(RequestHead head, Consumer<Refusal> refusals) {
        if (head.rawPath().length() + head.rawQuery().length() > uriBytes) {
            refusals.accept(Refusal.MAX_URI_LENGTH);
            throw new CouchError(
                            414,
                            "too_long",
                            "the request uri is too long: more than " + uriBytes + " bytes ([limits] max_uri_length)")
                    .asException();
        }
        int[] counts = new int[2];
        head.headers().forEach((name, value) -> {
            counts[0]++;
            counts[1] += name.length() + value.length();
        });
        if (counts[0] > fields) {
            refusals.accept(Refusal.MAX_HEADERS);
            throw tooLarge("more than " + fields + " header fields ([limits] max_headers)");
        }
        if (counts[1] > fieldBytes) {
            refusals.accept(Refusal.MAX_HEADER_BYTES);
            throw tooLarge("more than " + fieldBytes + " bytes of header fields ([limits] max_header_bytes)");
        }
    }

    private static RuntimeException tooLarge(String what) {
        return new CouchError(431, "header_too_large", "The request's head is too large: " + what + ".").asException();
    }
}
