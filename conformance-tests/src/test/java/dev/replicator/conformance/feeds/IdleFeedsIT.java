package dev.replicator.conformance.feeds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.conformance.attachments.ResidentMemory;
import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Continuous feeds that wait, in a small heap, and one change that all of them are told.
 *
 * <p>System property: {@code load.feeds} how many; a process needs a file descriptor for each.
 */
final class IdleFeedsIT {
    private static final int FEEDS = Integer.getInteger("load.feeds", 1000);
    private static final int PATIENCE_SECONDS = 30;

    /** Longer than anybody waits here: a feed that is not woken looks for changes when it beats. */
    private static final int HEARTBEAT_MILLIS = 10 * PATIENCE_SECONDS * 1000;

    @Test
    @Timeout(300)
    void oneChangeReachesEveryFeed(@TempDir Path data) throws Exception {
        Map<String, String> environment = Map.of(
                "REPLICATOR_JAVA_OPTS",
                "-Xmx256m",
                "REPLICATOR_LIMITS_MAX_CONNECTIONS_PER_ADDRESS",
                "0",
                "REPLICATOR_LIMITS_MAX_FEEDS",
                "0");
        try (var server = ServerProcess.start(data, 0, environment);
                var memory = new ResidentMemory(server.pid());
                var calls = new Calls(server.url());
                var feeds = new IdleFeeds(server.url())) {
            calls.call("PUT", "/db", "");
            long before = memory.peak(0);
            long begun = System.nanoTime();
            String target = "/db/_changes?feed=continuous&since=now&heartbeat=" + HEARTBEAT_MILLIS;
            byte[] request = Calls.request("GET", target, "", "");
            for (int i = 0; i < FEEDS; i++) {
                feeds.open(request);
            }
            assertEquals(FEEDS, feeds.await("HTTP/1.1 200 OK", PATIENCE_SECONDS));
            double opened = seconds(begun);
            begun = System.nanoTime();
            calls.call("PUT", "/db/the-change", "{}");
            double written = seconds(begun);
            assertEquals(FEEDS, feeds.await("the-change", PATIENCE_SECONDS));
            System.out.printf(
                    "idle feeds: %d opened in %.1f s; a write took %.3f s beside them, and all were told after %.3f s;"
                            + " resident %d MiB before, at most %d with them%n",
                    FEEDS, opened, written, seconds(begun), before, memory.peak(0));
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
