package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchError;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streamed answers and feeds over a real socket. */
class StreamedAnswersTest {
    private static final Headers TEXT = Headers.of("Content-Type", "text/plain");

    @TempDir
    private Path folder;

    private TestServer server;
    private final Feed feed = new Feed();
    private final AtomicLong pulledBytes = new AtomicLong();
    private final AtomicInteger openStreams = new AtomicInteger();

    /** Sends what is put into it, a heartbeat where nothing came in time, and ends at "end". */
    private static final class Feed implements Chunks {
        final ConcurrentLinkedQueue<String> rows = new ConcurrentLinkedQueue<>();
        final CountDownLatch closed = new CountDownLatch(1);
        final BlockingQueue<Wakeup> started = new LinkedBlockingQueue<>();
        volatile long heartbeatMillis = 60_000;
        private boolean waited;

        @Override
        public void start(Wakeup wakeup) {
            started.add(wakeup);
        }

        @Override
        public Pull next(ByteSink out) {
            String row = rows.poll();
            if (row == null) {
                if (waited && heartbeatMillis < 60_000) {
                    out.ascii("beat");
                }
                waited = true;
                return Pull.waitAtMost(heartbeatMillis);
            }
            waited = false;
            switch (row) {
                case "end" -> {
                    return Pull.DONE;
                }
                case "fail" -> throw new IllegalStateException("a failure within the answer");
                default -> out.ascii(row);
            }
            return Pull.MORE;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    /** Random bytes of a seed, so many. */
    private final class Bytes implements Chunks {
        private final Random random = new Random(1);
        private long left;

        Bytes(long size) {
            left = size;
            openStreams.incrementAndGet();
        }

        @Override
        public Pull next(ByteSink out) {
            byte[] some = new byte[(int) Math.min(left, 10_000)];
            random.nextBytes(some);
            out.write(some);
            left -= some.length;
            pulledBytes.addAndGet(some.length);
            return left == 0 ? Pull.DONE : Pull.MORE;
        }

        @Override
        public void close() {
            openStreams.decrementAndGet();
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(
                TestServer.limits(folder),
                router -> router.root(TestServer.open("GET,POST", _ -> Answer.ok(200)))
                        .server("_feed", TestServer.open("GET,POST", _ -> new Answer.Streamed(200, TEXT, feed)))
                        .server(
                                "_bytes",
                                TestServer.open(
                                        "GET",
                                        request -> new Answer.Streamed(
                                                200,
                                                TEXT,
                                                new Bytes(Long.parseLong(request.query()
                                                        .get("size")
                                                        .orElseThrow())))))
                        .server(
                                "_woken",
                                TestServer.open("GET", _ -> new Answer.Streamed(200, TEXT, new WokenWithin())))
                        .server(
                                "_refused",
                                TestServer.open("GET", _ -> new Answer.Streamed(200, TEXT, new Refused()))));
    }

    /** Is woken while it is being pulled, five times, and would wait for ever otherwise. */
    private static final class WokenWithin implements Chunks {
        private Wakeup wakeup;
        private int pulls;

        @Override
        public void start(Wakeup given) {
            wakeup = given;
        }

        @Override
        public Pull next(ByteSink out) {
            out.ascii("x");
            if (++pulls == 6) {
                return Pull.DONE;
            }
            wakeup.wake();
            return Pull.waitAtMost(60_000);
        }

        @Override
        public void close() {}
    }

    private static final class Refused implements Chunks {
        @Override
        public Pull next(ByteSink out) {
            throw CouchError.notFound("missing").asException();
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static byte[] bytes(int size) {
        Random random = new Random(1);
        byte[] all = new byte[size];
        for (int at = 0; at < size; at += 10_000) {
            byte[] some = new byte[Math.min(size - at, 10_000)];
            random.nextBytes(some);
            System.arraycopy(some, 0, all, at, some.length);
        }
        return all;
    }

    @Test
    void arrivesByteForByteAndTheConnectionGoesOn() throws Exception {
        try (Wire wire = server.connect()) {
            Wire.Received large = wire.get("/_bytes?size=5000000");
            assertEquals("chunked", large.header("Transfer-Encoding"));
            assertArrayEquals(bytes(5_000_000), large.body());
            Wire.Received small = wire.get("/_bytes?size=5000");
            assertEquals("5000", small.header("Content-Length"), "complete with its first part");
            assertArrayEquals(bytes(5000), small.body());
            assertEquals(200, wire.get("/").status());
        }
        assertEquals(0, openStreams.get());
    }

    @Test
    void isPulledNoFasterThanItIsTaken() throws Exception {
        try (Wire wire = new Wire(server.server.address(), 16 * 1024)) {
            wire.send("GET /_bytes?size=100000000 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals(200, wire.receiveHead().status());
            long before = -1;
            // Until the sockets' buffers are full and nothing moves any more.
            while (pulledBytes.get() != before) {
                before = pulledBytes.get();
                TimeUnit.MILLISECONDS.sleep(300);
            }
            assertTrue(before < 20_000_000, before + " bytes were made for a client that took none");
            try (Wire other = server.connect()) {
                assertEquals(200, other.get("/").status(), "it holds no thread");
            }
        }
        awaitNoOpenStreams();
    }

    @Test
    void aClientThatTakesNothingIsLetGo() throws Exception {
        HttpLimits impatient = new HttpLimits(1 << 20, 1 << 16, 1 << 20, folder.resolve("spool"), 4, 100, 200);
        try (TestServer small = TestServer.start(
                        impatient,
                        router -> router.root(TestServer.open(
                                "GET", _ -> new Answer.Streamed(200, TEXT, new Bytes(Long.MAX_VALUE)))));
                Wire wire = new Wire(small.server.address(), 16 * 1024)) {
            wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            awaitNoOpenStreams();
        }
    }

    private void awaitNoOpenStreams() throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while ((openStreams.get() > 0 || pulledBytes.get() == 0) && System.nanoTime() < until) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertEquals(0, openStreams.get(), "the chunks are closed when the client is gone");
    }

    @Test
    void aWaitingFeedSendsItsHeadAndThenWhatWakesIt() throws Exception {
        try (Wire wire = server.connect()) {
            wire.send("GET /_feed HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals(200, wire.receiveHead().status(), "before there is anything to send");
            Wakeup wakeup = feed.started.poll(10, TimeUnit.SECONDS);
            assertNotNull(wakeup);
            for (int i = 0; i < 100; i++) {
                feed.rows.add("row" + i);
                wakeup.wake();
                assertEquals("row" + i, new String(wire.chunk(), StandardCharsets.US_ASCII));
            }
            feed.rows.add("last");
            feed.rows.add("end");
            wakeup.wake();
            assertEquals("last", new String(wire.chunk(), StandardCharsets.US_ASCII));
            assertEquals(0, wire.chunk().length);
            assertTrue(feed.closed.await(10, TimeUnit.SECONDS));
            wakeup.wake();
            assertEquals(200, wire.get("/").status(), "the connection goes on");
        }
    }

    @Test
    void aWakeUpDuringAPullIsNotLost() throws Exception {
        try (Wire wire = server.connect()) {
            assertEquals("xxxxxx", wire.get("/_woken").text());
        }
    }

    @Test
    void wakeUpsFromManyThreadsLoseNothing() throws Exception {
        try (Wire wire = server.connect()) {
            wire.send("GET /_feed HTTP/1.1\r\nHost: h\r\n\r\n");
            wire.receiveHead();
            Wakeup wakeup = feed.started.poll(10, TimeUnit.SECONDS);
            List<Thread> writers = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                writers.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 500; i++) {
                        feed.rows.add("x");
                        wakeup.wake();
                    }
                }));
            }
            int received = 0;
            while (received < 2000) {
                received += wire.chunk().length;
            }
            assertEquals(2000, received);
            for (Thread writer : writers) {
                writer.join();
            }
        }
    }

