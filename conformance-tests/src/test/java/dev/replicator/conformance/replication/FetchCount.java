package dev.replicator.conformance.replication;

import java.time.Duration;

/**
 * Counts the documents that a source sends through a {@link Proxy}: each has one {@link #MARK} in it, and nothing else
 * that is sent has any. Can hold them back behind one of them. Thread-safe.
 */
final class FetchCount {
    /** Stands in no id, revision, sequence, header or boundary. */
    static final char MARK = '#';

    private long count;
    private long gate = Long.MAX_VALUE;

    /** A passage that counts what goes through it. */
    int let(byte[] bytes, int length) {
        long marks = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == MARK) {
                marks++;
            }
        }
        add(marks);
        return length;
    }

    private synchronized void add(long marks) {
        count += marks;
        notifyAll();
        try {
            while (marks > 0 && count >= gate) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts a passage", e);
        }
    }

    synchronized long count() {
        return count;
    }

    /** Lets no documents through once there were so many, up to {@link #open}. */
    synchronized void holdAt(long documents) {
        gate = documents;
        notifyAll();
    }

    /** Returns when so many documents were sent that they are held back. */
    synchronized void awaitHeld(Duration deadline) throws InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        while (count < gate) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError(count + " of " + gate + " documents were fetched within " + deadline);
            }
            wait(left);
        }
    }

    synchronized void open() {
        holdAt(Long.MAX_VALUE);
    }
}
