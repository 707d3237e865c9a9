package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.limits.ClientRules;
import dev.replicator.server.limits.TrustedProxies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where more comes than can be done, whoever comes late is told so at once. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OverloadTest {
    private static final int QUEUE_MILLIS = 50;
    private static final String ADMIN = "Authorization: Basic "
            + Base64.getEncoder().encodeToString("admin:secret".getBytes(StandardCharsets.US_ASCII)) + "\r\n";

    @TempDir
    private Path folder;

    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private TestServer server;

    private void start(int queueMillis) throws IOException {
        HttpLimits limits = new HttpLimits(
                1 << 20,
                64 * 1024,
                1 << 20,
                folder.resolve("spool"),
                1,
                100,
                60_000,
                new Guards(ClientRules.NONE, TrustedProxies.NONE, HeadLimits.STANDARD, 0, queueMillis));
        server = TestServer.start(
                limits,
                router -> router.root(TestServer.open("GET,POST", _ -> Answer.ok(200)))
                        .server("_slow", TestServer.open("GET", _ -> {
                            asked.countDown();
                            mayAnswer.await();
                            return Answer.ok(200);
                        })));
    }

    @AfterEach
    void stop() {
        mayAnswer.countDown();
        server.close();
    }

    private Wire begin(String path, String headers) throws IOException {
        return server.connect().send("GET " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
    }

    /** Has the one thread held, and a request wait for it for longer than is allowed. */
    private Wire waiting() throws Exception {
        Wire waits = begin("/", "");
        while (server.server.waitingRequests() == 0) {
            Thread.onSpinWait();
        }
        long since = System.nanoTime();
        while (System.nanoTime() - since <= TimeUnit.MILLISECONDS.toNanos(QUEUE_MILLIS + 20)) {
            Thread.onSpinWait();
        }
        return waits;
    }

    @Test
    void whoComesWhileOthersWaitTooLongIsRefusedAtOnce() throws Exception {
        start(QUEUE_MILLIS);
        try (Wire slow = begin("/_slow", "")) {
            asked.await();
            try (Wire waits = waiting();
                    Wire late = server.connect();
                    Wire admin = begin("/", ADMIN)) {
                // Refused by its head: nobody has to send a body in vain.
                late.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
                Wire.Received refused = late.receive();
                assertEquals(503, refused.status());
                assertTrue(refused.text().contains("[limits] max_queue_time"), refused.text());
                assertTrue(Integer.parseInt(refused.header("Retry-After")) > 0);
                mayAnswer.countDown();
                assertEquals(200, slow.receive().status());
                assertEquals(200, waits.receive().status());
                assertEquals(200, admin.receive().status());
            }
        }
        try (Wire after = begin("/", "")) {
            assertEquals(200, after.receive().status());
        }
    }

    @Test
    void withoutALimitAllWait() throws Exception {
        start(0);
        try (Wire slow = begin("/_slow", "")) {
            asked.await();
            try (Wire waits = waiting();
                    Wire late = begin("/", "")) {
                while (server.server.waitingRequests() < 2) {
                    Thread.onSpinWait();
                }
                mayAnswer.countDown();
                assertEquals(200, slow.receive().status());
                assertEquals(200, waits.receive().status());
                assertEquals(200, late.receive().status());
            }
        }
    }
}
