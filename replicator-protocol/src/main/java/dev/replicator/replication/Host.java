package dev.replicator.replication;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** What a replication runs on: threads, time and chance. Thread-safe. */
public interface Host {
    /** Work on a thread of its own, which may block. */
    @FunctionalInterface
    interface Task {
        void run() throws InterruptedException;
    }

    /** Has a task run on another thread. Its exceptions are its own affair. */
    Running start(Task task);

    /** A task that was started. */
    interface Running {
        /** Interrupts it. */
        void interrupt();
    }

    Instant now();

    void sleep(Duration duration) throws InterruptedException;

    RandomGenerator random();
}
