package dev.replicator.server.replication;

import dev.replicator.replication.Progress;
import dev.replicator.replication.ReplicationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A replication that is to run: once, or on and on. What is final may be read by anyone; the rest belongs to the
 * {@link Scheduler}, under its lock.
 */
final class Job {
    /** So many failures in a row double the pause; more do not: 30 s become 8.5 hours, as in CouchDB. */
    private static final int MOST_DOUBLINGS = 10;

    final String id;
    final ReplicationRequest request;

    /** What asked for it; empty for {@code _replicate}. */
    final Optional<DocumentKey> document;

    /** On whose behalf it runs, with the rights they had when it was asked for: the most it ever has. */
    final Owner owner;

    final RefusedRevisions refused;

    /** Whether the source named a revision and did not give it. */
    final AtomicBoolean missed = new AtomicBoolean();

    /**
     * Completes when the job is there no more: with what it did; exceptionally where it failed for good
     * ({@link dev.replicator.replication.ReplicationException}) or was removed
     * ({@link java.util.concurrent.CancellationException}).
     */
    final CompletableFuture<ReplicationResult> result = new CompletableFuture<>();

    /** Completes when the job was removed and nothing of it runs any more. */
    final CompletableFuture<Void> gone = new CompletableFuture<>();

    /** In the order in which jobs came. */
    long number;

    Instant added = Instant.MIN;

    Rotation.Phase phase = Rotation.Phase.WAITING;
    boolean removed;
    Instant notBefore = Instant.MIN;
    Instant lastStarted = Instant.MIN;

    /** Failures in a row. */
    int crashes;

    /** Set while it runs, a little later than the phase. */
    Optional<Scheduler.Run> run = Optional.empty();

    private Throughput throughput = new Throughput(Instant.MIN);

    /** Of the last run, once it has ended. */
    private Optional<Progress> lastProgress = Optional.empty();

    /** The newest first. */
    private final Deque<JobEvent> history = new ArrayDeque<>();

    Job(String id, ReplicationRequest request, Optional<DocumentKey> document, Owner owner, RefusedRevisions refused) {
        this.id = id;
        this.request = request;
        this.document = document;
        this.owner = owner;
        this.refused = refused;
    }

    boolean continuous() {
        return request.options().continuous();
    }

    void note(JobEvent event, int mostEvents) {
        history.addFirst(event);
        while (history.size() > mostEvents) {
            history.removeLast();
        }
    }

    void started(Instant now) {
        phase = Rotation.Phase.RUNNING;
        lastStarted = now;
        throughput = new Throughput(now);
    }

    /** It runs no more. */
    void ended(Instant now, boolean crashed, Duration healthy, Duration backoff) {
        if (!now.isBefore(lastStarted.plus(healthy))) {
            crashes = 0;
        }
        if (crashed) {
            notBefore = now.plus(backoff.multipliedBy(1L << Math.min(crashes, MOST_DOUBLINGS)));
            crashes++;
        }
        phase = Rotation.Phase.WAITING;
        lastProgress = run.map(Scheduler.Run::progress).or(() -> lastProgress);
        run = Optional.empty();
    }

    JobStatus status(Instant now, Duration healthy) {
        boolean running = phase != Rotation.Phase.WAITING;
        boolean recovered = running && !now.isBefore(lastStarted.plus(healthy));
        int errors = recovered ? 0 : crashes;
        Optional<Progress> progress = run.map(Scheduler.Run::progress).or(() -> lastProgress);
        return new JobStatus(
                id,
                number,
                running ? JobStatus.State.RUNNING : errors > 0 ? JobStatus.State.CRASHING : JobStatus.State.PENDING,
                request.source().address(),
                request.target().address(),
                continuous(),
                request.options().checkpointInterval(),
                document,
                owner.caller().name(),
                added,
                List.copyOf(history),
                errors,
                progress,
                running && progress.isPresent()
                        ? throughput.at(now, progress.get().statistics().docsWritten())
                        : 0);
    }
}
