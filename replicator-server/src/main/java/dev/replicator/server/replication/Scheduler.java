package dev.replicator.server.replication;

import dev.replicator.replication.Progress;
import dev.replicator.replication.ReplicationException;
import dev.replicator.replication.ReplicationResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of a server, and which of them run: {@link Rotation} says which, one thread does it.
 *
 * <p>A job stays until it is done or removed. One that fails is tried again after a pause that doubles with each
 * failure in a row; only one of {@code _replicate} is given up that was to run once, where somebody waits for the
 * answer, or whose owner is gone. Thread-safe.
 */
final class Scheduler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    /** How long runs may take to record how far they came when the server stops, where nothing else is said. */
    static final Duration STOP_TIME = Duration.ofSeconds(2);

    /** A replication under way. */
    interface Run {
        /** Tells it to end soon. */
        void cancel();

        Progress progress();
    }

    /** How a run ended. */
    sealed interface End {
        /** It did what there was to do. */
        record Done(ReplicationResult result) implements End {}

        /** It was told to. */
        record Stopped() implements End {}

        record Crashed(ReplicationException problem) implements End {}
    }

    /** Begins replications. */
    interface Runs {
        /**
         * Begins one, without waiting.
         *
         * @param ended told once, on another thread
         */
        Run start(Job job, Consumer<End> ended);
    }

    private final Runs runs;
    private final Supplier<ReplicationSettings> settings;
    private final InstantSource clock;
    private final Map<String, Job> jobs = new HashMap<>();
    /** Removed, and not ended yet: they still take a place. */
    private final Set<Job> leaving = new HashSet<>();

    private final Thread thread;
    private long lastNumber;
    private Instant nextRotation;
    private boolean stale = true;
    private boolean closed;

    Scheduler(Runs runs, Supplier<ReplicationSettings> settings, InstantSource clock) {
        this.runs = runs;
        this.settings = settings;
        this.clock = clock;
        this.nextRotation = clock.instant().plus(settings.get().interval());
        this.thread = Thread.ofPlatform().name("replication-scheduler").daemon().start(this::work);
    }

    /**
     * Adds a job, unless one of its id is there.
     *
     * @return the one that is there now; empty where its owner has too many already
     */
    synchronized Optional<Job> add(Job job) {
        Job there = jobs.get(job.id);
        if (there != null) {
            return Optional.of(there);
        }
        if (closed) {
            job.result.completeExceptionally(new CancellationException("the server is stopping"));
            return Optional.of(job);
        }
        if (job.owner.isBounded() && hasEnough(job.owner)) {
            return Optional.empty();
        }
        jobs.put(job.id, job);
        job.number = ++lastNumber;
        job.added = clock.instant();
        note(job, JobEvent.Type.ADDED, Optional.empty());
        changed();
        return Optional.of(job);
    }

    /**
     * Whether a user has as many jobs as one may. Those that were removed and have not ended have places of their own,
     * as many again: a job that takes another's place, as with a new password, need not wait for its end, and whoever
     * makes and removes jobs in turn has not more and more of them running.
     */
    private boolean hasEnough(Owner owner) {
        int most = settings.get().reach().jobsPerUser();
        long wanted = of(owner, jobs.values());
        return wanted >= most || wanted + of(owner, leaving) >= 2L * most;
    }

    private static long of(Owner owner, Collection<Job> jobs) {
        return jobs.stream()
                .filter(job -> job.owner.isBounded()
                        && job.owner.caller().name().equals(owner.caller().name()))
                .count();
    }

    /** Removes the job of an id, where there is one that is wanted so; a run of it ends soon. */
    Optional<Job> remove(String id, Predicate<Job> wanted) {
        Optional<Job> found;
        synchronized (this) {
            found = Optional.ofNullable(jobs.get(id)).filter(wanted);
            found.ifPresent(this::forget);
        }
        found.ifPresent(job -> {
            run(job).ifPresent(Run::cancel);
            tellIfGone(job);
            job.result.completeExceptionally(new CancellationException("the replication was cancelled"));
        });
        return found;
    }

    private void forget(Job job) {
        job.removed = true;
        if (job.phase != Rotation.Phase.WAITING) {
            job.phase = Rotation.Phase.STOPPING;
            leaving.add(job);
        }
        jobs.remove(job.id);
        changed();
    }

    private void tellIfGone(Job job) {
        boolean gone;
        synchronized (this) {
            gone = job.removed && job.phase == Rotation.Phase.WAITING;
        }
        if (gone) {
            job.gone.complete(null);
        }
    }

    private synchronized Optional<Run> run(Job job) {
        return job.run;
    }

    synchronized Optional<Job> find(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    synchronized Optional<JobStatus> status(String id) {
        return find(id).map(this::status);
    }

    /** All jobs, in no order. */
    synchronized List<JobStatus> all() {
        return jobs.values().stream().map(this::status).toList();
    }

    private JobStatus status(Job job) {
        return job.status(clock.instant(), settings.get().healthy());
    }

    /** Has what is set now taken into account. */
    synchronized void changed() {
        stale = true;
        notifyAll();
    }

    private void work() {
        try {
            for (Work next = await(); !next.closed; next = await()) {
                next.stop.forEach(Run::cancel);
                next.start.forEach(this::start);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the thread has to do. */
    private record Work(List<Run> stop, List<Job> start, boolean closed) {}

    /** Waits until there may be something to do. */
    private synchronized Work await() throws InterruptedException {
        while (!closed) {
            Instant now = clock.instant();
            ReplicationSettings set = settings.get();
            boolean rotates = !now.isBefore(nextRotation);
            if (rotates) {
                nextRotation = now.plus(set.interval());
            }
            stale = false;
            Rotation.Plan plan = Rotation.plan(candidates(), set.maxJobs(), set.maxChurn(), now, rotates);
            List<Job> start = plan.start().stream().map(jobs::get).toList();
            List<Job> stop = plan.stop().stream()
                    .map(jobs::get)
                    .filter(job -> job.run.isPresent())
                    .toList();
            if (!start.isEmpty() || !stop.isEmpty()) {
                start.forEach(job -> {
                    job.started(now);
                    note(job, JobEvent.Type.STARTED, Optional.empty());
                });
                stop.forEach(job -> job.phase = Rotation.Phase.STOPPING);
                return new Work(stop.stream().map(job -> job.run.orElseThrow()).toList(), start, false);
            }
            Instant next =
                    plan.next().filter(time -> time.isBefore(nextRotation)).orElse(nextRotation);
            waitUntil(next);
        }
        return new Work(List.of(), List.of(), true);
    }

    private void waitUntil(Instant next) throws InterruptedException {
        while (!stale && !closed) {
            long left = Duration.between(clock.instant(), next).toMillis() + 1;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    private List<Rotation.Candidate> candidates() {
        return Stream.concat(jobs.values().stream(), leaving.stream())
                .map(job -> new Rotation.Candidate(
                        job.id, job.number, job.phase, job.continuous(), job.lastStarted, job.notBefore))
                .toList();
    }

    private void start(Job job) {
        Run run;
        try {
            run = runs.start(job, end -> ended(job, end));
        } catch (ReplicationException e) {
            ended(job, new End.Crashed(e));
            return;
        } catch (RuntimeException e) {
            LOG.error("replication {} could not begin", job.id, e);
            ended(
                    job,
                    new End.Crashed(new ReplicationException(
                            "internal_server_error", "the replication could not begin: " + e.getMessage(), true, e)));
            return;
        }
        boolean cancel;
        synchronized (this) {
            boolean stillRuns = job.phase != Rotation.Phase.WAITING;
            job.run = stillRuns ? Optional.of(run) : Optional.empty();
            cancel = stillRuns && (job.removed || closed);
            notifyAll();
        }
        if (cancel) {
            run.cancel();
        }
    }

    private void ended(Job job, End end) {
        boolean over;
        synchronized (this) {
            ReplicationSettings set = settings.get();
            boolean crashed = end instanceof End.Crashed;
            job.ended(clock.instant(), crashed, set.healthy(), set.backoff());
            leaving.remove(job);
            if (end instanceof End.Crashed(ReplicationException problem)) {
                note(job, JobEvent.Type.CRASHED, Optional.of(problem.getMessage()));
            } else {
                note(job, JobEvent.Type.STOPPED, Optional.empty());
            }
            boolean givenUp = job.document.isEmpty()
                    && end instanceof End.Crashed(ReplicationException why)
                    && (!job.continuous() || why.error().equals(CurrentOwner.GONE));
            over = !job.removed && (end instanceof End.Done || givenUp);
            if (over) {
                forget(job);
            }
            changed();
        }
        switch (end) {
            case End.Crashed(ReplicationException problem) -> {
                LOG.warn("replication {} failed: {}", job.id, problem.getMessage());
                if (over) {
                    job.result.completeExceptionally(problem);
                }
            }
            case End.Done(ReplicationResult result) -> {
                LOG.info("replication {} is done", job.id);
                job.result.complete(result);
            }
            case End.Stopped() -> LOG.debug("replication {} was stopped", job.id);
        }
        tellIfGone(job);
    }

    private void note(Job job, JobEvent.Type type, Optional<String> reason) {
        job.note(new JobEvent(clock.instant(), type, reason), settings.get().maxHistory());
    }

    @Override
    public void close() {
        close(STOP_TIME);
    }

    /** Ends all runs, which record how far they came, and waits for them; starts no more. */
    void close(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        List<Job> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(jobs.values());
            changed();
        }
        left.forEach(job -> run(job).ifPresent(Run::cancel));
        try {
            thread.join(atMost);
            awaitRuns(end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        left.forEach(job -> job.result.completeExceptionally(new CancellationException("the server is stopping")));
    }

    private synchronized void awaitRuns(long end) throws InterruptedException {
        while (candidates().stream().anyMatch(job -> job.phase() != Rotation.Phase.WAITING)) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                LOG.warn("replications did not end in time; they go on from their last checkpoint");
                return;
            }
            wait(left);
        }
    }
}
