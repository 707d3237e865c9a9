package dev.replicator.server.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often each {@link Count} has happened since the start. Thread-safe, without locks. */
public final class Counts {
    private final Map<Count, LongAdder> adders = new EnumMap<>(Count.class);

    public Counts() {
        for (Count count : Count.values()) {
            adders.put(count, new LongAdder());
        }
    }

    public void add(Count count, long number) {
        adders.get(count).add(number);
    }

    /** How often so far. */
    long of(Count count) {
        return adders.get(count).sum();
    }
}
