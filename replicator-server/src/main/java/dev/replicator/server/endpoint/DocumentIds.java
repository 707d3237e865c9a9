package dev.replicator.server.endpoint;

import java.time.InstantSource;

/** Ids for documents that come without one, and for clients that ask for some. Thread-safe. */
public interface DocumentIds {
    /** An id that was not given before, here or anywhere else. */
    String next();

    /**
     * The ids of an algorithm, as CouchDB calls and makes them.
     *
     * @param algorithm {@code sequential}, {@code random}, {@code utc_random}, {@code utc_id} or {@code uuid_v7}
     * @param suffix ends the ids of {@code utc_id}; servers that share documents must have different ones
     */
    static DocumentIds of(String algorithm, String suffix, InstantSource clock) {
        return switch (algorithm) {
            case "sequential" -> new SequentialIds();
            case "random" -> RandomIds::next;
            case "utc_random" -> TimeIds.withRandom(clock);
            case "utc_id" -> TimeIds.withSuffix(clock, suffix);
            case "uuid_v7" -> () -> RandomIds.version7(clock.millis());
            default -> throw new IllegalArgumentException(algorithm);
        };
    }
}
