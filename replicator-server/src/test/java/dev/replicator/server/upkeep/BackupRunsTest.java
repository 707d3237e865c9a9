package dev.replicator.server.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.store.Backup;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BackupRunsTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final HeldBackups backups = new HeldBackups();
    private volatile Instant now = START;
    private volatile BackupRuns.Rules rules = new BackupRuns.Rules(Duration.ZERO, 7);
    private final AtomicInteger asked = new AtomicInteger();
    private BackupRuns runs = start();

    private BackupRuns start() {
        return new BackupRuns(
                backups,
                () -> {
                    asked.incrementAndGet();
                    return rules;
                },
                () -> now,
                PAUSE);
    }

    @AfterEach
    void close() {
        runs.close();
    }

    private static Backup result(Optional<CompletionStage<Backup>> begun) {
        return begun.orElseThrow().toCompletableFuture().join();
    }

    /** Waits until it was looked twice whether one is due: the second time, all that the first began has begun. */
    private void awaitLook() {
        int before = asked.get();
        long begun = System.nanoTime();
        while (asked.get() < before + 2) {
            assertTrue(System.nanoTime() - begun < PATIENCE_NANOS, "nobody looks: a backup is made, or it has ended");
            Thread.onSpinWait();
        }
    }

    @Test
    void oneAtATimeIsMadeAndTellsHowFarItIs() throws Exception {
        var first = runs.begin(OptionalInt.empty());
        backups.awaitBegun();
        assertEquals(Optional.of(new BackupRuns.Running(START, 30, 120)), runs.running());
        assertEquals(Optional.empty(), runs.begin(OptionalInt.empty()));
        backups.say(HeldBackups.MADE);
        assertEquals(1, result(first).number());
        assertEquals(Optional.empty(), runs.running());
        backups.say(HeldBackups.MADE);
        assertEquals(2, result(runs.begin(OptionalInt.of(1))).number());
        assertEquals(List.of(2L), runs.list().stream().map(Backup::number).toList());
    }

    @Test
    void whyTheLastOneCameToNothingIsKnownUntilOneIsMade() {
        backups.say("No space left on device");
        CompletionStage<Backup> failed = runs.begin(OptionalInt.of(1)).orElseThrow();
        CompletionException problem = assertThrows(
                CompletionException.class, () -> failed.toCompletableFuture().join());
        assertInstanceOf(IOException.class, problem.getCause());
        assertEquals(Optional.of(new BackupRuns.Failure(START, "No space left on device")), runs.lastFailure());
        backups.say(HeldBackups.MADE);
        result(runs.begin(OptionalInt.empty()));
        assertEquals(Optional.empty(), runs.lastFailure());
    }

    @Test
    void atAnIntervalTheyAreMadeUnasked() throws Exception {
        awaitLook();
        assertEquals(0, backups.begun());
        rules = new BackupRuns.Rules(Duration.ofHours(1), 2);
        backups.awaitBegun();
        backups.at(now);
        backups.say(HeldBackups.MADE);
        awaitLook();
        for (int i = 2; i <= 4; i++) {
            now = now.plus(Duration.ofMinutes(59));
            awaitLook();
            assertEquals(0, backups.begun());
            now = now.plus(Duration.ofMinutes(1));
            backups.awaitBegun();
            backups.at(now);
            backups.say(HeldBackups.MADE);
            awaitLook();
        }
        assertEquals(List.of(3L, 4L), runs.list().stream().map(Backup::number).toList());
    }

    /** Or a server that is started often would make one each time, or one that is started daily none ever. */
    @Test
    void theIntervalGoesOnOverARestart() throws Exception {
        backups.at(START.minus(Duration.ofMinutes(50)));
        backups.say(HeldBackups.MADE);
        result(runs.begin(OptionalInt.empty()));
        backups.awaitBegun();
        runs.close();
        rules = new BackupRuns.Rules(Duration.ofHours(1), 2);
        runs = start();
        awaitLook();
        assertEquals(0, backups.begun());
        now = START.plus(Duration.ofMinutes(10));
        backups.awaitBegun();
    }

    /** Or none would be made for as long as the clock had been ahead. */
    @Test
    void aBackupOfTheFutureHoldsUpNone() throws Exception {
        backups.at(START.plus(Duration.ofDays(1000)));
        backups.say(HeldBackups.MADE);
        result(runs.begin(OptionalInt.empty()));
        backups.awaitBegun();
        runs.close();
        rules = new BackupRuns.Rules(Duration.ofHours(1), 2);
        runs = start();
        backups.awaitBegun();
    }

    @Test
    void oneThatFailsUnaskedIsTriedAgainAtItsTime() throws Exception {
        rules = new BackupRuns.Rules(Duration.ofHours(1), 2);
        backups.awaitBegun();
        backups.say("full");
        awaitLook();
        assertEquals(0, backups.begun());
        now = now.plus(Duration.ofHours(1));
        backups.awaitBegun();
    }

    @Test
    void theEndOfTheServerIsTheEndOfOneUnderWay() throws Exception {
        CompletionStage<Backup> broken = runs.begin(OptionalInt.empty()).orElseThrow();
        backups.awaitBegun();
        runs.close();
        assertTrue(broken.toCompletableFuture().isCompletedExceptionally());
        assertEquals(List.of(), runs.list());
    }

    /** Or whoever waits for it would hold up the end for as long as the server gives clients. */
    @Test
    void theEndOfTheServerIsToldToWhoeverWaitsForOneThatHasNotBegun() throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        runs.close();
        runs = new BackupRuns(
                backups,
                () -> {
                    looking.countDown();
                    LockSupport.park();
                    return rules;
                },
                () -> now,
                PAUSE);
        assertTrue(looking.await(30, TimeUnit.SECONDS));
        CompletionStage<Backup> waiting = runs.begin(OptionalInt.empty()).orElseThrow();
        runs.close();
        assertTrue(waiting.toCompletableFuture().isCompletedExceptionally());
        assertEquals(0, backups.begun());
    }
}
