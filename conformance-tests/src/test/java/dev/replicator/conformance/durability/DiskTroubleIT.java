package dev.replicator.conformance.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.disk.FailingDisk;
import dev.replicator.conformance.http.Answer;
import dev.replicator.conformance.process.Command;
import dev.replicator.conformance.process.FreePort;
import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server whose disk is full, read-only or fails to sync: writes are refused in so many words, reads go on, and so do
 * writes once the disk takes them, without a hand. Nothing that was acknowledged is lost, also where the power goes
 * then.
 */
final class DiskTroubleIT {
    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(60);
    private static final int PAUSE_MILLIS = 50;
    private static final int FAILURES = 2;
    private static final int SCRIBES = 4;
    private static final String CONFIGURED = "_node/_local/_config/couchdb/max_document_size";
    /** What {@code [disk_monitor] reserved_bytes} is by default. */
    private static final long RESERVED = 64 << 20;

    private static final String TEXT = "x".repeat(20_000);

    private final int port = FreePort.find();
    private final Book book = new Book();
    private final Reader reader = new Reader(Scribe.DATABASE);
    private FailingDisk disk;
    private Path data;
    private Map<String, String> environment;

    @TempDir
    private Path folder;

    @BeforeEach
    void mount() throws IOException {
        disk = FailingDisk.at(Files.createDirectory(folder.resolve("disk")));
        data = disk.folder().resolve("data");
        environment = QuickStart.environment(folder);
    }

    @AfterEach
    void unmount() {
        disk.close();
    }

    @Test
    void aFailedSyncLosesNothingThatIsAcknowledgedAfterIt() throws Exception {
        try (ServerProcess running = ServerProcess.start(data, port, environment);
                Server server = new Server(running.url())) {
            server.call("PUT", Scribe.DATABASE, "{}");
            server.call("PUT", "probe", "{}");
            for (int i = 0; i < FAILURES; i++) {
                writeUntilASyncFails(running, i);
                awaitWrites(server, running);
                new Inspection(server, book, reader).run();
            }
            write(server, running, 60, FAILURES);
            disk.cut(1);
            running.kill();
        }
        disk.mountAgain();
        inspectAgain();
    }

