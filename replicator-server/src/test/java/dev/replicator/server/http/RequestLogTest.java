package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What is logged of requests. */
class RequestLogTest {
    private static final long SLOW_MILLIS = 400;
    private static final String ADMIN = "Authorization: Basic "
            + Base64.getEncoder().encodeToString("admin:secret".getBytes(StandardCharsets.US_ASCII)) + "\r\n";

    @TempDir
    private Path folder;

    private final Logger logger = (Logger) LoggerFactory.getLogger(RequestLog.class);
    private final BlockingQueue<ILoggingEvent> logged = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event);
        }
    };
    private TestServer server;

    private void start(RequestLog log) throws IOException {
        listener.start();
        logger.addAppender(listener);
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        HttpRules rules = new HttpRules(CorsPolicy.OFF, true, false, log);
        CountDownLatch never = new CountDownLatch(1);
        server = TestServer.start(
                TestServer.limits(folder),
                rules,
                router -> router.root(TestServer.open("GET,POST", _ -> Answer.ok(200)))
                        .server("_slow", TestServer.open("GET", _ -> {
                            assertTrue(!never.await(SLOW_MILLIS + 1, TimeUnit.MILLISECONDS));
                            return Answer.ok(200);
                        }))
                        .server(
                                "_feed",
                                TestServer.open("GET", _ -> new Answer.Streamed(200, Headers.none(), new Feed()))));
    }

    /** Waits once, for longer than a request may take. */
    private static final class Feed implements Chunks {
        private int pulls;

        @Override
        public Pull next(ByteSink out) {
            out.ascii("x");
            return pulls++ == 0 ? Pull.waitAtMost(SLOW_MILLIS + 1) : Pull.DONE;
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
        logger.detachAppender(listener);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private ILoggingEvent next() throws InterruptedException {
        return logged.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void eachRequestIsToldOfWithoutItsQuery() throws Exception {
        start(new RequestLog(true, 0));
        try (Wire wire = server.connect()) {
            wire.send("GET /?token=s3cr3t HTTP/1.1\r\nHost: h\r\nX-Couch-Request-ID: r1\r\n" + ADMIN + "\r\n")
                    .receive();
            ILoggingEvent known = next();
            assertEquals(Level.INFO, known.getLevel());
            assertTrue(
                    known.getFormattedMessage()
                            .matches("request r1 of admin from 127\\.0\\.0\\.1: GET / 200 in \\d+ ms"),
                    known.getFormattedMessage());
            assertTrue(
                    known.getKeyValuePairs()
                            .toString()
                            .matches(
                                    "\\[request=\"r1\", address=\"127.0.0.1\", method=\"GET\", path=\"/\", status=\"200\","
                                            + " ms=\"\\d+\", user=\"admin\"]"),
                    known.getKeyValuePairs()::toString);
            wire.get("/_none/" + "x".repeat(1000));
            assertTrue(next().getFormattedMessage()
                    .matches("request \\S+ of nobody from \\S+: GET /_none/x{293}… 404 .*"));
        }
    }

    @Test
    void aSlowRequestSaysWhatTookTheTime() throws Exception {
        start(new RequestLog(false, SLOW_MILLIS));
        try (Wire wire = server.connect()) {
            wire.get("/");
            wire.get("/_slow");
            ILoggingEvent slow = next();
            assertEquals(Level.WARN, slow.getLevel());
            assertTrue(
                    slow.getFormattedMessage()
                            .matches("slow request \\S+ of nobody from \\S+: GET /_slow 200 in \\d+ ms:"
                                    + " credentials \\d, body \\d+, queue \\d+, work [4-9]\\d\\d, answer \\d+"),
                    slow.getFormattedMessage());
        }
    }

    @Test
    void whatTheClientTakesDoesNotCountNorWhatAFeedWaitsFor() throws Exception {
        start(new RequestLog(false, SLOW_MILLIS));
        try (Wire wire = server.connect()) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{");
            TimeUnit.MILLISECONDS.sleep(SLOW_MILLIS + 1);
            wire.send("}").receive();
            assertEquals(200, wire.get("/_feed").status());
            wire.get("/_slow");
            assertTrue(next().getFormattedMessage().contains("GET /_slow"), "the first that is told of");
        }
    }

    @Test
    void eachPartHasItsTime() {
        AtomicLong clock = new AtomicLong();
        RequestTime time = new RequestTime(clock::get);
        RequestTime.Part[] parts = RequestTime.Part.values();
        for (int i = 0; i < parts.length; i++) {
            time.enter(parts[i]);
            clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1L << i));
        }
        for (int i = 0; i < parts.length; i++) {
            assertEquals(1L << i, time.millis(parts[i]), parts[i]::word);
        }
        assertEquals(TimeUnit.MILLISECONDS.toNanos(63), time.nanos());
        assertEquals(1 + 4 + 8, time.serverMillis());
    }
}
