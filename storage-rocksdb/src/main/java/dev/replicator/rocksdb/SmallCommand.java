package dev.replicator.rocksdb;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A command that fits in any chunk, done at once. */
final class SmallCommand implements Command {
    private final Consumer<ChunkBuilder> rows;
    private final Runnable written;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /**
     * @param rows adds its rows
     * @param written called by the committing thread when they are durable; must not block
     */
    SmallCommand(Consumer<ChunkBuilder> rows, Runnable written) {
        this.rows = rows;
        this.written = written;
    }

    CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public boolean addTo(ChunkBuilder chunk) {
        rows.accept(chunk);
        return true;
    }

    @Override
    public void written() {
        written.run();
    }

    @Override
    public void complete() {
        done.complete(null);
    }

    @Override
    public void fail(RuntimeException reason) {
        // Those who wait for it are the store's own threads and callers that block: nothing runs here.
        done.completeExceptionally(reason);
    }

    @Override
    public boolean hasFailed() {
        return done.isCompletedExceptionally();
    }
}
