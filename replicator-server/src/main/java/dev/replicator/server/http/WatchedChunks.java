package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An answer that is broken off when its reader may not have it any more: looked at before it begins, and each time it
 * goes on after a wait. So a feed shows nothing that came after its reader was shut out.
 */
final class WatchedChunks implements Chunks {
    private final Chunks chunks;
    private final Supplier<Optional<CouchError>> refusal;
    private boolean goesOn = true;

    /** @param refusal why the reader may not have it now; called from the threads that call this */
    WatchedChunks(Chunks chunks, Supplier<Optional<CouchError>> refusal) {
        this.chunks = chunks;
        this.refusal = refusal;
    }

    @Override
    public void start(Wakeup wakeup) {
        chunks.start(wakeup);
    }

    /** @throws dev.replicator.error.CouchException where it is refused */
    @Override
    public Pull next(ByteSink out) throws IOException {
        if (goesOn) {
            refusal.get().ifPresent(error -> {
                throw error.asException();
            });
        }
        Pull pulled = chunks.next(out);
        goesOn = pulled instanceof Pull.Wait;
        return pulled;
    }

    @Override
    public void finish() {
        chunks.finish();
    }

    @Override
    public void close() {
        chunks.close();
    }
}
