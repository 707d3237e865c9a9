package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StallTest {
    private static final long LIMIT_MILLIS = 300;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger told = new AtomicInteger();
    private final CountDownLatch stalled = new CountDownLatch(1);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void whoMovesTooLittleIsStalled() throws Exception {
        Stall stall = new Stall(timer, LIMIT_MILLIS, 1_000_000, told::incrementAndGet);
        stall.start(stalled::countDown);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!stalled.await(5, TimeUnit.MILLISECONDS)) {
            assertTrue(System.nanoTime() < until, "drops are taken for progress");
            stall.progress(1);
        }
        assertEquals(1, told.get());
    }

    @Test
    void theServersOwnTimeDoesNotCount() throws Exception {
        Stall stall = new Stall(timer, LIMIT_MILLIS, 1000, told::incrementAndGet);
        stall.start(stalled::countDown);
        stall.pause();
        assertFalse(stalled.await(4 * LIMIT_MILLIS, TimeUnit.MILLISECONDS));
        long resumed = System.nanoTime();
        stall.resume();
        assertTrue(stalled.await(10, TimeUnit.SECONDS), "the client's does");
        long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - resumed);
        assertTrue(waited > LIMIT_MILLIS * 9 / 10, "it has all its time after a pause, not " + waited + " ms");
        assertEquals(1, told.get());
    }
}
