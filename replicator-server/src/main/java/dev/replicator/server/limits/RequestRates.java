package dev.replicator.server.limits;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A bucket of tokens for each who asks: it fills at the rate and holds a burst. Kept as the moment at which it is full
 * again (the "generic cell rate algorithm"), so a bucket that is full need not be kept at all. Thread-safe.
 */
final class RequestRates {
    /** Of buckets. Beyond it the one that was used least lately is forgotten: its owner has a full one then. */
    static final int MOST = 100_000;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** The least lately used first. */
    private final LinkedHashMap<String, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Takes a token.
     *
     * @param perSecond at least 1
     * @param burstSeconds for which a full bucket lasts
     * @return 0, or after how many seconds there is one
     */
    synchronized long take(String who, long perSecond, long burstSeconds, long nowNanos) {
        forgetTheFull(nowNanos);
        long interval = SECOND / perSecond;
        Long known = fullAt.get(who);
        // Nanoseconds of this clock are compared by their difference alone.
        long filled = (known == null || known - nowNanos < 0 ? nowNanos : known) + interval;
        long early = filled - nowNanos - burstSeconds * SECOND;
        if (early > 0) {
            return 1 + (early - 1) / SECOND;
        }
        fullAt.put(who, filled);
        return 0;
    }

    synchronized int size() {
        return fullAt.size();
    }

    private void forgetTheFull(long nowNanos) {
        Iterator<Map.Entry<String, Long>> eldest = fullAt.entrySet().iterator();
        // At least as many as come, so that they are all gone in the end.
        for (int i = 0; i < 2 && eldest.hasNext(); i++) {
            if (eldest.next().getValue() - nowNanos > 0 && fullAt.size() < MOST) {
                return;
            }
            eldest.remove();
        }
    }
}
