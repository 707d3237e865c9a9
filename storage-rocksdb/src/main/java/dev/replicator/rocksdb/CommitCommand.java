package dev.replicator.rocksdb;

import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The edits of one call. */
final class CommitCommand implements Command {
    private final Edit[] edits;
    private final EditOutcome[] outcomes;
    private final Executor completions;
    private final CompletableFuture<List<EditOutcome>> done = new CompletableFuture<>();
    private int applied;
    private volatile boolean failed;

    CommitCommand(List<Edit> edits, Executor completions) {
        this.edits = edits.toArray(Edit[]::new);
        this.outcomes = new EditOutcome[this.edits.length];
        this.completions = completions;
    }

    CompletableFuture<List<EditOutcome>> done() {
        return done;
    }

    @Override
    public boolean addTo(ChunkBuilder chunk) {
        while (applied < edits.length) {
            if (chunk.isFull()) {
                return false;
            }
            outcomes[applied] = chunk.apply(edits[applied]);
            applied++;
        }
        return true;
    }

    @Override
    public void complete() {
        done.complete(Collections.unmodifiableList(Arrays.asList(outcomes)));
    }

    @Override
    public void fail(RuntimeException reason) {
        failed = true;
        completions.execute(() -> done.completeExceptionally(reason));
    }

    @Override
    public boolean hasFailed() {
        return failed;
    }
}
