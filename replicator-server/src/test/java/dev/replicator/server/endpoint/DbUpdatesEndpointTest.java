package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens to databases, as it comes over the wire. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class DbUpdatesEndpointTest {
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

    private BufferedReader open(String query) {
        return new BufferedReader(
                new InputStreamReader(served.stream("/_db_updates?" + query).body(), StandardCharsets.UTF_8));
    }

    @Test
    void aLongpollIsAnsweredByWhatHappensNext() throws IOException {
        try (BufferedReader feed = open("feed=longpoll&since=now&heartbeat=60000")) {
            assertEquals("{\"results\":[", feed.readLine());
            served.save("/db/a", "{}");
            String row = feed.readLine();
            assertTrue(row.matches("\\{\"db_name\":\"db\",\"type\":\"updated\",\"seq\":\"\\d+-[^\"]+\"}"), row);
            assertEquals("],", feed.readLine());
            assertTrue(feed.readLine().matches("\"last_seq\":\"\\d+-[^\"]+\"}"));
            assertNull(feed.readLine());
        }
    }

    @Test
    void aContinuousFeedBringsWhatHappensLineByLine() throws IOException {
        try (BufferedReader feed = open("feed=continuous&since=now&heartbeat=60000")) {
            assertEquals("", feed.readLine(), "the feed stands");
            served.put("/new", "");
            assertTrue(feed.readLine().startsWith("{\"db_name\":\"new\",\"type\":\"created\""));
            served.save("/new/a", "{}");
            assertTrue(feed.readLine().startsWith("{\"db_name\":\"new\",\"type\":\"updated\""));
            served.delete("/new");
            assertTrue(feed.readLine().startsWith("{\"db_name\":\"new\",\"type\":\"deleted\""));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "feed=x | Supported `feed` types: normal, continuous, live, longpoll, eventsource",
                "since=x | Malformed sequence supplied in 'since' parameter.",
                "limit=x | Invalid value for limit: \\\"x\\\" is no whole number",
                "timeout=x | Invalid value for timeout: \\\"x\\\" is no whole number",
                "heartbeat=0 | The heartbeat value should be a positive integer (in milliseconds).",
                "heartbeat=x | Invalid heartbeat value. Expecting a positive integer value (in milliseconds).",
            })
    void whatIsNoValueIsRefusedAsInChanges(String query, String reason) {
        HttpResponse<String> answer = served.get("/_db_updates?" + query);
        assertEquals(400, answer.statusCode());
        assertEquals(
                "{\"error\":\"bad_request\",\"reason\":\"" + reason + "\"}",
                answer.body().strip());
        assertEquals(answer.body(), served.get("/db/_changes?" + query).body());
    }

    @Test
    void onlyGetAndHeadAreTaken() {
        HttpResponse<String> post = served.post("/_db_updates", "{}");
        assertEquals(405, post.statusCode());
        assertEquals("GET", post.headers().firstValue("Allow").orElseThrow());
        assertEquals(
                200, served.head("/_db_updates?feed=continuous&heartbeat=1000").statusCode());
        assertEquals(404, served.get("/_db_updates/x").statusCode());
    }

    @Test
    void onlyAdministratorsAreAnswered() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(served.uri("/_db_updates")).build();
            assertEquals(401, client.send(request, BodyHandlers.ofString()).statusCode());
        }
    }
}
