package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts a database, page by page through its writer, so that edits go on meanwhile; then has RocksDB merge its
 * files. One at a time.
 */
final class Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

    /** How many documents are looked at between two edits of others, at most. */
    private static final int PAGE = 1000;

    private static final List<Family> COMPACTED =
            List.of(Family.DOCUMENTS, Family.TREES, Family.BODIES, Family.CHANGES, Family.ATTACHMENTS);

    private final RocksDatabase database;
    private final Pipeline pipeline;
    private CompletableFuture<Void> running;

    Compaction(RocksDatabase database, Pipeline pipeline) {
        this.database = database;
        this.pipeline = pipeline;
    }

    synchronized boolean isRunning() {
        return running != null;
    }

    /** Begins, or joins the one that runs. */
    synchronized CompletableFuture<Void> start() {
        if (running == null) {
            CompletableFuture<Void> begun = new CompletableFuture<>();
            try {
                pipeline.maintenance().execute(() -> run(begun));
            } catch (RejectedExecutionException _) {
                throw Command.closing();
            }
            running = begun;
        }
        return running.copy();
    }

    private void run(CompletableFuture<Void> begun) {
        RuntimeException failure = null;
        try {
            compact();
        } catch (StoreException e) {
            failure = pipeline.isClosing() ? Command.closing() : e;
        } catch (RuntimeException | Error e) {
            LOG.warn("compacting database {} failed", database.name(), e);
            failure = new StoreException.Unavailable("compacting failed: " + e, e);
        }
        synchronized (this) {
            running = null;
        }
        RuntimeException result = failure;
        pipeline.completions().execute(() -> {
            if (result == null) {
                begun.complete(null);
            } else {
                begun.completeExceptionally(result);
            }
        });
    }

    private void compact() {
        byte[] next = database.keys().first();
        while (next != null) {
            requireRunning();
            Documents.Page page = database.documents().withInnerBodies(next, PAGE);
            if (!page.ids().isEmpty()) {
                DropInnerBodies command = new DropInnerBodies(page.ids());
                database.writer().submit(command);
                SingleBatch.join(command.done());
            }
            next = page.nextOrNull();
        }
        for (Family family : COMPACTED) {
            requireRunning();
            database.engine()
                    .compact(family, database.keys().first(), database.keys().end());
        }
    }

    private void requireRunning() {
        database.requireThere();
        if (pipeline.isClosing()) {
            throw Command.closing();
        }
    }

    /** Drops what is kept of the inner revisions of some documents. */
    private static final class DropInnerBodies implements Command {
        private final List<String> ids;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private int dropped;

        DropInnerBodies(List<String> ids) {
            this.ids = ids;
        }

        CompletableFuture<Void> done() {
            return done;
        }

        @Override
        public boolean addTo(ChunkBuilder chunk) {
            while (dropped < ids.size()) {
                if (chunk.isFull()) {
                    return false;
                }
                chunk.dropInnerBodies(ids.get(dropped));
                dropped++;
            }
            return true;
        }

        @Override
        public void complete() {
            done.complete(null);
        }

        @Override
        public void fail(RuntimeException reason) {
            done.completeExceptionally(reason);
        }

        @Override
        public boolean hasFailed() {
            return done.isCompletedExceptionally();
        }
    }
}
