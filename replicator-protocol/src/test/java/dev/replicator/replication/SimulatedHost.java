package dev.replicator.replication;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;

/**
 * A host on which one task runs at a time, from one {@link #gate} to the next, in an order drawn from a seed: the same
 * seed gives the same run. A step takes no time or a little. A crash ends all tasks where they stand.
 */
final class SimulatedHost implements Host {
    private static final int MOST_MILLIS_A_STEP = 200;

    private final Random random;
    private final List<SimulatedTask> tasks = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-20T00:00:00Z");
    private SimulatedTask current;
    private Optional<Throwable> bug = Optional.empty();

    SimulatedHost(Random random) {
        this.random = random;
    }

    /** Ends a task as the end of its process would: nobody catches it. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final class SimulatedTask implements Running {
        private final Semaphore go = new Semaphore(0);
        private final Semaphore stopped = new Semaphore(0);
        private final Thread thread;
        private Instant wakesAt = now;
        private boolean interrupted;
        private boolean crashed;
        private boolean ended;

        SimulatedTask(Task body) {
            thread = Thread.ofVirtual().unstarted(() -> {
                try {
                    go.acquireUninterruptibly();
                    if (!crashed) {
                        body.run();
                    }
                } catch (Crash | InterruptedException e) {
                    // What it was to end with.
                } catch (RuntimeException | Error e) {
                    bug = Optional.of(e);
                }
                ended = true;
                stopped.release();
            });
        }

        @Override
        public void interrupt() {
            interrupted = true;
            wakesAt = now;
        }

        /** Lets it run to its next gate. */
        void step() {
            current = this;
            if (thread.getState() == Thread.State.NEW) {
                thread.start();
            }
            go.release();
            stopped.acquireUninterruptibly();
            current = null;
        }

        void pause(Instant until) throws InterruptedException {
            wakesAt = until;
            stopped.release();
            go.acquireUninterruptibly();
            if (crashed) {
                throw new Crash();
            }
            if (interrupted) {
                interrupted = false;
                throw new InterruptedException();
            }
        }
    }

    @Override
    public Running start(Task task) {
        SimulatedTask started = new SimulatedTask(task);
        tasks.add(started);
        return started;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        current.pause(now.plus(duration));
    }

    @Override
    public Random random() {
        return random;
    }

    /** A point at which another task may come first, and a crash may happen. */
    void gate() throws InterruptedException {
        current.pause(now);
    }

    /**
     * Lets one task run to its next gate.
     *
     * @return false where there is none left
     */
    boolean step() {
        now = now.plusMillis(random.nextInt(MOST_MILLIS_A_STEP));
        tasks.removeIf(task -> task.ended);
        if (tasks.isEmpty()) {
            return false;
        }
        List<SimulatedTask> awake =
                tasks.stream().filter(task -> !task.wakesAt.isAfter(now)).toList();
        if (awake.isEmpty()) {
            now = tasks.stream()
                    .map(task -> task.wakesAt)
                    .min(Instant::compareTo)
                    .orElseThrow();
            return true;
        }
        awake.get(random.nextInt(awake.size())).step();
        if (bug.isPresent()) {
            throw new AssertionError("a task failed", bug.get());
        }
        return true;
    }

    /** Ends all tasks where they stand. */
    void crash() {
        for (SimulatedTask task : tasks) {
            task.crashed = true;
            while (!task.ended) {
                task.step();
            }
        }
        tasks.clear();
    }
}
