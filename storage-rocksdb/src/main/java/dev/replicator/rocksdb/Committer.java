package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import dev.replicator.store.StoreMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes: whatever gathered while it was syncing becomes the next batch, so that the cost of a sync
 * is shared by all who wait.
 *
 * <p>Batches are written in the order in which they were handed over.
 */
final class Committer implements AutoCloseable {
    /** No further batch joins a group of this many bytes. */
    static final int MAX_GROUP_BYTES = 8 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    private final Engine engine;
    private final Consumer<byte[]> disk;
    private final EventLog events;
    private final BlockingQueue<Submitted> waiting = new LinkedBlockingQueue<>();
    private final CommitMetrics metrics = new CommitMetrics();
    private final Thread thread;
    /** The open of RocksDB that the group in hand was made in. */
    private long openId;

    /** @param openId the open of RocksDB that it was made in */
    private record Submitted(Batch batch, long openId) {}

    /**
     * @param disk writes a batch and returns when it is durable
     * @param events what is written is noted there, with it
     */
    Committer(Engine engine, Consumer<byte[]> disk, EventLog events) {
        this.engine = engine;
        this.disk = disk;
        this.events = events;
        this.thread = Thread.ofPlatform().name("store-committer").start(this::run);
    }

    /**
     * Has a batch written, or failed: also where RocksDB is opened again before it is written, as it was made from what
     * may not be so any more. From within the gate.
     */
    void submit(Batch batch) {
        waiting.add(new Submitted(batch, engine.openId()));
    }

    /** What it tells of its work. From any thread. */
    List<StoreMetric> metrics() {
        return metrics.all(waiting.size());
    }

    private void run() {
        List<Batch> group = new ArrayList<>();
        boolean ended = false;
        while (!ended) {
            ended = gather(group);
            if (!group.isEmpty()) {
                commit(group);
                group.clear();
            }
        }
    }

    /** Takes what waits, at least one batch; returns whether the end was among it. */
    private boolean gather(List<Batch> group) {
        Submitted next = take();
        openId = engine.openId();
        int bytes = 0;
        while (next != null) {
            Batch batch = next.batch;
            if (batch instanceof End) {
                return true;
            }
            StoreException obstacle = next.openId == openId ? batch.obstacle() : reopened();
            if (obstacle != null) {
                tellFailure(batch, obstacle);
            } else {
                group.add(batch);
                bytes += batch.rows().length();
            }
            next = bytes < MAX_GROUP_BYTES ? waiting.poll() : null;
        }
        return false;
    }

    private Submitted take() {
        while (true) {
            try {
                return waiting.take();
            } catch (InterruptedException e) {
                LOG.warn("the committing thread was interrupted and goes on: it ends when the store is closed");
            }
        }
    }

    private void commit(List<Batch> group) {
        try (Gate.Pass _ = engine.gate.work()) {
            if (openId != engine.openId()) {
                throw reopened();
            }
            List<Rows> parts = new ArrayList<>(group.size() + 1);
            for (Batch batch : group) {
                if (!batch.rows().isEmpty()) {
                    parts.add(batch.rows());
                }
            }
            Rows noted = events.note(group);
            if (!noted.isEmpty()) {
                parts.add(noted);
            }
            if (!parts.isEmpty()) {
                byte[] rows = Rows.join(parts);
                long begun = System.nanoTime();
                disk.accept(rows);
                metrics.written(group.size(), rows.length, System.nanoTime() - begun);
            }
        } catch (StoreException e) {
            // Who waits is told; whoever has the disk fail tells the log, once.
            LOG.debug("a write of {} commits failed", group.size(), e);
            fail(group, e);
            return;
        } catch (RuntimeException | Error e) {
            LOG.error("a write of {} commits failed", group.size(), e);
            fail(group, new StoreException.Unavailable("the write failed: " + e, e));
            return;
        }
        events.written();
        group.forEach(Committer::tell);
        events.tell();
    }

    private static StoreException reopened() {
        return new StoreException.Unavailable("the store was opened again after a failed write", null);
    }

    private void fail(List<Batch> group, StoreException reason) {
        metrics.failed();
        events.failed();
        group.forEach(batch -> tellFailure(batch, reason));
    }

    private static void tell(Batch batch) {
        try {
            batch.written();
        } catch (RuntimeException | Error e) {
            LOG.error("telling of a commit failed; the commit itself is kept", e);
        }
    }

    private static void tellFailure(Batch batch, StoreException reason) {
        try {
            batch.failed(reason);
        } catch (RuntimeException | Error e) {
            LOG.error("telling of a failed commit failed", e);
        }
    }

    /** Writes what was handed over before, then ends. */
    @Override
    public void close() {
        submit(new End());
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class End implements Batch {
        @Override
        public Rows rows() {
            throw new IllegalStateException("the end has no rows");
        }

        @Override
        public StoreException obstacle() {
            return null;
        }

        @Override
        public Optional<DatabaseEventRow> event() {
            return Optional.empty();
        }

        @Override
        public void written() {}

        @Override
        public void failed(StoreException reason) {}
    }
}
