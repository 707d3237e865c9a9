package dev.replicator.rocksdb;

import dev.replicator.revision.Retention;
import dev.replicator.revision.Revision;
import dev.replicator.store.DatabaseStatus;
import dev.replicator.store.StoreException;
import dev.replicator.store.StoredDocument;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts a database, page by page through its writer, so that edits go on meanwhile; then has RocksDB merge its
 * files. One at a time, in the order in which they were asked for.
 */
final class Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

    /** How many documents are looked at between two edits of others, at most. */
    private static final int PAGE = 1000;

    /** Files are merged when at least one byte in so many was dropped: less goes when RocksDB merges them by itself. */
    private static final int WORTH_MERGING = 8;

    private static final List<Family> COMPACTED =
            List.of(Family.DOCUMENTS, Family.TREES, Family.BODIES, Family.CHANGES, Family.ATTACHMENTS);

    private final RocksDatabase database;
    private final Pipeline pipeline;

    /** The one that runs, and those that wait for it. */
    private final Deque<Wanted> wanted = new ArrayDeque<>();

    private record Wanted(Retention retention, CompletableFuture<Long> done) {}

    Compaction(RocksDatabase database, Pipeline pipeline) {
        this.database = database;
        this.pipeline = pipeline;
    }

    synchronized boolean isRunning() {
        return !wanted.isEmpty();
    }

    /** Begins, or joins the one that runs or waits with the same retention; otherwise waits for its turn. */
    synchronized CompletableFuture<Long> start(Retention retention) {
        for (Wanted same : wanted) {
            if (same.retention.equals(retention)) {
                return same.done.copy();
            }
        }
        Wanted added = new Wanted(retention, new CompletableFuture<>());
        if (wanted.isEmpty()) {
            try {
                pipeline.maintenance().execute(this::run);
            } catch (RejectedExecutionException _) {
                throw Command.closing();
            }
        }
        wanted.add(added);
        return added.done.copy();
    }

    private void run() {
        Wanted next = first();
        while (next != null) {
            Wanted ended = next;
            Runnable telling = outcome(ended);
            synchronized (this) {
                wanted.remove(ended);
                next = wanted.peek();
            }
            pipeline.completions().execute(telling);
        }
    }

    private synchronized Wanted first() {
        return wanted.peek();
    }

    /** Compacts; returns what tells those who wait for it. */
    private Runnable outcome(Wanted compaction) {
        try {
            long dropped = compact(compaction.retention);
            return () -> compaction.done.complete(dropped);
        } catch (StoreException e) {
            StoreException reason = pipeline.isClosing() ? Command.closing() : e;
            return () -> compaction.done.completeExceptionally(reason);
        } catch (RuntimeException | Error e) {
            LOG.warn("compacting database {} failed", database.name(), e);
            return () ->
                    compaction.done.completeExceptionally(new StoreException.Unavailable("compacting failed: " + e, e));
        }
    }

    private long compact(Retention retention) {
        long kept = bytes();
        long dropped = 0;
        byte[] next = database.keys().first();
        while (next != null) {
            requireRunning();
            Documents.Page page = page(next);
            List<Bodies> expired = expired(page.ids(), retention);
            if (!expired.isEmpty()) {
                DropBodies command = new DropBodies(expired);
                database.writer().submit(command);
                SingleBatch.join(command.done());
            }
            for (Bodies bodies : expired) {
                dropped += bodies.revisions.size();
            }
            next = page.nextOrNull();
        }
        // Whoever asks for the least asks for the space, too.
        if (retention.equals(Retention.NONE) || (kept - bytes()) * WORTH_MERGING >= kept) {
            mergeFiles();
        }
        return dropped;
    }

    private long bytes() {
        DatabaseStatus status = database.status();
        return status.liveBytes() + status.tombstoneBytes() + status.innerBytes();
    }

    private List<Bodies> expired(List<String> ids, Retention retention) {
        List<Bodies> all = new ArrayList<>();
        try (Gate.Pass _ = database.engine().gate.work()) {
            for (Optional<StoredDocument> document : database.documents().all(ids)) {
                if (document.isPresent()) {
                    StoredDocument found = document.get();
                    List<Revision> expired = retention.expired(found.tree(), revision -> receivedAt(found, revision));
                    if (!expired.isEmpty()) {
                        all.add(new Bodies(found.id(), expired));
                    }
                }
            }
        }
        return all;
    }

    /** What is not there any more was changed meanwhile, and so is young. */
    private long receivedAt(StoredDocument document, Revision revision) {
        return database.documents()
                .content(document, revision)
                .map(content -> content.provenance().receivedAt())
                .orElse(Long.MAX_VALUE);
    }

    private void mergeFiles() {
        for (Family family : COMPACTED) {
            requireRunning();
            try (Gate.Pass _ = database.engine().gate.work()) {
                database.engine()
                        .compact(
                                family, database.keys().first(), database.keys().end());
            }
        }
    }

    private Documents.Page page(byte[] from) {
        try (Gate.Pass _ = database.engine().gate.work()) {
            return database.documents().withInnerBodies(from, PAGE);
        }
    }

    private void requireRunning() {
        database.requireThere();
        if (pipeline.isClosing()) {
            throw Command.closing();
        }
    }

    /** Bodies of a document's inner revisions. */
    private record Bodies(String id, List<Revision> revisions) {}

    /** Drops bodies of some documents. They may be old news: what is a leaf by then, after a purge, keeps its body. */
    private static final class DropBodies implements Command {
        private final List<Bodies> documents;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private int dropped;

        DropBodies(List<Bodies> documents) {
            this.documents = documents;
        }

        CompletableFuture<Void> done() {
            return done;
        }

        @Override
        public boolean addTo(ChunkBuilder chunk) {
            while (dropped < documents.size()) {
                if (chunk.isFull()) {
                    return false;
                }
                Bodies bodies = documents.get(dropped);
                chunk.dropBodies(bodies.id, bodies.revisions);
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
