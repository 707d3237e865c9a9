package dev.replicator.server.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts what is being answered, so that a server that stops can wait for it. Feeds that wait do not count. */
final class Activity {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int active;
    private int resting;
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

    /** How many requests are under way that do not rest. */
    int active() {
        lock.lock();
        try {
            return active;
        } finally {
            lock.unlock();
        }
    }

    /** How many rest. */
    int resting() {
        lock.lock();
        try {
            return resting;
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
        private State state = State.NEW;
        private boolean hasRested;

        /** It waits for something that may never come. */
        void rest() {
            lock.lock();
            try {
                if (state == State.ACTIVE) {
                    leave(State.RESTING);
                    hasRested = true;
                    resting++;
                }
            } finally {
                lock.unlock();
            }
        }

        /** There is work to do for it, unless it has finished already. */
        void resume() {
            lock.lock();
            try {
                if (state == State.NEW || state == State.RESTING) {
                    leave(State.ACTIVE);
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
                leave(State.FINISHED);
            } finally {
                lock.unlock();
            }
        }

        /** Whether it ever waited for something that might never have come. */
        boolean hasRested() {
            lock.lock();
            try {
                return hasRested;
            } finally {
                lock.unlock();
            }
        }

        private void leave(State next) {
            if (state == State.RESTING) {
                resting--;
            } else if (state == State.ACTIVE) {
                active--;
                changed.signalAll();
            }
            state = next;
        }
    }

    private enum State {
        NEW,
        ACTIVE,
        RESTING,
        FINISHED
    }
}
