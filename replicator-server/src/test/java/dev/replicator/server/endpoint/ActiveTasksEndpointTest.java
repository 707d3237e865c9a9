package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is listed while something runs beside the requests. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ActiveTasksEndpointTest {
    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    @Test
    void aCompactionIsListedOnceWhileItRuns() throws InterruptedException {
        served.save("/db/doc?rev=" + served.save("/db/doc", "{\"n\":1}"), "{\"n\":2}");
        served.put("/other", "");
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        // The store's only thread is kept busy, so that the compaction cannot end before it was seen.
        Database other = served.store().database("other").orElseThrow();
        try (Database.Subscription _ = other.subscribe(() -> {
            held.countDown();
            await(go);
        })) {
            CompletableFuture<Void> write = CompletableFuture.runAsync(() -> served.put("/other/doc", "{}"));
            try {
                held.await();
                assertListedOnce();
            } finally {
                go.countDown();
            }
            write.join();
        }
        while (!served.get("/_active_tasks").body().equals("[]\n")) {
            Thread.onSpinWait();
        }
    }

    private void assertListedOnce() {
        assertEquals("[]\n", served.get("/_active_tasks").body());
        assertEquals(202, served.post("/db/_compact", "").statusCode());
        assertEquals(202, served.post("/db/_compact", "").statusCode());
        String tasks = served.get("/_active_tasks").body();
        assertTrue(
                tasks.matches("\\[\\{\"node\":\"couchdb@127.0.0.1\",\"pid\":\"<0.1.0>\",\"process_status\":\"running\","
                        + "\"type\":\"database_compaction\",\"started_on\":\\d{10},\"updated_on\":\\d{10},"
                        + "\"database\":\"db\",\"progress\":0,\"changes_done\":0,\"total_changes\":1}]\n"),
                tasks);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theListIsForAdministratorsAndOnlyRead() {
        assertEquals(401, served.anonymously("GET", "/_active_tasks", "").statusCode());
        assertEquals(200, served.head("/_active_tasks").statusCode());
        assertEquals(405, served.post("/_active_tasks", "{}").statusCode());
    }
}
