package dev.replicator.replication;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A replication under way: reads the source's changes, brings them to the target in batches, several at a time, and
 * records from time to time up to which point all is there.
 *
 * <p>It is a state machine: what it knows is changed under one lock, by tasks that end, and {@link #advance} then says
 * what to begin next. Tasks block on peers and hold no lock meanwhile. The rules:
 *
 * <ul>
 *   <li>Changes are read in order, by one task at a time, and no further ahead than {@link #READ_AHEAD} batches for
 *       each worker and {@link #READ_AHEAD_BYTES}.
 *   <li>Batches are brought over in any order. A checkpoint is the end of the last batch before which all are done: it
 *       is never ahead of the data, and the target's data is durable before it is recorded.
 *   <li>Before a checkpoint both databases must be those that it began with: one that was deleted and made anew under
 *       the same name ends the replication, so that the next begins with what that one has.
 *   <li>The first lasting failure, or a passing one that was repeated too often, ends it: the other tasks are
 *       interrupted, and the result comes when the last has ended.
 * </ul>
 *
 * <p>Without {@code continuous} it ends when it has seen as many changes as there were when it began, so that it also
 * ends where changes are made faster than they are brought over.
 */
public final class Replication {
    /** How many batches may wait for each worker. */
    private static final int READ_AHEAD = 2;

    /** While rows of so many bytes wait or are brought over, no page is read: one more may come to them. */
    static final long READ_AHEAD_BYTES = 4 << 20;

    /**
     * How long a source is asked to wait for a change before it is asked again. Beyond three heartbeats a peer over
     * HTTP would have to be cut off, and could not say how far it looked.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Before a source is asked again that answers without changes sooner than it should. */
    private static final Duration EMPTY_PAUSE = Duration.ofSeconds(1);

    /** The most rows asked for at a time, however large the batches: a row may name many leaves. */
    static final int MOST_ROWS = 2000;

    private static final int SESSION_ID_BYTES = 16;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    private final Peer source;
    private final Peer target;
    private final String id;
    private final ReplicationOptions options;
    private final Host host;
    private final ReplicationListener listener;
    private final Retries retries;
    private final String sessionId;
    private final Instant startTime;
    private final CompletableFuture<ReplicationResult> result = new CompletableFuture<>();

    private final Set<Host.Running> running = new HashSet<>();
    private int tasks;
    private Optional<RuntimeException> failure = Optional.empty();
    private boolean cancelled;
    private boolean ending;

    private PeerInfo sourceInfo = new PeerInfo("");
    private PeerInfo targetInfo = new PeerInfo("");
    private List<Session> before = List.of();

    /** Set once the peers are known to be there and their checkpoints are read. */
    private boolean begun;

    private PeerSequence startLast = PeerSequence.START;
    private PeerSequence readTo = PeerSequence.START;
    private PeerSequence doneTo = PeerSequence.START;
    private PeerSequence recorded = PeerSequence.START;

    /** What was recorded last, by this run. */
    private Optional<Checkpoint> written = Optional.empty();

    /** Of the task that reads: there is one at a time. */
    private final Circle circle = new Circle();

    /** How many rows to ask for: fewer where they came with too many bytes. */
    private int rowsAtATime;

    private boolean reading;
    private boolean readAll;
    private long rowsRead;

    /** How many rows there were when it began; empty until the first page says. */
    private OptionalLong rowsAtStart = OptionalLong.empty();

    private OptionalLong pending = OptionalLong.empty();

    /** Read, and not begun. */
    private final Deque<Batch> ready = new ArrayDeque<>();

    /** Begun, in the order of the changes; the first is not done, and none that is done follows another. */
    private final Deque<Batch> open = new ArrayDeque<>();

    private int copying;
    private boolean recording;

    /** Whether what was done before a cancellation was recorded, or could not be. */
    private boolean recordedLast;

    private Instant lastRecorded;
    private Statistics statistics = Statistics.NONE;

    /** Some rows of the source's changes, and the point behind them. */
    private static final class Batch {
        final PeerSequence end;
        final long bytes;

        /** Empty once they are done: others may be under way before them for long. */
        List<ChangedDocument> rows;

        boolean done;

        Batch(List<ChangedDocument> rows, PeerSequence end) {
            this.rows = rows;
            this.end = end;
            this.bytes = rows.stream().mapToLong(ChangedDocument::bytes).sum();
        }
    }

    private Replication(
            Peer source, Peer target, String id, ReplicationOptions options, Host host, ReplicationListener listener) {
        this.source = source;
        this.target = target;
        this.id = id;
        this.options = options;
        this.host = host;
        this.listener = listener;
        this.retries = new Retries(host, options.retries());
        byte[] random = new byte[SESSION_ID_BYTES];
        host.random().nextBytes(random);
        this.sessionId = HexFormat.of().formatHex(random);
        this.startTime = host.now();
        this.lastRecorded = startTime;
        this.rowsAtATime = Math.min(MOST_ROWS, options.batchSize() * options.workers());
    }

    /**
     * Begins to replicate.
     *
     * @param source stays the caller's, as does the target: to be closed when the result is there
     * @param id names the checkpoints: a {@link ReplicationId}
     */
    public static Replication start(
            Peer source, Peer target, String id, ReplicationOptions options, Host host, ReplicationListener listener) {
        Replication replication = new Replication(source, target, id, options, host, listener);
        synchronized (replication) {
            replication.begin(replication::open);
            if (options.continuous() || options.useCheckpoints()) {
                replication.begin(replication::tick);
            }
        }
        return replication;
    }

    /**
     * Completes when nothing of the replication runs any more; exceptionally with {@link ReplicationException} where it
     * failed.
     */
    public CompletionStage<ReplicationResult> result() {
        return result;
    }

    /** Ends the replication soon. What is done is recorded first where the peers answer at once. */
    public void cancel() {
        synchronized (this) {
            if (!ending) {
                cancelled = true;
                end();
            }
        }
        completeIfIdle();
    }

    /** How far it is. */
    public synchronized Progress progress() {
        OptionalLong left = pending;
        if (left.isPresent()) {
            long read = rows(ready) + rows(open);
            left = OptionalLong.of(left.getAsLong() + read);
        }
        return new Progress(readTo, doneTo, recorded, left, statistics);
    }

    private static long rows(Deque<Batch> batches) {
        return batches.stream()
                .filter(batch -> !batch.done)
                .mapToLong(batch -> batch.rows.size())
                .sum();
    }

    private static long bytes(Deque<Batch> batches) {
        return batches.stream()
                .filter(batch -> !batch.done)
                .mapToLong(batch -> batch.bytes)
                .sum();
    }

    /** What runs as long as this: made at random, part of what is recorded. */
    public String sessionId() {
        return sessionId;
    }

    // ---- what to do next; all of it under the lock

    private void advance() {
        if (!begun || ending) {
            return;
        }
        boolean mayWait =
                ready.size() < READ_AHEAD * options.workers() && bytes(ready) + bytes(open) < READ_AHEAD_BYTES;
        if (!reading && !readAll && mayWait) {
            reading = true;
            begin(this::read);
        }
        while (copying < options.workers() && !ready.isEmpty()) {
            Batch batch = ready.remove();
            open.add(batch);
            copying++;
            begin(() -> copy(batch));
        }
        boolean allDone = readAll && ready.isEmpty() && open.isEmpty();
        if (recording) {
            return;
        }
        if (shouldRecord(allDone)) {
            recording = true;
            begin(() -> record(retries));
        } else if (allDone) {
            end();
        }
    }

    private boolean shouldRecord(boolean allDone) {
        if (!options.useCheckpoints() || recorded.equals(doneTo)) {
            return false;
        }
        return allDone || !host.now().isBefore(lastRecorded.plus(options.checkpointInterval()));
    }

    private void end() {
        ending = true;
        running.forEach(Host.Running::interrupt);
    }

    private void fail(RuntimeException problem) {
        // Tasks that are told to end fail too.
        if (!ending) {
            failure = Optional.of(problem);
            end();
        }
    }

    /** Called without the lock: others do with the result what they like. */
    private void completeIfIdle() {
        ReplicationResult ended;
        synchronized (this) {
            if (!ending || tasks > 0) {
                return;
            }
            if (cancelled && begun && options.useCheckpoints() && !recordedLast && !recorded.equals(doneTo)) {
                recordedLast = true;
                begin(() -> record(new Retries(host, 0)));
                return;
            }
            ended = ended();
        }
        if (failure.isPresent()) {
            result.completeExceptionally(failure.get());
        } else {
            result.complete(ended);
        }
    }

    private ReplicationResult ended() {
        boolean noChanges = doneTo.equals(startLast);
        Checkpoint last;
        if (noChanges && !before.isEmpty()) {
            last = new Checkpoint(before);
        } else if (written.isPresent() && recorded.equals(doneTo)) {
            last = written.get();
        } else {
            last = Checkpoint.of(session(), before);
        }
        return new ReplicationResult(last, noChanges, cancelled, statistics);
    }

    private Session session() {
        return new Session(
                sessionId,
                time(startTime),
                time(host.now()),
                startLast,
                doneTo,
                statistics,
                sourceInfo.instanceStartTime(),
                targetInfo.instanceStartTime());
    }

    private static String time(Instant instant) {
        return TIME.format(instant.atOffset(ZoneOffset.UTC));
    }

    /** Starts a task. Whatever it ends with, the state machine goes on from there. */
    private void begin(Host.Task task) {
        tasks++;
        // The task may end before it is known here that it was started: it waits for the lock, which is held.
        Started started = new Started();
        started.running = host.start(() -> {
            Optional<RuntimeException> problem = Optional.empty();
            try {
                task.run();
            } catch (InterruptedException e) {
                problem = Optional.of(new ReplicationException("cancelled", "the replication was ended", true, e));
            } catch (PeerException e) {
                problem = Optional.of(failed(e));
            } catch (RuntimeException e) {
                problem = Optional.of(e);
            } catch (Throwable e) {
                // An error too ends a replication: nobody else would know that this task is over.
                problem = Optional.of(new ReplicationException("internal_error", e.toString(), true, e));
            }
            ended(started, problem);
        });
        running.add(started.running);
    }

    /** A task on its thread. */
    private static final class Started {
        private Host.Running running;
    }

    private void ended(Started started, Optional<RuntimeException> problem) {
        synchronized (this) {
            running.remove(started.running);
            tasks--;
            problem.ifPresent(this::fail);
            advance();
        }
        completeIfIdle();
    }

    private static ReplicationException failed(PeerException problem) {
        return problem instanceof PeerException.Refused refused
                ? new ReplicationException(refused.error().error(), problem.getMessage(), false, problem)
                : new ReplicationException("replication_failed", problem.getMessage(), true, problem);
    }

    // ---- tasks: on threads of their own, without the lock

    private void open() throws InterruptedException {
        PeerInfo sourceNow = info(source);
        if (options.createTarget()) {
            retries.run(target::create);
        }
        PeerInfo targetNow = info(target);
        Optional<Checkpoint> there = Optional.empty();
        Optional<Session> common = Optional.empty();
        if (options.useCheckpoints()) {
            there = retries.call(() -> source.local(id)).flatMap(Checkpoint::parse);
            var here = retries.call(() -> target.local(id)).flatMap(Checkpoint::parse);
            common = Checkpoint.common(there, here, sourceNow, targetNow);
        }
        PeerSequence from = options.since().orElse(common.map(Session::recorded).orElse(PeerSequence.START));
        List<Session> sessions =
                common.isPresent() ? there.map(Checkpoint::sessions).orElseThrow() : List.of();
        synchronized (this) {
            sourceInfo = sourceNow;
            targetInfo = targetNow;
            before = sessions;
            startLast = from;
            readTo = from;
            doneTo = from;
            recorded = from;
            begun = true;
        }
    }

    /** CouchDB's words for a database that is not there, which clients of {@code _replicate} compare. */
    private PeerInfo info(Peer peer) throws InterruptedException {
        try {
            return retries.call(peer::info);
        } catch (PeerException.Refused e) {
            if (e.error().status() != 404) {
                throw e;
            }
            throw new ReplicationException("db_not_found", "could not open " + peer.address(), false, e);
        }
    }

    private void tick() throws InterruptedException {
        while (true) {
            host.sleep(options.checkpointInterval());
            synchronized (this) {
                if (ending) {
                    return;
                }
                advance();
            }
        }
    }

    private void read() throws InterruptedException {
        Instant asked = host.now();
        PeerSequence from;
        int limit;
        synchronized (this) {
            from = readTo;
            limit = rowsAtATime;
        }
        Duration patience = options.continuous() ? PATIENCE : Duration.ZERO;
        ChangesRequest request =
                new ChangesRequest(from, limit, !options.winningRevisionsOnly(), options.filter(), patience);
        ChangesPage page = retries.call(() -> source.changes(request));
        if (!page.rows().isEmpty() && circle.closes(page.last())) {
            throw new PeerException.Passing(source.address() + " gives its changes in a circle: those after "
                    + from.since() + " end where earlier ones ended");
        }
        if (options.continuous() && page.rows().isEmpty() && host.now().isBefore(asked.plus(patience.dividedBy(2)))) {
            host.sleep(EMPTY_PAUSE);
        }
        synchronized (this) {
            take(page, limit);
        }
    }

    private void take(ChangesPage page, int limit) {
        reading = false;
        List<ChangedDocument> rows = page.rows();
        for (int from = 0; from < rows.size(); from += options.batchSize()) {
            int to = Math.min(from + options.batchSize(), rows.size());
            boolean last = to == rows.size();
            ready.add(new Batch(
                    List.copyOf(rows.subList(from, to)),
                    last ? page.last() : rows.get(to - 1).sequence()));
        }
        if (rows.isEmpty() && !page.last().equals(readTo)) {
            ready.add(new Batch(List.of(), page.last()));
        }
        readTo = page.last();
        rowsRead += rows.size();
        boolean untold = page.cut() && page.pending().isEmpty();
        if (untold && pending.isPresent()) {
            pending = OptionalLong.of(Math.max(0, pending.getAsLong() - rows.size()));
        } else {
            pending = page.pending();
        }
        if (rowsAtStart.isEmpty() && !untold) {
            rowsAtStart = OptionalLong.of(
                    page.pending().isPresent() ? rowsRead + page.pending().getAsLong() : Long.MAX_VALUE);
        }
        boolean ends = rows.size() < limit && !page.cut();
        readAll = !options.continuous() && (ends || rowsRead >= rowsAtStart.orElse(Long.MAX_VALUE));
        if (page.cut()) {
            // What is asked for and does not fit would be sent for nothing.
            rowsAtATime = Math.max(1, rows.size());
        } else {
            rowsAtATime = Math.min(2 * rowsAtATime, Math.min(MOST_ROWS, options.batchSize() * options.workers()));
        }
    }

    private void copy(Batch batch) throws InterruptedException {
        new BatchCopy(source, target, retries, options.batchSize(), new BatchReport()).run(batch.rows);
        synchronized (this) {
            copying--;
            batch.done = true;
            batch.rows = List.of();
            forgetDone();
        }
    }

    private void forgetDone() {
        while (!open.isEmpty() && open.getFirst().done) {
            doneTo = open.remove().end;
        }
        boolean afterDone = false;
        for (Iterator<Batch> last = open.descendingIterator(); last.hasNext(); ) {
            boolean done = last.next().done;
            if (done && afterDone) {
                last.remove();
            }
            afterDone = done;
        }
    }

    private final class BatchReport implements BatchCopy.Report {
        @Override
        public void add(Statistics done) {
            synchronized (Replication.this) {
                statistics = statistics.plus(done);
            }
        }

        @Override
        public void refused(WriteFailure failure) {
            listener.refused(failure);
        }

        @Override
        public void missing(FetchedRevision.Missing missing) {
            listener.missing(missing);
        }
    }

    private void record(Retries attempts) throws InterruptedException {
        Checkpoint checkpoint;
        synchronized (this) {
            checkpoint = Checkpoint.of(session(), before);
        }
        requireSame(attempts, source, sourceInfo);
        requireSame(attempts, target, targetInfo);
        attempts.run(target::ensureFullCommit);
        byte[] json = checkpoint.toJson();
        attempts.run(() -> source.putLocal(id, json));
        attempts.run(() -> target.putLocal(id, json));
        synchronized (this) {
            recorded = checkpoint.last().recorded();
            written = Optional.of(checkpoint);
            lastRecorded = host.now();
            recording = false;
        }
    }

    private static void requireSame(Retries attempts, Peer peer, PeerInfo before) throws InterruptedException {
        PeerInfo now = attempts.call(peer::info);
        if (!now.equals(before)) {
            throw new ReplicationException(
                    "db_replaced", peer.address() + " was deleted and made anew while it was replicated", true, null);
        }
    }
}
