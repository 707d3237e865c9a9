package dev.replicator.server.http;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What the time of one request goes into, from its head on. Thread-safe. */
final class RequestTime {
    /** Whose turn it is. */
    enum Part {
        /** The caller's, until it is known: passwords are hashed, keys fetched. */
        CREDENTIALS,
        /** The client's: its body comes. */
        BODY,
        /** A storage thread is waited for. */
        QUEUE,
        /** The endpoint's, and the store's behind it, up to the sync of a commit. */
        WORK,
        /** The client's: it takes the answer. */
        ANSWER,
        /** Nobody's: something is waited for that may never come. */
        REST;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final LongSupplier nanoClock;
    private final Map<Part, Long> nanos = new EnumMap<>(Part.class);
    private Part part = Part.CREDENTIALS;
    private long since;

    /** @param nanoClock as {@link System#nanoTime} */
    RequestTime(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.since = nanoClock.getAsLong();
    }

    /** From now on the time goes into that. */
    synchronized void enter(Part next) {
        long now = nanoClock.getAsLong();
        nanos.merge(part, now - since, Long::sum);
        since = now;
        part = next;
    }

    /** What has gone into a part so far. */
    synchronized long millis(Part of) {
        enter(part);
        return TimeUnit.NANOSECONDS.toMillis(nanos.getOrDefault(of, 0L));
    }

    /** In all so far. */
    synchronized long nanos() {
        enter(part);
        return nanos.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What the server itself took so far. */
    long serverMillis() {
        return millis(Part.CREDENTIALS) + millis(Part.QUEUE) + millis(Part.WORK);
    }
}
