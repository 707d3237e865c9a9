package dev.replicator.server.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts what is being answered, so that a server that stops can wait for it. Feeds that wait do not count: they are
 * woken then, to end.
 */
final class Activity {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Participant> resting = new HashSet<>();
    private int active;
    private volatile boolean stopping;

    /** One more request is under way. */
    Participant begin() {
        Participant participant = new Participant();
        participant.resume();
        return participant;
    }

    /** Whether feeds should end rather than wait, and connections close after their answers. */
    boolean isStopping() {
        return stopping;
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
            return resting.size();
        } finally {
            lock.unlock();
        }
    }

    /** From now on it is stopping; what rests is woken. */
    void stop() {
        List<Runnable> wakeups = new ArrayList<>();
        lock.lock();
        try {
            stopping = true;
            resting.forEach(participant -> wakeups.add(participant.wakeup));
        } finally {
            lock.unlock();
        }
        wakeups.forEach(Runnable::run);
    }

    /** Waits until nothing is under way, what rests included. False when time ran out before. */
    boolean awaitEnd(long atMostMillis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(atMostMillis);
            while (isBusy() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !isBusy();
        } finally {
            lock.unlock();
        }
    }

    private boolean isBusy() {
        return active > 0 || !resting.isEmpty();
    }

    /** One request's part in it. Thread-safe. */
    final class Participant {
        private State state = State.NEW;
        private final RequestTime time = new RequestTime(System::nanoTime);
        private boolean hasRested;
        private Runnable wakeup;

        /** What its time goes into. */
        RequestTime time() {
            return time;
        }

        /**
         * It waits for something that may never come.
         *
         * @param atStop wakes it when the server stops meanwhile; from any thread
         * @return false where the server is stopping already: it goes on being active
         */
        boolean rest(Runnable atStop) {
            lock.lock();
            try {
                if (state == State.ACTIVE && !stopping) {
                    leave(State.RESTING);
                    hasRested = true;
                    wakeup = atStop;
                    resting.add(this);
                }
                return !stopping;
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
                resting.remove(this);
                wakeup = null;
            } else if (state == State.ACTIVE) {
                active--;
            }
            state = next;
            changed.signalAll();
        }
    }

    private enum State {
        NEW,
        ACTIVE,
        RESTING,
        FINISHED
    }
}
