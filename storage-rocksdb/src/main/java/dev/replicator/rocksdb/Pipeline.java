package dev.replicator.rocksdb;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The threads of a store: a small pool on which the writers of all databases take turns, the committer, one thread for
 * each waiting caller that is told, and two for work that nobody waits for in a hurry.
 */
final class Pipeline implements AutoCloseable {
    private static final int MAINTENANCE_THREADS = 2;
    private static final long PATIENCE_SECONDS = 30;

    private final ExecutorService writers;
    private final ExecutorService completions = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService maintenance;
    private final Committer committer;
    private final Engine engine;
    private final Room room;
    private volatile boolean closing;

    /**
     * @param disk writes a batch and returns when it is durable
     * @param events what is written is noted there
     */
    Pipeline(Engine engine, Room room, Consumer<byte[]> disk, EventLog events, int writerThreads) {
        this.engine = engine;
        this.room = room;
        writers = Executors.newFixedThreadPool(writerThreads, threads("store-writer-"));
        maintenance = Executors.newFixedThreadPool(MAINTENANCE_THREADS, threads("store-maintenance-"));
        committer = new Committer(engine, disk, events);
    }

    private static ThreadFactory threads(String name) {
        return Thread.ofPlatform().name(name, 0).factory();
    }

    ExecutorService writers() {
        return writers;
    }

    /** Where callers are told, so that the committing thread never runs what they do next. */
    ExecutorService completions() {
        return completions;
    }

    /** Where databases are compacted and dropped ones swept away. */
    ExecutorService maintenance() {
        return maintenance;
    }

    /** What is asked before more is written. */
    Room room() {
        return room;
    }

    Committer committer() {
        return committer;
    }

    /** Whether no further command is begun. */
    boolean isClosing() {
        return closing;
    }

    /** Completes what is on its way to the disk, fails what is not, and ends all threads. */
    @Override
    public void close() {
        closing = true;
        // What has not begun sees that the store is closing, and tells those who wait for it.
        maintenance.shutdownNow().forEach(Runnable::run);
        writers.shutdown();
        await(writers);
        committer.close();
        engine.cancelBackgroundWork();
        await(maintenance);
        completions.shutdown();
        await(completions);
    }

    private static void await(ExecutorService threads) {
        try {
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
