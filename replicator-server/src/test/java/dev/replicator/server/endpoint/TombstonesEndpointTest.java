package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TombstonesEndpointTest {
    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder);
        served.post(
                "/db/_bulk_docs",
                "{\"new_edits\":false,\"docs\":[{\"_id\":\"a\",\"_rev\":\"2-b\",\"_deleted\":true,\"why\":\"x\"},"
                        + "{\"_id\":\"b\",\"_rev\":\"1-a\"}]}");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    @Test
    void tellsWhatWouldGoAndForgetsIt() {
        assertEquals(
                "{\"forgotten\":false,\"documents\":0,\"bytes\":0}\n",
                served.get("/db/_tombstones?older_than=1d").body());
        awaitClock();
        String found = "\"documents\":1,\"bytes\":11}\n";
        assertEquals(
                "{\"forgotten\":false," + found,
                served.get("/db/_tombstones?older_than=0s").body());
        assertTrue(served.get("/db").body().contains("\"doc_del_count\":1"));
        assertEquals(
                "{\"forgotten\":true," + found,
                served.post("/db/_tombstones?older_than=0s", "{}").body());
        assertTrue(served.get("/db").body().contains("\"doc_del_count\":0,\"doc_count\":1"));
        assertEquals(
                "{\"error\":\"not_found\",\"reason\":\"missing\"}\n",
                served.get("/db/a").body());
    }

    /** A tombstone of this millisecond is not older than it. */
    private static void awaitClock() {
        long now = System.currentTimeMillis();
        while (System.currentTimeMillis() == now) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "?older_than=", "?older_than=90", "?older_than=-1d", "?older_than=1y", "?older_than=1d%20"})
    void refusesWhatIsNoTimeAndChangesNothing(String query) {
        HttpResponse<String> answer = served.post("/db/_tombstones" + query, "{}");
        assertEquals(400, answer.statusCode());
        assertEquals(
                "{\"error\":\"bad_request\",\"reason\":\"older_than must be a time such as 90d or 2160h\"}\n",
                answer.body());
        assertTrue(served.get("/db").body().contains("\"doc_del_count\":1"));
    }
}
