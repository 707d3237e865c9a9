package dev.replicator.server.config;

import dev.replicator.revision.Retention;
import dev.replicator.server.upkeep.Age;
import java.time.Duration;
import java.util.Optional;

/**
 * How long bodies of superseded revisions are kept, as it is configured: for a time, or so many.
 *
 * @param age since they were superseded; empty where they are counted
 * @param count how many of each leaf's history; of no meaning beside an age
 */
public record KeptBodies(Optional<Duration> age, int count) {
    private static final String FOREVER = "forever";

    /** @throws IllegalArgumentException for a text that is none */
    static KeptBodies parse(String text) {
        if (text.equals(FOREVER)) {
            return new KeptBodies(Optional.empty(), Integer.MAX_VALUE);
        }
        return Age.is(text)
                ? new KeptBodies(Optional.of(Age.parse(text)), 0)
                : new KeptBodies(Optional.empty(), (int) Key.bounded(text, 0, 1_000_000));
    }

    /** What is kept at a moment. */
    public Retention at(long now) {
        return age.<Retention>map(time -> new Retention.Since(now - time.toMillis()))
                .orElseGet(() -> new Retention.Newest(count));
    }
}
