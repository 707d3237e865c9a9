package dev.replicator.server.replication;

import java.time.Duration;
import java.time.Instant;

/**
 * How fast a count grows: since it was last asked for at least a few seconds ago, and so lately, where somebody looks
 * on. Not thread-safe.
 */
final class Throughput {
    private static final Duration LEAST = Duration.ofSeconds(5);

    private Instant from;
    private long countThen;
    private Instant asked;
    private long countAsked;

    Throughput(Instant start) {
        from = start;
        asked = start;
    }

    /** Per second. */
    double at(Instant now, long count) {
        if (Duration.between(asked, now).compareTo(LEAST) >= 0) {
            from = asked;
            countThen = countAsked;
            asked = now;
            countAsked = count;
        }
        long millis = Math.max(1, Duration.between(from, now).toMillis());
        return Math.max(0, count - countThen) * 1000.0 / millis;
    }
}
