package dev.replicator.server.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-20T12:00:00.123456Z"));
    private static final Actor BOB = Actor.ofRequest("r1", "192.0.2.1", Optional.of("bob"), Optional.of("cookie"));

    @TempDir
    private Path folder;

    private AuditRules rules(long maxBytes, int keep, String... kinds) {
        return new AuditRules(true, folder.resolve("audit.jsonl"), maxBytes, keep, Set.of(kinds));
    }

    private static AuditEvent write(String id) {
        return AuditEvent.of(Action.DOCUMENT_WRITE, BOB, 201).in("db").on(id, Optional.of("1-a"));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anEventIsALineThatOnlyTheOwnerReads() throws Exception {
        AuditRules rules = rules(1000, 1, "document");
        try (AuditLog log = new AuditLog(() -> rules, CLOCK)) {
            log.record(write("a\n\"b"));
            log.record(AuditEvent.of(Action.LOGIN, BOB, 200));
        }
        assertEquals(
                List.of("{\"time\":\"2026-11-20T12:00:00.123Z\",\"request\":\"r1\",\"address\":\"192.0.2.1\","
                        + "\"user\":\"bob\",\"handler\":\"cookie\",\"action\":\"document_write\",\"database\":\"db\","
                        + "\"document\":\"a\\n\\\"b\",\"revision\":\"1-a\",\"status\":201}"),
                lines(rules.file()),
                "a kind that is not taken is not written");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(rules.file())));
    }

    @Test
    void filesBeginAnewWhenTheyAreFullAndTheOldestGo() throws Exception {
        AuditRules rules = rules(1000, 2, "document");
        for (int run = 0; run < 2; run++) {
            try (AuditLog log = new AuditLog(() -> rules, CLOCK)) {
                for (int i = 0; i < 10; i++) {
                    log.record(write("doc" + run + i));
                }
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of("audit.jsonl", "audit.jsonl.1", "audit.jsonl.2"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        List<String> kept = new ArrayList<>();
        for (String name : List.of("audit.jsonl.2", "audit.jsonl.1", "audit.jsonl")) {
            assertTrue(Files.size(folder.resolve(name)) <= 1000);
            kept.addAll(lines(folder.resolve(name)));
        }
        List<String> ids = kept.stream()
                .map(line -> line.replaceAll(".*\"document\":\"([^\"]*)\".*", "$1"))
                .toList();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add("doc" + i / 10 + i % 10);
        }
        assertEquals(all.subList(20 - ids.size(), 20), ids, "the newest, in order, and none missing");
        assertTrue(ids.size() > 10, ids.toString());
    }

    @Test
    void whatCannotBeWrittenIsLostAndSaidToBeOnceItCan() throws Exception {
        AuditRules rules = rules(1 << 20, 1, "document");
        Files.createDirectory(rules.file());
        try (AuditLog log = new AuditLog(() -> rules, CLOCK)) {
            for (int i = 0; i < 5; i++) {
                log.record(write("lost" + i));
            }
            awaitLost(log, 5);
            Files.delete(rules.file());
            log.record(write("kept"));
        }
        List<String> lines = lines(rules.file());
        assertEquals("{\"time\":\"2026-11-20T12:00:00.123Z\",\"action\":\"lost\",\"events\":5}", lines.getFirst());
        assertTrue(lines.getLast().contains("\"kept\""), lines.toString());
        assertEquals(2, lines.size());
    }

    private static void awaitLost(AuditLog log, long count) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (log.lost() < count) {
            assertTrue(System.nanoTime() < until, "only " + log.lost() + " are known to be lost");
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void whatWaitsToBeWrittenIsBounded() throws Exception {
        AuditRules rules = rules(1L << 30, 1, "document");
        CountDownLatch taken = new CountDownLatch(1);
        Supplier<AuditRules> slow = () -> {
            if (Thread.currentThread().getName().equals("audit")) {
                awaitTaken(taken);
            }
            return rules;
        };
        AuditEvent event = write("x".repeat(8000));
        int most = (int) (AuditLog.MOST_WAITING_BYTES / 8000);
        long lost;
        try (AuditLog log = new AuditLog(slow, CLOCK)) {
            for (int i = 0; i < most + 1000; i++) {
                log.record(event);
            }
            lost = log.lost();
            taken.countDown();
            while (!Files.exists(rules.file()) || Files.size(rules.file()) < (most + 1000 - lost) * 8000) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            // What is written waits no more.
            for (int i = 0; i < 1000; i++) {
                log.record(event);
            }
            assertEquals(0, log.lost());
        }
        assertTrue(lost >= 1000 && lost < 2000, lost + " were lost");
        List<String> lines = lines(rules.file());
        assertTrue(lines.getFirst().endsWith("\"action\":\"lost\",\"events\":" + lost + "}"), lines.getFirst());
        assertEquals(most + 2000 - lost, lines.size() - 1);
    }

    private static void awaitTaken(CountDownLatch taken) {
        try {
            taken.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** /dev/full takes nothing, as a disk that is full. */
    @Test
    void aFullDiskHoldsNobodyUp() throws Exception {
        AuditRules rules = new AuditRules(true, Path.of("/dev/full"), 1L << 30, 1, Set.of("document"));
        AuditEvent event = write("x".repeat(8000));
        try (AuditLog log = new AuditLog(() -> rules, CLOCK)) {
            for (int i = 0; i < 20_000; i++) {
                log.record(event);
            }
            awaitLost(log, 20_000);
        }
    }
}
