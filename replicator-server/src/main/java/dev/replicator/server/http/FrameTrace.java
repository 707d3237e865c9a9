package dev.replicator.server.http;

import java.nio.ByteBuffer;

/**
 * Follows what Undertow parses of a client's frames, for it does not tell of what type they are, nor whether a head
 * goes on in the next frame. It consumes each frame but {@code DATA}, of which it leaves the payload, but for the
 * length of the padding.
 */
final class FrameTrace {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int HEADER_BYTES = 9;
    private static final int PREFACE_BYTES = 24;

    private final byte[] header = new byte[HEADER_BYTES];
    private int filled;
    private int toSkip = PREFACE_BYTES;
    private long headBytes;

    /** Bytes were consumed; {@code bytes} is positioned after them. */
    void consumed(ByteBuffer bytes, int from) {
        int at = from;
        while (at < bytes.position()) {
            if (toSkip > 0) {
                int skipped = Math.min(toSkip, bytes.position() - at);
                toSkip -= skipped;
                at += skipped;
                continue;
            }
            if (filled == HEADER_BYTES) {
                filled = 0;
            }
            header[filled++] = bytes.get(at++);
            if (filled == HEADER_BYTES) {
                toSkip = isData() ? (header[4] & PADDED) / PADDED : length();
                headBytes = (header[3] == CONTINUATION ? headBytes : 0) + HEADER_BYTES + length();
            }
        }
    }

    /** The length of the frame consumed last, with its padding. */
    int length() {
        return ((header[0] & 255) << 16) | ((header[1] & 255) << 8) | (header[2] & 255);
    }

    /** Whether the frame consumed last is {@code DATA}. */
    boolean isData() {
        return header[3] == DATA;
    }

    /** The bytes of a head so far, its frames' own too; where the frame consumed last is part of one. */
    long headBytes() {
        return headBytes;
    }

    /** Whether the client has begun something that it has not sent to its end: the preface, a head, a frame. */
    boolean isUnfinished() {
        return toSkip > 0 || (filled > 0 && filled < HEADER_BYTES) || (filled == HEADER_BYTES && isWithinHead());
    }

    /** Whether it is a part of a head whose rest is yet to come. */
    boolean isWithinHead() {
        return (header[3] == HEADERS || header[3] == CONTINUATION) && (header[4] & END_HEADERS) == 0;
    }
}
