package dev.replicator.conformance.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.FreePort;
import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A server that brings over what another one has goes on where it was, after a SIGKILL of the other in the middle, and
 * of itself: what was written is not fetched again.
 *
 * <p>System property: {@code resume.documents}, how many.
 */
final class ReplicationResumeIT {
    private static final int DOCUMENTS = Integer.getInteger("resume.documents", 2000);
    private static final int WORKERS = 4;
    private static final int BATCH = Math.max(20, DOCUMENTS / 200);
    private static final int KILLS = 2;

    private static final int WRITTEN_AT_A_TIME = 1000;
    private static final int TEXT = 300;
    private static final int PAUSE_MILLIS = 50;

    /** Of each step, whatever machine this is. */
    private static final Duration DEADLINE = Duration.ofSeconds(60 + DOCUMENTS / 500);

    /** The defaults but for pauses, which would be waited for here. */
    private static final Map<String, String> SETTINGS = Map.of("REPLICATOR_REPLICATOR_BACKOFF_INTERVAL", "500");

    private static final String JOB = "_replicator/resume";

    @Test
    @Timeout(1800)
    void nothingWrittenIsFetchedAgain(@TempDir Path from, @TempDir Path to) throws Exception {
        FetchCount fetched = new FetchCount();
        ServerProcess source = ServerProcess.start(from, FreePort.find(), SETTINGS);
        ServerProcess target = ServerProcess.start(to, FreePort.find(), SETTINGS);
        try (Proxy proxy = new Proxy(source.port(), () -> fetched::let)) {
            fill(new Requests(source.url()));
            Requests asked = new Requests(target.url());
            long begun = System.nanoTime();
            fetched.holdAt(DOCUMENTS / 3);
            asked.call("PUT", JOB, job(proxy));

            fetched.awaitHeld(DEADLINE);
            source.kill();
            fetched.holdAt(DOCUMENTS * 2L / 3);
            source = source.startAgain();

            fetched.awaitHeld(DEADLINE);
            target.kill();
            long before = fetched.count();
            assertTrue(before < DOCUMENTS, before + ": the target was killed in the middle");
            fetched.open();
            target = target.startAgain();
            awaitCompleted(asked);

            double seconds = (System.nanoTime() - begun) / 1e9;
            long bound = DOCUMENTS + (long) KILLS * WORKERS * BATCH;
            System.out.printf(
                    "resume: %d documents fetched %d times, at most %d, in %.1f s with %d kills: %.0f documents/s%n",
                    DOCUMENTS, fetched.count(), bound, seconds, KILLS, DOCUMENTS / seconds);
            assertTrue(fetched.count() >= DOCUMENTS, fetched.count() + " were counted");
            assertTrue(fetched.count() <= bound, fetched.count() + " documents were fetched, at most " + bound);
            assertSame(new Requests(source.url()), asked);
            source.stop();
            target.stop();
        } finally {
            source.close();
            target.close();
        }
    }

    private static String job(Proxy proxy) {
        return "{\"source\":\"%s\",\"target\":\"notes\",\"create_target\":true,\"worker_processes\":%d,\"worker_batch_size\":%d}"
                .formatted(Requests.address(proxy.port(), "notes"), WORKERS, BATCH);
    }

    private static void fill(Requests source) {
        source.call("PUT", "notes", "");
        String text = "x".repeat(TEXT);
        for (int from = 0; from < DOCUMENTS; from += WRITTEN_AT_A_TIME) {
            String docs = IntStream.range(from, Math.min(DOCUMENTS, from + WRITTEN_AT_A_TIME))
                    .mapToObj(
                            "{\"_id\":\"note%%06d\",\"mark\":\"%s\",\"text\":\"%s\"}".formatted(FetchCount.MARK, text)
                                    ::formatted)
                    .collect(Collectors.joining(",", "{\"docs\":[", "]}"));
            source.call("POST", "notes/_bulk_docs", docs);
        }
    }

    private static void awaitCompleted(Requests target) throws InterruptedException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!target.get(JOB).path("_replication_state").asString("").equals("completed")) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not completed within " + DEADLINE + ": " + target.get("_scheduler/docs"));
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static void assertSame(Requests source, Requests target) {
        JsonNode rows = source.get("notes/_all_docs").path("rows");
        assertEquals(DOCUMENTS, rows.size());
        assertEquals(rows, target.get("notes/_all_docs").path("rows"));
    }
}
