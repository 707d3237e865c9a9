package dev.replicator.peer;

import java.time.Duration;
import java.util.Optional;

/**
 * A request to a peer.
 *
 * @param target behind the URL of the database, percent-encoded
 * @param accept the media type of an answer that tells of no error
 * @param body what is sent; empty: nothing
 * @param bounds of the answer
 */
record PeerRequest(String method, String target, String accept, Optional<Content> body, Bounds bounds) {
    static final String JSON = "application/json";

    /**
     * What is sent.
     *
     * @param length in bytes, exact
     * @param replayable whether the source can be read again, after a login
     */
    record Content(String type, long length, boolean replayable, Upload.Source source) {
        /** @param parts JSON in pieces, sent one behind the other without a copy */
        static Content json(byte[]... parts) {
            long length = 0;
            for (byte[] part : parts) {
                length += part.length;
            }
            return new Content(JSON, length, true, () -> Upload.of(parts));
        }
    }

    /**
     * How large and slow an answer may be.
     *
     * @param bytes of the body
     * @param idle the longest time without a byte, for answers that say nothing for long; empty: the peer's own, in
     *     which there come {@link AnswerBody#LEAST_BYTES} at least
     * @param whole the time until it is whole; empty: no end, as bytes keep coming
     */
    record Bounds(long bytes, Optional<Duration> idle, Optional<Duration> whole) {}

    static PeerRequest get(String target, Bounds bounds) {
        return new PeerRequest("GET", target, JSON, Optional.empty(), bounds);
    }

    static PeerRequest send(String method, String target, Content content, Bounds bounds) {
        return new PeerRequest(method, target, JSON, Optional.of(content), bounds);
    }

    PeerRequest accepting(String mediaType) {
        return new PeerRequest(method, target, mediaType, body, bounds);
    }
}
