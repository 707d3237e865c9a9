package dev.replicator.server.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts what is being answered, so that a server that stops can wait for it. Feeds that wait do not count. */
final class Activity {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int active;
    private boolean stopping;

    /** One more request is under way. */
    Participant begin() {
        Participant participant = new Participant();
        participant.resume();
        return participant;
    }

    /** Whether feeds should end rather than wait, and connections close after their answers. */
    boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /** From now on it is stopping; waits until nothing is active. False when time ran out before. */
    boolean stop(long atMostMillis) throws InterruptedException {
        lock.lock();
        try {
            stopping = true;
            long left = TimeUnit.MILLISECONDS.toNanos(atMostMillis);
            while (active > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            return active == 0;
        } finally {
            lock.unlock();
        }
    }

    /** One request's part in it. Thread-safe. */
    final class Participant {
        private boolean counted;
        private boolean finished;

        /** It waits for something that may never come. */
        void rest() {
            lock.lock();
            try {
                if (counted) {
                    counted = false;
                    active--;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        /** There is work to do for it, unless it has finished already. */
        void resume() {
            lock.lock();
            try {
                if (!counted && !finished) {
                    counted = true;
                    active++;
                }
            } finally {
                lock.unlock();
            }
        }

        /** It is over. */
        void finish() {
            lock.lock();
            try {
                finished = true;
                rest();
            } finally {
                lock.unlock();
            }
        }
    }
}
