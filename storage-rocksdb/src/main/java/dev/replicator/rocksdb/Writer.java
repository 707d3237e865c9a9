package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one that changes a database: takes its commands in their order and makes chunks of them. Runs as a task of a pool
 * while there is something to do, never twice at a time.
 *
 * <p>It runs ahead of the disk by at most {@value #MAX_AHEAD_BYTES} bytes; further commands wait.
 */
final class Writer implements Runnable {
    /** How many bytes may be on their way to the disk before the next chunk waits. */
    static final long MAX_AHEAD_BYTES = 16 << 20;

    private static final int CHUNK_COST = 1 << 10;

    private final RocksDatabase database;
    private final Pipeline pipeline;
    private final Queue<Command> commands = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong aheadBytes = new AtomicLong();
    private volatile Ledger ledger;

    // The chunk in the making; of the running task alone.
    private ChunkBuilder chunk;
    private List<Command> begun = new ArrayList<>();
    private List<Command> finished = new ArrayList<>();

    // Also of the running task alone: what is to be told behind the chunk.
    private final List<Refusal> refusals = new ArrayList<>();

    Writer(RocksDatabase database, Pipeline pipeline) {
        this.database = database;
        this.pipeline = pipeline;
    }

    /** Appends a command; it will be completed or failed. */
    void submit(Command command) {
        commands.add(command);
        wake();
    }

    private void wake() {
        if (!commands.isEmpty() && mayRun() && scheduled.compareAndSet(false, true)) {
            try {
                pipeline.writers().execute(this);
            } catch (RejectedExecutionException _) {
                // The store is closing: run only fails what waits.
                run();
            }
        }
    }

    private boolean mayRun() {
        if (database.isGone() || pipeline.isClosing()) {
            return true;
        }
        Ledger current = ledger;
        if (current != null && current.isSpent()) {
            // What is on its way may still be written: the disk holds what a new ledger goes on from only afterwards.
            return aheadBytes.get() == 0;
        }
        boolean ending = current != null && current.dropped;
        return !ending && aheadBytes.get() < MAX_AHEAD_BYTES;
    }

    /** Works until nothing is left to do or a chunk is full: then it is the turn of other databases. */
    @Override
    public void run() {
        try (Gate.Pass _ = database.engine().gate.work()) {
            boolean full = false;
            while (!full && !commands.isEmpty() && mayRun()) {
                step(commands.peek());
                full = chunk != null && (chunk.isFull() || chunk.ledger().dropped);
            }
            submitChunk();
            refusals.forEach(pipeline.committer()::submit);
            refusals.clear();
        } catch (StoreException.Unavailable reopening) {
            for (Command command = commands.poll(); command != null; command = commands.poll()) {
                command.fail(reopening);
            }
        } finally {
            scheduled.set(false);
            wake();
        }
    }

    private void step(Command command) {
        if (command.hasFailed()) {
            commands.remove();
            return;
        }
        if (database.isGone() || pipeline.isClosing()) {
            commands.remove();
            command.fail(database.isGone() ? database.gone() : Command.closing());
            return;
        }
        try {
            if (chunk == null) {
                begin();
            }
            if (begun.isEmpty() || !begun.getLast().equals(command)) {
                begun.add(command);
            }
            if (command.addTo(chunk)) {
                commands.remove();
                finished.add(command);
            }
        } catch (RuntimeException e) {
            refuse(command, e);
        } catch (Error e) {
            // It may have come from anywhere, so nothing of the chunk is trusted.
            commands.remove();
            begun.remove(command);
            refusals.add(new Refusal(command, unprepared(e)));
            abandon(e);
        }
    }

    private void begin() {
        if (ledger == null || ledger.isSpent()) {
            ledger = database.readLedger();
        }
        chunk = new ChunkBuilder(database, ledger);
    }

    /** Fails a command that threw; where it left the chunk half changed, everything in it. */
    private void refuse(Command command, RuntimeException reason) {
        commands.remove();
        begun.remove(command);
        refusals.add(new Refusal(command, reason));
        if (chunk != null && chunk.isTorn()) {
            abandon(reason);
        }
    }

    private void submitChunk() {
        if (chunk == null) {
            return;
        }
        Chunk made;
        try {
            made = chunk.finish(this, begun, finished);
        } catch (RuntimeException | Error e) {
            abandon(e);
            return;
        }
        reset();
        aheadBytes.addAndGet(cost(made));
        made.begunEpochs().ifPresent(database::publish);
        pipeline.committer().submit(made);
    }

    /** Gives up the chunk in the making. Those made before it are sound, and are written. */
    private void abandon(Throwable reason) {
        StoreException told = unprepared(reason);
        if (ledger != null) {
            ledger.spoil();
        }
        if (!begun.isEmpty() && begun.getLast().equals(commands.peek())) {
            // Its rest is not to be made without what is given up here.
            commands.remove();
        }
        begun.forEach(command -> refusals.add(new Refusal(command, told)));
        reset();
    }

    private static StoreException unprepared(Throwable reason) {
        return reason instanceof StoreException known
                ? known
                : new StoreException.Unavailable("the commit could not be prepared: " + reason, reason);
    }

    private void reset() {
        chunk = null;
        begun = new ArrayList<>();
        finished = new ArrayList<>();
    }

    private static long cost(Chunk chunk) {
        return (long) chunk.rows().length() + CHUNK_COST;
    }

    /** Has it go on from what is on the disk. While nobody writes. */
    void reopened() {
        Ledger current = ledger;
        if (current != null) {
            current.spoil();
        }
    }

    /** Called by the committing thread: tells readers and listeners, and has everyone else told on another thread. */
    void written(Chunk made) {
        try {
            database.advance(made.last(), made.changes());
            made.complete(pipeline.completions());
        } finally {
            released(made);
        }
    }

    void released(Chunk made) {
        aheadBytes.addAndGet(-cost(made));
        wake();
    }
}
