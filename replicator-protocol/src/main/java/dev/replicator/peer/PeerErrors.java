package dev.replicator.peer;

import dev.replicator.document.JsonScanner;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.replication.PeerException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;

/** Tells errors that pass from those that last. */
final class PeerErrors {
    /** Of an error answer no more is read. */
    static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_REASON_CHARS = 1000;

    /**
     * What CouchDB calls failures of its own, in rows of answers that are fine as a whole: the names its HTTP statuses
     * of 500 and more have, and what its shards answer each other.
     */
    private static final Set<String> PASSING = Set.of(
            "internal_server_error",
            "timeout",
            "request_timeout",
            "service_unavailable",
            "unknown_error",
            "internal_error",
            "error",
            "nodedown",
            "noquorum",
            "maintenance_mode",
            "too_many_requests");

    private PeerErrors() {}

    /** Whether the error of a row may pass. */
    static boolean passes(String error) {
        return PASSING.contains(error);
    }

    /** Whether an answer of this status may be another one later. */
    static boolean passes(int status) {
        return switch (status) {
            case 408, 425, 429 -> true;
            case 501 -> false;
            default -> status >= 500;
        };
    }

    /**
     * The exception for an answer that tells of an error.
     *
     * @param what was asked of which peer
     * @param retryAfter the header {@code Retry-After}
     */
    static PeerException of(String what, int status, Optional<String> retryAfter, byte[] body) {
        CouchError error = read(status, body);
        if (passes(status)) {
            return new PeerException.Passing(
                    what + ": " + status + " " + error.error() + ": " + error.reason(),
                    null,
                    retryAfter.flatMap(value -> delay(value, Instant.now())));
        }
        return new PeerException.Refused(what, error);
    }

    /** What the peer says of an error; where it says nothing that can be read, that is said. */
    static CouchError read(int status, byte[] body) {
        String error = "http_" + status;
        String reason = "the answer says no more";
        try {
            JsonMembers members = JsonMembers.of(new JsonScanner(body, 0, body.length));
            error = members.text("error").orElse(error);
            reason = members.text("reason").orElse(reason);
        } catch (CouchException e) {
            // Proxies answer in HTML.
            reason = "the answer is not JSON";
        }
        return new CouchError(status, excerpt(error), excerpt(reason));
    }

    /** As much of what a peer says as somebody reads. */
    static String excerpt(String text) {
        return text.length() > MAX_REASON_CHARS ? text.substring(0, MAX_REASON_CHARS) + "..." : text;
    }

    /** {@code Retry-After}: seconds, or a date (RFC 9110, section 10.2.3). What is neither says nothing. */
    static Optional<Duration> delay(String value, Instant now) {
        if (value.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(at.isAfter(now) ? Duration.between(now, at) : Duration.ZERO);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
