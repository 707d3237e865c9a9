package dev.replicator.server.replication;

import dev.replicator.replication.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A job as it is at a moment. There are no credentials in it.
 *
 * @param number in the order in which jobs came
 * @param source its address
 * @param target its address
 * @param document what asked for it; empty for {@code _replicate}
 * @param user on whose behalf it runs
 * @param added when it came
 * @param history the newest event first, at least one
 * @param errors failures in a row
 * @param progress of the run that goes on, or else of the last
 * @param documentsPerSecond how many were written lately
 */
public record JobStatus(
        String id,
        long number,
        State state,
        String source,
        String target,
        boolean continuous,
        Duration checkpointInterval,
        Optional<DocumentKey> document,
        Optional<String> user,
        Instant added,
        List<JobEvent> history,
        int errors,
        Optional<Progress> progress,
        double documentsPerSecond) {
    /** In CouchDB's words. */
    public enum State {
        RUNNING,
        PENDING,
        CRASHING;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** When something last happened to it. */
    public Instant lastUpdated() {
        return history.getFirst().at();
    }

    /** Why it failed, where it did last. */
    public Optional<String> lastFailure() {
        return history.stream()
                .filter(event -> event.type() == JobEvent.Type.CRASHED)
                .findFirst()
                .flatMap(JobEvent::reason);
    }
}
