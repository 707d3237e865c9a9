package dev.replicator.server.limits;

import dev.replicator.error.CouchError;

/**
 * More than a limit allows.
 *
 * @param error names the limit and its key: 429 where others would be served, 503 where nobody would
 * @param retrySeconds after which it is worth to ask again
 */
public record Excess(CouchError error, long retrySeconds) {
    /** When to ask again where that cannot be told. */
    private static final long SOME_SECONDS = 10;

    /** One client has enough. */
    static Excess ofOne(String reason, long retrySeconds) {
        return new Excess(new CouchError(429, "too_many_requests", reason), retrySeconds);
    }

    static Excess ofOne(String reason) {
        return ofOne(reason, SOME_SECONDS);
    }

    /** All together have enough. */
    static Excess ofAll(String reason) {
        return new Excess(CouchError.unavailable(reason), SOME_SECONDS);
    }
}
