package dev.replicator.server.replication;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that happened to a job.
 *
 * @param reason why it crashed
 */
public record JobEvent(Instant at, Type type, Optional<String> reason) {
    /** What happened. */
    public enum Type {
        ADDED,
        STARTED,
        STOPPED,
        CRASHED;

        /** As CouchDB calls it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
