package dev.replicator.server.limits;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts what is open, in all and by whom. Whoever has nothing open is not known here, so it takes no more memory than
 * what is open does. Thread-safe.
 */
final class Places {
    private final Map<String, Integer> byHolder = new HashMap<>();
    private long all;

    /** Why there is no place. */
    enum Full {
        /** All are taken. */
        ALL,
        /** The holder has enough. */
        HOLDER
    }

    /** Takes one for a holder; null where there was one. Limits of 0 are none. */
    synchronized Full take(String holder, long most, long mostOfHolder) {
        if (most > 0 && all >= most) {
            return Full.ALL;
        }
        if (mostOfHolder > 0 && byHolder.getOrDefault(holder, 0) >= mostOfHolder) {
            return Full.HOLDER;
        }
        all++;
        byHolder.merge(holder, 1, Integer::sum);
        return null;
    }

    /** Gives one back. */
    synchronized void leave(String holder) {
        all--;
        byHolder.computeIfPresent(holder, (_, count) -> count == 1 ? null : count - 1);
    }

    synchronized int holders() {
        return byHolder.size();
    }
}
