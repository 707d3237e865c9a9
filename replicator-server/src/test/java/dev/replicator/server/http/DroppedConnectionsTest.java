package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that go away in the middle of a feed, as all of them do, leave nothing behind. */
final class DroppedConnectionsTest {
    private static final int CONNECTIONS = 50;

    @TempDir
    private Path folder;

    @Test
    void noMemoryIsKeptOfThem() throws Exception {
        CountDownLatch closed = new CountDownLatch(CONNECTIONS);
        Answer feed = new Answer.Streamed(200, Headers.of("Content-Type", "text/plain"), new Chunks() {
            @Override
            public Pull next(ByteSink out) {
                out.ascii("x");
                return Pull.waitAtMost(60_000);
            }

            @Override
            public void close() {
                closed.countDown();
            }
        });
        try (var server =
                TestServer.start(TestServer.limits(folder), router -> router.root(TestServer.open("GET", _ -> feed)))) {
            int before = watches();
            for (int i = 0; i < CONNECTIONS; i++) {
                drop(server);
            }
            assertTrue(closed.await(10, TimeUnit.SECONDS), "all feeds are closed");
            // The last of them may be on its way out when its feed has been closed.
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (watches() > before && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertEquals(before, watches());
        }
    }

    private static void drop(TestServer server) throws IOException {
        try (Wire wire = new Wire(server.server.address())) {
            wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertTrue(wire.socket.getInputStream().read() >= 0, "the answer has begun");
        }
    }

    /** How many connections are reachable. */
    private static int watches() {
        return instances(ConnectionWatch.class);
    }

    /** How many objects of a class are reachable. Collects garbage first. */
    static int instances(Class<?> type) {
        Object histogram;
        try {
            histogram = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new AssertionError(e);
        }
        return histogram
                .toString()
                .lines()
                .filter(line -> line.contains(" " + type.getName() + " ") || line.endsWith(" " + type.getName()))
                .mapToInt(line -> Integer.parseInt(line.strip().split(" +", 3)[1]))
                .sum();
    }
}
