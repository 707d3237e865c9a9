package dev.replicator.server.endpoint;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Ids that begin with the time: microseconds since 1970 as 14 hex digits. No two have the same, though the clock stands
 * or goes back. Thread-safe.
 */
final class TimeIds implements DocumentIds {
    private static final int TIME_DIGITS = 14;
    private static final int RANDOM_DIGITS = 18;

    private final InstantSource clock;
    private final Supplier<String> rest;
    private final AtomicLong last = new AtomicLong();

    private TimeIds(InstantSource clock, Supplier<String> rest) {
        this.clock = clock;
        this.rest = rest;
    }

    /** The rest is random: 18 hex digits. */
    static TimeIds withRandom(InstantSource clock) {
        return new TimeIds(clock, () -> RandomIds.next().substring(0, RANDOM_DIGITS));
    }

    /** The rest is the same in all. */
    static TimeIds withSuffix(InstantSource clock, String suffix) {
        return new TimeIds(clock, () -> suffix);
    }

    @Override
    public String next() {
        long time = last.accumulateAndGet(micros(clock.instant()), (before, now) -> Math.max(before + 1, now));
        return HexFormat.of().toHexDigits(time, TIME_DIGITS) + rest.get();
    }

    private static long micros(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
    }
}
