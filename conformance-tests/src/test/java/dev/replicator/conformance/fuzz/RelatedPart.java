package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A part of a {@code multipart/related} body, in pieces. */
final class RelatedPart {
    /** All of the line before it, with the end of the line before that. */
    String delimiter;

    /** Lines with their ends, without the blank one. */
    String headers = "";

    byte[] data = {};

    byte[] bytes() {
        return RequestText.join((delimiter + headers + "\r\n").getBytes(UTF_8), data);
    }
}
