package dev.replicator.server.http;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Notices that a client neither sends nor takes anything for too long while it should. */
final class Stall {
    private final ScheduledExecutorService timer;
    private final long limitMillis;
    private volatile long lastProgressNanos;
    private volatile ScheduledFuture<?> check;

    /** @param limitMillis without progress before the action runs; it may take up to twice as long */
    Stall(ScheduledExecutorService timer, long limitMillis) {
        this.timer = timer;
        this.limitMillis = limitMillis;
    }

    /** Begins to watch; {@code action} runs on the timer's thread and must not block. */
    void start(Runnable action) {
        stop();
        lastProgressNanos = System.nanoTime();
        try {
            check = timer.scheduleWithFixedDelay(
                    () -> {
                        long idleNanos = System.nanoTime() - lastProgressNanos;
                        if (idleNanos >= TimeUnit.MILLISECONDS.toNanos(limitMillis)) {
                            stop();
                            action.run();
                        }
                    },
                    limitMillis,
                    limitMillis,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The server is stopping and closes every connection itself.
            check = null;
        }
    }

    void progress() {
        lastProgressNanos = System.nanoTime();
    }

    void stop() {
        ScheduledFuture<?> running = check;
        check = null;
        if (running != null) {
            running.cancel(false);
        }
    }
}
