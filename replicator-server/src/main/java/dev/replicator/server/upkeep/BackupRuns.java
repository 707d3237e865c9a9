package dev.replicator.server.upkeep;

import dev.replicator.store.Backup;
import dev.replicator.store.Backups;
import dev.replicator.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes backups, one at a time: when somebody asks, and at an interval where one is configured. The interval counts
 * from the last backup that there is, also over a restart.
 *
 * <p>Thread-safe.
 */
public final class BackupRuns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackupRuns.class);

    private static final String STOPPING = "the server stops";

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Backups backups;
    private final Supplier<Rules> rules;
    private final InstantSource clock;
    private final ScheduledExecutorService thread;

    /** Null while none is made. */
    private volatile Running running;

    /** What is to come of the last that was asked for. */
    private CompletableFuture<Backup> result = CompletableFuture.completedFuture(null);

    private volatile Optional<Failure> lastFailure = Optional.empty();

    /** When the last one was begun, of its own or of one before the start; used by the thread alone. */
    private Instant lastBegun;

    /**
     * What is configured.
     *
     * @param interval from the beginning of one to that of the next; zero: none is made unasked
     * @param keep how many stay after one that was made unasked
     */
    public record Rules(Duration interval, int keep) {}

    /**
     * One under way.
     *
     * @param done bytes that were worked through
     * @param total bytes there are; 0 where that is not known yet
     */
    public record Running(Instant since, long done, long total) {}

    /** One that came to nothing. */
    public record Failure(Instant time, String reason) {}

    /** @param rules asked every second */
    public BackupRuns(Backups backups, Supplier<Rules> rules, InstantSource clock) {
        this(backups, rules, clock, PAUSE);
    }

    /** @param pause between two looks whether one is due */
    BackupRuns(Backups backups, Supplier<Rules> rules, InstantSource clock, Duration pause) {
        this.backups = backups;
        this.rules = rules;
        this.clock = clock;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("backups").daemon().factory());
        ScheduledFuture<?> _ =
                thread.scheduleWithFixedDelay(this::look, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Begins one.
     *
     * @param keep how many are to stay afterwards; empty: all
     * @return what comes of it, an {@link IOException} or a {@link StoreException} where that is nothing; empty where
     *     one is under way
     */
    public synchronized Optional<CompletionStage<Backup>> begin(OptionalInt keep) {
        if (running != null) {
            return Optional.empty();
        }
        running = new Running(clock.instant(), 0, 0);
        CompletableFuture<Backup> begun = new CompletableFuture<>();
        result = begun;
        try {
            thread.execute(() -> make(keep, begun));
        } catch (RejectedExecutionException e) {
            failed(new IOException(STOPPING, e), begun);
        }
        return Optional.of(begun);
    }

    private void look() {
        try {
            Rules now = rules.get();
            if (now.interval().isZero()) {
                return;
            }
            if (lastBegun == null) {
                List<Backup> made = backups.list();
                lastBegun = made.isEmpty() ? Instant.EPOCH : made.getLast().time();
                if (lastBegun.isAfter(clock.instant())) {
                    // A clock was wrong, then or now.
                    lastBegun = Instant.EPOCH;
                }
            }
            if (!clock.instant().isBefore(lastBegun.plus(now.interval()))) {
                // Where one is under way it begins behind this.
                Optional<CompletionStage<Backup>> _ = begin(OptionalInt.of(now.keep()));
            }
        } catch (IOException | RuntimeException e) {
            lastBegun = clock.instant();
            LOG.error("the backups cannot be looked at, so none is made; that is tried again at its time", e);
        }
    }

    private void make(OptionalInt keep, CompletableFuture<Backup> told) {
        Instant begun = running.since();
        lastBegun = begun;
        try {
            Backup made = backups.make((done, total) -> running = new Running(begun, done, total));
            LOG.info("backup {} of {} bytes is made, {} of them new", made.number(), made.bytes(), made.newBytes());
            if (keep.isPresent()) {
                backups.keep(keep.getAsInt());
            }
            lastFailure = Optional.empty();
            end(() -> told.complete(made));
        } catch (IOException | StoreException e) {
            failed(e, told);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed(new IOException(STOPPING, e), told);
        } catch (RuntimeException e) {
            failed(new IOException("a backup failed: " + e, e), told);
        }
    }

    private void failed(Exception problem, CompletableFuture<Backup> told) {
        LOG.error("a backup failed", problem);
        String reason = problem.getMessage() == null ? problem.toString() : problem.getMessage();
        lastFailure = Optional.of(new Failure(clock.instant(), reason));
        end(() -> told.completeExceptionally(problem));
    }

    private void end(Runnable tell) {
        // Before anybody hears of it: who does may ask for the next one.
        running = null;
        tell.run();
    }

    /** The one that is being made. */
    public Optional<Running> running() {
        return Optional.ofNullable(running);
    }

    /** The last one, where it came to nothing. */
    public Optional<Failure> lastFailure() {
        return lastFailure;
    }

    /** Those that were made and are there, the oldest first. */
    public List<Backup> list() throws IOException {
        return backups.list();
    }

    /** Breaks off one that is under way, which leaves nothing of it, and waits until it has ended. */
    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
        tellEnded();
    }

    private synchronized void tellEnded() {
        if (!result.isDone()) {
            // It had not begun.
            failed(new IOException(STOPPING), result);
        }
    }
}
