package dev.replicator.server.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all request bodies together may take. A body that finds none left goes to a file, however small: many
 * clients that upload at once slow down rather than end the server.
 */
final class BodyBudget {
    private final long most;
    private final AtomicLong left;

    /** @param bytes for all bodies at a time */
    BodyBudget(long bytes) {
        most = bytes;
        left = new AtomicLong(bytes);
    }

    boolean tryReserve(long bytes) {
        long seen = left.get();
        while (seen >= bytes) {
            if (left.compareAndSet(seen, seen - bytes)) {
                return true;
            }
            seen = left.get();
        }
        return false;
    }

    /** What there is for all bodies. */
    long most() {
        return most;
    }

    /** What is reserved now. */
    long used() {
        return most - left.get();
    }

    void release(long bytes) {
        left.addAndGet(bytes);
    }
}
