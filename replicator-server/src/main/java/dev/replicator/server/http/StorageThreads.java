package dev.replicator.server.http;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which endpoints run, and whatever else may block. Each request has at most one task that waits for
 * them, so what waits is bounded by connections and streams. Thread-safe.
 */
final class StorageThreads implements Executor {
    private final ThreadPoolExecutor threads;

    StorageThreads(int count) {
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                task -> new Thread(task, "storage-" + number.incrementAndGet()));
    }

    private record Waiting(Runnable task, long sinceNanos) implements Runnable {
        @Override
        public void run() {
            task.run();
        }
    }

    /** @throws java.util.concurrent.RejectedExecutionException once they are ended */
    @Override
    public void execute(Runnable task) {
        threads.execute(new Waiting(task, System.nanoTime()));
    }

    /** How many tasks wait. */
    int waiting() {
        return threads.getQueue().size();
    }

    /** For how long the first in the queue has waited: about what a further one would wait. */
    long waitedMillis() {
        return threads.getQueue().peek() instanceof Waiting first
                ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - first.sinceNanos)
                : 0;
    }

    /** Lets what waits be done, and takes nothing more. */
    void end() {
        threads.shutdown();
    }

    /** Waits for the end of what was taken; interrupts what takes longer than that. */
    void awaitEnd(long millis) throws InterruptedException {
        if (!threads.awaitTermination(millis, TimeUnit.MILLISECONDS)) {
            threads.shutdownNow();
        }
    }
}
