package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import java.util.Optional;

/** What one way of recognising callers makes of a request. */
sealed interface Finding {
    Finding NOTHING = new Nothing();

    /** The request shows nothing of the kind. */
    record Nothing() implements Finding {}

    /** @param cookie for the answer's {@code Set-Cookie} */
    record Recognised(Caller caller, Optional<String> cookie) implements Finding {}

    /**
     * A cookie that tells of nobody any more. Browsers send it whether their page wants it or not: it is refused only
     * where nothing else in the request tells who sent it.
     */
    record Stale(CouchError error) implements Finding {}
}