    @Test
    void theDeadlinePullsForHeartbeats() throws Exception {
        feed.heartbeatMillis = 20;
        try (Wire wire = server.connect()) {
            wire.send("GET /_feed HTTP/1.1\r\nHost: h\r\n\r\n");
            wire.receiveHead();
            for (int i = 0; i < 5; i++) {
                assertEquals("beat", new String(wire.chunk(), StandardCharsets.US_ASCII));
            }
        }
        assertTrue(feed.closed.await(10, TimeUnit.SECONDS));
    }

    @Test
    void aClientThatDropsAWaitingFeedIsNoticedAtOnce() throws Exception {
        try (Wire wire = server.connect()) {
            wire.send("POST /_feed HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}");
            wire.receiveHead();
        }
        assertTrue(feed.closed.await(5, TimeUnit.SECONDS), "without a heartbeat to fail on");
    }

    @Test
    void aRequestSentAheadOfAFeedsEndIsKept() throws Exception {
        try (Wire wire = server.connect()) {
            wire.send("GET /_feed HTTP/1.1\r\nHost: h\r\n\r\n");
            wire.receiveHead();
            Wakeup wakeup = feed.started.poll(10, TimeUnit.SECONDS);
            wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            feed.rows.add("row");
            wakeup.wake();
            assertEquals("row", new String(wire.chunk(), StandardCharsets.US_ASCII));
            feed.rows.add("end");
            wakeup.wake();
            assertEquals(0, wire.chunk().length);
            assertEquals("{\"ok\":true}\n", wire.receive().text());
        }
    }

    @Test
    void anErrorWithinTheAnswerBreaksItOff() throws Exception {
        try (Wire wire = server.connect()) {
            wire.send("GET /_feed HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertEquals("chunked", wire.receiveHead().header("Transfer-Encoding"), "so that a break can be seen");
            feed.rows.add("fail");
            feed.started.poll(10, TimeUnit.SECONDS).wake();
            assertThrows(EOFException.class, wire::chunk);
        }
        assertTrue(feed.closed.await(10, TimeUnit.SECONDS));
    }

    @Test
    void anErrorBeforeTheFirstPartIsAnswered() throws Exception {
        try (Wire wire = server.connect()) {
            Wire.Received received = wire.get("/_refused");
            assertEquals(404, received.status());
            assertEquals("{\"error\":\"not_found\",\"reason\":\"missing\"}\n", received.text());
            assertEquals(200, wire.get("/").status());
        }
    }

    @Test
    void headPullsNothing() throws Exception {
        try (Wire wire = server.connect()) {
            wire.send("HEAD /_feed HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals("text/plain", wire.receiveHead().header("Content-Type"));
            assertTrue(feed.closed.await(10, TimeUnit.SECONDS));
            assertNull(feed.started.poll());
            assertEquals(200, wire.get("/").status());
        }
    }

    @Test
    void stopsWithinSecondsWithOpenFeeds() throws Exception {
        try (Wire wire = server.connect();
                Wire idle = server.connect()) {
            assertEquals(200, idle.get("/").status());
            wire.send("GET /_feed HTTP/1.1\r\nHost: h\r\n\r\n");
            wire.receiveHead();
            long before = System.nanoTime();
            server.close();
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
            assertTrue(millis < 2500, millis + " ms to stop");
            assertThrows(EOFException.class, wire::chunk);
            assertTrue(feed.closed.await(1, TimeUnit.SECONDS));
        }
    }
}
