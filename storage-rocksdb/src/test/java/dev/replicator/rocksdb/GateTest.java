package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GateTest {
    private static final int WORKERS = 4;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Gate gate = new Gate();
    private volatile boolean ended;

    /** Or a busy store would refuse all writes for as long as clients try again. */
    @Test
    void thoseWhoWorkInTurnsKeepNobodyOut() throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(Thread.ofPlatform().start(this::work));
        }
        try {
            CompletableFuture<Boolean> alone = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> alone.complete(gate.alone(() -> true)));
            assertTrue(alone.completeOnTimeout(false, MOST_NANOS, TimeUnit.NANOSECONDS)
                    .join());
        } finally {
            ended = true;
            for (Thread worker : workers) {
                worker.join();
            }
        }
    }

    private void work() {
        while (!ended) {
            try (Gate.Pass _ = gate.work()) {
                Thread.sleep(1);
            } catch (StoreException.Unavailable _) {
                Thread.onSpinWait();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