    /** Has many write and one follow, all of whom are refused once a sync failed. */
    private void writeUntilASyncFails(ServerProcess running, long seed) throws Exception {
        long enough = book.acknowledged() + 50;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writing = new ArrayList<>();
            for (int i = 0; i < SCRIBES; i++) {
                writing.add(threads.submit(scribe("scribe" + i, running, seed)));
            }
            Future<?> following = threads.submit(() -> reader.follow(running.url()));
            while (book.acknowledged() < enough) {
                assertTrue(writing.stream().noneMatch(Future::isDone), "they write" + running.output());
                Thread.sleep(PAUSE_MILLIS);
            }
            disk.failSyncs(name -> name.endsWith(".log"), 1);
            for (Future<?> work : writing) {
                work.get();
            }
            assertFalse(following.isDone(), "a feed goes on" + running.output());
            reader.stop();
            following.get();
        }
    }

    @Test
    void aDiskThatIsReadOnlyIsReadAndTakesWritesOnceItDoesAgain() throws Exception {
        try (ServerProcess running = ServerProcess.start(data, port, environment);
                Server server = new Server(running.url())) {
            server.call("PUT", Scribe.DATABASE, "{}");
            server.call("PUT", "probe", "{}");
            write(server, running, 60, 1);
            disk.readOnly(true);
            Answer refused = untilRefused(server);
            assertEquals(503, refused.status(), refused.text());
            assertEquals(503, server.ask("PUT", CONFIGURED, "\"7000000\"").status());
            assertReads(server);
            disk.readOnly(false);
            awaitWrites(server, running);
            write(server, running, 60, 2);
            running.stop();
        }
    }

    @Test
    void aFullDiskIsReadAndTakesWritesOnceThereIsRoom() throws Exception {
        try (ServerProcess running = ServerProcess.start(data, port, environment);
                Server server = new Server(running.url())) {
            server.call("PUT", Scribe.DATABASE, "{}");
            server.call("PUT", "probe", "{}");
            write(server, running, 60, 1);
            server.call("PUT", "others", "{}");
            String revision = server.call("PUT", "others/doc", "{}").path("rev").asString();
            disk.leaveRoom(RESERVED / 2);
            assertRefused(() -> server.ask("POST", "others", "{}"));
            assertRefused(() -> server.ask("PUT", "others/more/file", "{}"));
            assertRefused(() -> server.ask("PUT", "more", "{}"));
            assertRefused(() -> server.ask(
                    "POST", "others/_bulk_docs", "{\"new_edits\":false,\"docs\":[{\"_id\":\"a\",\"_rev\":\"1-a\"}]}"));
            revision = server.call("DELETE", "others/doc?rev=" + revision, "")
                    .path("rev")
                    .asString();
            server.call("PUT", "others/_local/checkpoint", "{}");
            server.call("POST", "others/_purge", "{\"doc\":[\"" + revision + "\"]}");
            server.call("POST", "others/_compact", "{}");
            disk.leaveRoom(300_000);
            Answer refused = untilRefused(server);
            assertEquals(507, refused.status(), refused.text());
            assertTrue(refused.text().contains("\"insufficient_storage\""), refused.text());
            assertRefused(() -> server.ask("PUT", CONFIGURED, "\"7000000\""));
            assertReads(server);
            disk.leavePlenty();
            awaitWrites(server, running);
            write(server, running, 60, 2);
            disk.cut(2);
            running.kill();
        }
        disk.mountAgain();
        inspectAgain();
    }

    /** Has scribes write until so much is acknowledged. */
    private void write(Server server, ServerProcess running, int edits, long seed) throws Exception {
        long enough = book.acknowledged() + edits;
        List<Scribe> scribes = List.of(scribe("scribe0", running, seed), scribe("scribe1", running, seed));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<? extends Future<?>> working =
                    scribes.stream().map(threads::submit).toList();
            try {
                while (book.acknowledged() < enough) {
                    assertTrue(working.stream().noneMatch(Future::isDone), "they write" + running.output());
                    Thread.sleep(PAUSE_MILLIS);
                }
            } finally {
                scribes.forEach(Scribe::stop);
            }
            for (Future<?> work : working) {
                work.get();
            }
        }
        new Inspection(server, book, reader).run();
    }

    private Scribe scribe(String name, ServerProcess running, long seed) {
        return new Scribe(name, book, running.url(), new SplittableRandom(seed + name.hashCode()));
    }

    /** Writes documents until one is refused, whose state nobody knows then. */
    private Answer untilRefused(Server server) {
        for (int i = 0; i < 1000; i++) {
            String path = Scribe.DATABASE + "/_local/refused";
            String number = Long.toString(book.number());
            book.sendingValue(path, number);
            Answer answer = server.ask("PUT", path, "{\"n\":" + number + ",\"text\":\"" + TEXT + "\"}");
            if (!answer.isSuccess()) {
                return answer;
            }
            book.writtenValue(path, number);
        }
        throw new AssertionError("no write was refused");
    }

    /** It is measured once a second. */
    private static void assertRefused(Supplier<Answer> write) throws InterruptedException {
        Answer answer = write.get();
        for (long end = System.nanoTime() + RECOVERED_WITHIN.toNanos(); answer.isSuccess(); answer = write.get()) {
            assertTrue(System.nanoTime() < end, "it is refused");
            Thread.sleep(PAUSE_MILLIS);
        }
        assertEquals(507, answer.status(), answer.text());
        assertTrue(answer.text().contains("\"insufficient_storage\""), answer.text());
    }

    private static void assertReads(Server server) {
        assertEquals(404, server.ask("GET", CONFIGURED, "").status());
        assertEquals("ok", server.get("_up").path("status").asString());
        assertTrue(server.get(Scribe.DATABASE + "/_all_docs?include_docs=true").has("rows"));
        assertTrue(server.get(Scribe.DATABASE + "/_changes").has("results"));
        assertEquals(
                200,
                server.ask("GET", Scribe.DATABASE + "/_changes?feed=longpoll&timeout=10&since=now", "")
                        .status());
    }

    private static void awaitWrites(Server server, ServerProcess running) throws InterruptedException {
        long end = System.nanoTime() + RECOVERED_WITHIN.toNanos();
        Answer answer = server.ask("POST", "probe", "{}");
        while (!answer.isSuccess()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("no writes yet: " + answer.text() + running.output());
            }
            Thread.sleep(PAUSE_MILLIS);
            answer = server.ask("POST", "probe", "{}");
        }
    }

    private void inspectAgain() {
        try (ServerProcess running = ServerProcess.start(data, port, environment);
                Server server = new Server(running.url())) {
            new Inspection(server, book, reader).run();
            running.stop();
        }
        Command.Result check = Command.run("check", "--data", data.toString());
        assertEquals(0, check.status(), check.output() + check.errors());
    }
}
