package dev.replicator.rocksdb;

import dev.replicator.store.StoreMetric;
import dev.replicator.store.StoreMetric.Distribution;
import dev.replicator.store.StoreMetric.Level;
import dev.replicator.store.StoreMetric.Total;
import dev.replicator.store.StoreMetric.Unit;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What the committer tells of its groups. Added to by its thread, read by any. */
final class CommitMetrics {
    private static final double NANOS = 1e9;

    /** From a disk that says it is done before it is, to one that has others to serve. */
    private static final double[] NANOS_STEPS = {
        100e3, 250e3, 500e3, 1e6, 2.5e6, 5e6, 10e6, 25e6, 50e6, 100e6, 250e6, 500e6, 1e9, 2.5e9, 5e9, 10e9
    };

    private static final double[] COMMITS_STEPS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

    private static final double[] BYTES_STEPS = {
        1 << 8, 1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26
    };

    private final Tally nanos = new Tally(NANOS_STEPS);
    private final Tally commits = new Tally(COMMITS_STEPS);
    private final Tally bytes = new Tally(BYTES_STEPS);
    private final LongAdder failures = new LongAdder();

    /** A group was written and synced. */
    void written(int ofCommits, long ofBytes, long inNanos) {
        commits.add(ofCommits);
        bytes.add(ofBytes);
        nanos.add(inNanos);
    }

    /** A group was not written. */
    void failed() {
        failures.increment();
    }

    /** @param waiting commits handed over that no group has taken */
    List<StoreMetric> all(int waiting) {
        return List.of(
                new Distribution(
                        "store_sync",
                        Unit.SECONDS,
                        "how long it took to write and sync a group of commits",
                        nanos.buckets(NANOS),
                        nanos.sum() / NANOS),
                new Distribution(
                        "store_group_commits",
                        Unit.NUMBER,
                        "how many commits shared a sync",
                        commits.buckets(1),
                        commits.sum()),
                new Distribution(
                        "store_group",
                        Unit.BYTES,
                        "how many bytes of rows a group of commits wrote",
                        bytes.buckets(1),
                        bytes.sum()),
                new Total(
                        "store_failed_groups", Unit.NUMBER, "groups of commits that were not written", failures.sum()),
                new Level(
                        "store_waiting_commits",
                        Unit.NUMBER,
                        "commits that wait for the sync before theirs to end",
                        waiting));
    }
}
