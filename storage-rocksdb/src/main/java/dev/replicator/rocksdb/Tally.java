package dev.replicator.rocksdb;

import dev.replicator.store.StoreMetric.Bucket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counts how large something was each time, by the steps of a scale. Thread-safe. */
final class Tally {
    private final double[] steps;
    private final AtomicLongArray counts;
    private final LongAdder sum = new LongAdder();

    /** @param steps the ends of the buckets, ascending; what is beyond the last has one more */
    Tally(double... steps) {
        this.steps = steps.clone();
        counts = new AtomicLongArray(steps.length + 1);
    }

    void add(long size) {
        int at = 0;
        while (at < steps.length && size > steps[at]) {
            at++;
        }
        counts.incrementAndGet(at);
        sum.add(size);
    }

    long sum() {
        return sum.sum();
    }

    /** @param unit how many of what is counted make one of what is told */
    List<Bucket> buckets(double unit) {
        List<Bucket> buckets = new ArrayList<>(counts.length());
        for (int i = 0; i < counts.length(); i++) {
            double upTo = i < steps.length ? steps[i] / unit : Double.POSITIVE_INFINITY;
            buckets.add(new Bucket(upTo, counts.get(i)));
        }
        return buckets;
    }
}
