package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.undertow.protocols.http2.Http2Channel;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of clients when the server stops. */
class StoppingTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Headers TEXT = Headers.of("Content-Type", "text/plain");
    private static final String UPLOAD = "PUT /_length HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n";

    @TempDir
    private Path folder;

    private TestServer server;
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private CompletableFuture<Void> stopped = CompletableFuture.completedFuture(null);

    /** Waits until it is told that the server stops; the last word says so. */
    private static final class Feed implements Chunks {
        private boolean finishing;
        private boolean begun;

        @Override
        public void finish() {
            finishing = true;
        }

        @Override
        public Pull next(ByteSink out) {
            if (finishing) {
                out.ascii("last");
                return Pull.DONE;
            }
            out.ascii(begun ? "again" : "first");
            begun = true;
            return Pull.waitAtMost(LONG.toMillis());
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(
                TestServer.limits(folder),
                router -> router.root(TestServer.open("GET", _ -> Answer.ok(200)))
                        .server("_feed", TestServer.open("GET", _ -> new Answer.Streamed(200, TEXT, new Feed())))
                        .server("_slow", TestServer.open("GET", _ -> {
                            asked.countDown();
                            mayAnswer.await();
                            return Answer.ok(200);
                        }))
                        .server(
                                "_length",
                                TestServer.open(
                                        "PUT",
                                        request -> Answer.json(
                                                201,
                                                Long.toString(request.body().length())))));
    }

    @AfterEach
    void stop() {
        mayAnswer.countDown();
        server.close();
        stopped.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void beginToStop() throws Exception {
        stopped = CompletableFuture.runAsync(() -> server.server.close(LONG), Thread::startVirtualThread);
        // The port is free before anything else happens.
        while (takesConnections() || !server.server.isStopping()) {
            Thread.onSpinWait();
        }
    }

    private boolean takesConnections() throws Exception {
        try (Wire _ = server.connect()) {
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    @Test
    void whatIsUnderWayIsAnsweredAndItsConnectionEnds() throws Exception {
        try (Wire upload = server.connect();
                Wire slow = server.connect()) {
            upload.send(UPLOAD + "12345");
            slow.send("GET /_slow HTTP/1.1\r\nHost: h\r\n\r\n");
            while (asked.getCount() > 0) {
                Thread.onSpinWait();
            }
            beginToStop();
            upload.send("67890");
            Wire.Received saved = upload.receive();
            assertEquals(201, saved.status());
            assertEquals("10\n", saved.text());
            assertEquals("close", saved.header("Connection"));
            assertTrue(upload.isEnded());
            mayAnswer.countDown();
            assertEquals(200, slow.receive().status());
            assertTrue(slow.isEnded());
            stopped.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void furtherRequestsOnOpenConnectionsAreRefused() throws Exception {
        try (Wire slow = server.connect();
                Wire open = server.connect()) {
            assertEquals(200, open.get("/").status());
            slow.send("GET /_slow HTTP/1.1\r\nHost: h\r\n\r\n");
            while (asked.getCount() > 0) {
                Thread.onSpinWait();
            }
            beginToStop();
            Wire.Received refused = open.get("/");
            assertEquals(503, refused.status());
            assertEquals("", refused.text());
            assertEquals("close", refused.header("Connection"));
            assertTrue(open.isEnded());
        }
    }

    @Test
    void feedsEndWithTheirLastWord() throws Exception {
        try (Wire feed = server.connect()) {
            feed.send("GET /_feed HTTP/1.1\r\nHost: h\r\n\r\n").receiveHead();
            assertEquals("first", new String(feed.chunk(), StandardCharsets.US_ASCII));
            beginToStop();
            assertEquals("last", new String(feed.chunk(), StandardCharsets.US_ASCII));
            assertEquals(0, feed.chunk().length, "the end of the body");
            assertTrue(feed.isEnded());
            stopped.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientThatNeverEndsIsCutOffInTime() throws Exception {
        try (Wire upload = server.connect()) {
            upload.send(UPLOAD + "12345");
            while (server.server.openRequests() == 0) {
                Thread.onSpinWait();
            }
            long before = System.nanoTime();
            server.server.close(Duration.ofMillis(300));
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
            assertTrue(millis >= 300 && millis < 5000, millis + " ms");
            assertTrue(upload.isEnded());
        }
    }

    @Test
    void http2SaysGoodbyeWhenTheLastStreamHasEnded() throws Exception {
        try (Http2Wire busy = new Http2Wire(server.server.address());
                Http2Wire idle = new Http2Wire(server.server.address())) {
            idle.ping();
            int slow = busy.get("/_slow");
            int feed = busy.get("/_feed");
            while (asked.getCount() > 0 || server.server.openRequests() < 2) {
                Thread.onSpinWait();
            }
            while (busy.of(feed).type() != Http2Wire.DATA) {
                // The head of the feed.
            }
            beginToStop();
            assertEquals(Http2Channel.ERROR_NO_ERROR, idle.end());
            assertEquals("last", busy.receive(feed).body());
            int refused = busy.get("/");
            assertEquals(
                    Http2Channel.ERROR_REFUSED_STREAM, busy.receive(refused).reset());
            mayAnswer.countDown();
            assertEquals("200", busy.receive(slow).fields().get(":status"));
            assertEquals(Http2Channel.ERROR_NO_ERROR, busy.end());
            stopped.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatWaitsOnIsBrokenOff() throws Exception {
        try (TestServer stubborn = TestServer.start(
                        TestServer.limits(folder),
                        router -> router.root(
                                TestServer.open("GET", _ -> new Answer.Streamed(200, TEXT, new Stubborn()))));
                Wire feed = stubborn.connect()) {
            feed.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").receiveHead();
            feed.chunk();
            long before = System.nanoTime();
            stubborn.server.close(LONG);
            assertTrue(System.nanoTime() - before < LONG.toNanos() / 2, "at once, and not when the time is up");
            assertThrows(IOException.class, feed::chunk);
        }
    }

    private static final class Stubborn implements Chunks {
        private boolean begun;

        @Override
        public Pull next(ByteSink out) {
            out.ascii(begun ? "" : "x");
            begun = true;
            return Pull.waitAtMost(LONG.toMillis());
        }

        @Override
        public void close() {}
    }
}
