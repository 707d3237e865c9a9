package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Rows that belong to no database's writer, written by a caller who waits for them. */
final class SingleBatch implements Batch {
    private final Rows rows = new Rows();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Optional<DatabaseEventRow> event;

    SingleBatch() {
        this.event = Optional.empty();
    }

    SingleBatch(DatabaseEventRow event) {
        this.event = Optional.of(event);
    }

    @Override
    public Rows rows() {
        return rows;
    }

    @Override
    public StoreException obstacle() {
        return null;
    }

    @Override
    public Optional<DatabaseEventRow> event() {
        return event;
    }

    @Override
    public void written() {
        done.complete(null);
    }

    @Override
    public void failed(StoreException reason) {
        done.completeExceptionally(reason);
    }

    /** Waits until the rows are durable. */
    void join() {
        join(done);
    }

    /** Waits for a result of the store's own threads; what it failed with is thrown. */
    static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException reason) {
                throw reason;
            }
            throw e;
        }
    }
}
