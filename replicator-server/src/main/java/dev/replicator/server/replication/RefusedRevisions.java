package dev.replicator.server.replication;

import dev.replicator.replication.WriteFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.IntSupplier;

/**
 * The revisions that a job's target refused: the last ones, and how many there were. One that is told of again while it
 * is kept counts once. Thread-safe.
 */
final class RefusedRevisions {
    private final IntSupplier most;
    private final SequencedMap<String, WriteFailure> kept = new LinkedHashMap<>();
    private long total;

    /** @param most how many are kept */
    RefusedRevisions(IntSupplier most) {
        this.most = most;
    }

    synchronized void add(WriteFailure failure) {
        String key = failure.revision() + " " + failure.id();
        if (kept.remove(key) == null) {
            total++;
        }
        kept.putLast(key, failure);
        while (kept.size() > most.getAsInt()) {
            kept.pollFirstEntry();
        }
    }

    synchronized long total() {
        return total;
    }

    /** The oldest first. */
    synchronized List<WriteFailure> kept() {
        return List.copyOf(kept.values());
    }
}
