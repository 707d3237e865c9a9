package dev.replicator.server.metrics;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How long something took: all of it since the start as a number and a sum, and that of the last 10 to 15 seconds as a
 * {@link Spread}, sorted into buckets at most 1/16 wide of what they hold.
 *
 * <p>Thread-safe and without locks but where a slot begins, once in 5 seconds. Who adds while a slot begins may be left
 * out of the spread, never of number and sum.
 */
public final class Durations {
    /** CouchDB tells of its last 10 seconds. */
    private static final long SLOT_NANOS = 5_000_000_000L;

    private static final int SLOTS = 3;

    private final LongSupplier nanoClock;
    private final LongAdder number = new LongAdder();
    private final LongAdder micros = new LongAdder();
    private final Slot[] slots = new Slot[SLOTS];

    /** @param nanoClock as {@link System#nanoTime} */
    Durations(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Slot();
        }
    }

    public void add(long nanos) {
        long took = Math.max(0, nanos / 1000);
        number.increment();
        micros.add(took);
        slot(now()).counts.incrementAndGet(Spread.bucket(took));
    }

    /** How often, since the start. */
    long number() {
        return number.sum();
    }

    /** Seconds in all, since the start. */
    double seconds() {
        return micros.sum() / 1e6;
    }

    /** That of the last seconds. */
    Spread lately() {
        long oldest = now() - SLOTS + 1;
        long[] counts = new long[Spread.BUCKETS];
        for (Slot slot : slots) {
            if (slot.time - oldest >= 0) {
                for (int i = 0; i < counts.length; i++) {
                    counts[i] += slot.counts.get(i);
                }
            }
        }
        return new Spread(counts);
    }

    /** In slots. */
    private long now() {
        return Math.floorDiv(nanoClock.getAsLong(), SLOT_NANOS);
    }

    private Slot slot(long time) {
        Slot slot = slots[(int) Math.floorMod(time, (long) SLOTS)];
        if (slot.time != time) {
            slot.begin(time);
        }
        return slot;
    }

    private static final class Slot {
        private final AtomicLongArray counts = new AtomicLongArray(Spread.BUCKETS);
        private volatile long time = Long.MIN_VALUE / 2;

        private synchronized void begin(long newTime) {
            if (time != newTime) {
                for (int i = 0; i < counts.length(); i++) {
                    counts.set(i, 0);
                }
                time = newTime;
            }
        }
    }
}
