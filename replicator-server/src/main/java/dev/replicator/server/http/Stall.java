package dev.replicator.server.http;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Notices that a client neither sends nor takes what it should, or only drop by drop, which holds a place just as well.
 * Thread-safe.
 */
final class Stall {
    private final ScheduledExecutorService timer;
    private final long limitMillis;
    private final long leastBytes;
    private final Runnable told;
    private ScheduledFuture<?> check;
    private long movedBytes;
    private long begunNanos;

    /** For which it was the server's turn since then. */
    private long pausedNanos;

    private long pauseBegunNanos;
    private boolean paused;

    /**
     * @param limitMillis for which too little may move before the action runs; it may take up to twice as long
     * @param leastBytesPerSecond that must move, averaged over that time; at least one byte must in any case
     * @param told when it is so, before the action runs
     */
    Stall(ScheduledExecutorService timer, long limitMillis, long leastBytesPerSecond, Runnable told) {
        this.timer = timer;
        this.limitMillis = limitMillis;
        this.leastBytes = Math.max(1, leastBytesPerSecond * limitMillis / 1000);
        this.told = told;
    }

    /** Begins to watch; {@code action} runs on the timer's thread and must not block. */
    synchronized void start(Runnable action) {
        stop();
        paused = false;
        begin();
        try {
            check = timer.scheduleWithFixedDelay(
                    () -> {
                        if (isStalled()) {
                            told.run();
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

    private void begin() {
        movedBytes = 0;
        pausedNanos = 0;
        begunNanos = System.nanoTime();
        pauseBegunNanos = begunNanos;
    }

    private synchronized boolean isStalled() {
        if (check == null) {
            return false;
        }
        long now = System.nanoTime();
        long waitedNanos = (paused ? pauseBegunNanos : now) - begunNanos - pausedNanos;
        if (waitedNanos < TimeUnit.MILLISECONDS.toNanos(limitMillis)) {
            return false;
        }
        if (movedBytes >= leastBytes) {
            begin();
            return false;
        }
        stop();
        return true;
    }

    /** The client sent or took so many bytes. */
    synchronized void progress(long bytes) {
        movedBytes += bytes;
    }

    /** It is the server's turn: the time does not count. */
    synchronized void pause() {
        paused = true;
        pauseBegunNanos = System.nanoTime();
    }

    /** It is the client's turn again. */
    synchronized void resume() {
        paused = false;
        pausedNanos += System.nanoTime() - pauseBegunNanos;
    }

    synchronized void stop() {
        if (check != null) {
            check.cancel(false);
            check = null;
        }
    }
}
