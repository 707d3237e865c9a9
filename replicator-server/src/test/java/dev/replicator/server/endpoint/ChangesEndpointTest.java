package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Feeds as they come over the wire: what wakes them, what keeps them alive, what ends them. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ChangesEndpointTest {
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
                new InputStreamReader(served.stream("/db/_changes?" + query).body(), StandardCharsets.UTF_8));
    }

    @Test
    void aLongpollIsAnsweredByTheNextWrite() throws IOException {
        served.save("/db/before", "{}");
        try (BufferedReader feed = open("feed=longpoll&since=now&heartbeat=60000")) {
            assertEquals("{\"results\":[", feed.readLine());
            served.save("/db/a", "{}");
            assertTrue(feed.readLine().contains("\"id\":\"a\""));
            assertEquals("],", feed.readLine());
            assertTrue(feed.readLine().matches("\"last_seq\":\"2-[^\"]+\",\"pending\":0}"));
            assertNull(feed.readLine());
        }
    }

    @Test
    void aLongpollIsNotAnsweredByWhatItsFilterLeavesOut() throws IOException {
        try (BufferedReader feed = open("feed=longpoll&filter=_design&heartbeat=60000")) {
            assertEquals("{\"results\":[", feed.readLine());
            served.save("/db/a", "{}");
            served.put("/db/_local/l", "{}");
            served.save("/db/_design/d", "{}");
            assertTrue(feed.readLine().contains("\"id\":\"_design/d\""));
        }
    }

    @Test
    void aContinuousFeedBringsEveryWriteInALineOfItsOwn() throws IOException {
        try (BufferedReader feed = open("feed=continuous&heartbeat=60000")) {
            assertEquals("", feed.readLine(), "the feed stands");
            for (int i = 0; i < 50; i++) {
                served.save("/db/d" + i, "{}");
                String row = feed.readLine();
                assertTrue(row.startsWith("{\"seq\":\"" + (i + 1) + "-") && row.contains("\"id\":\"d" + i + "\""), row);
            }
        }
    }

    @Test
    void aContinuousFeedEndsAtItsLimit() throws IOException {
        for (int i = 0; i < 5; i++) {
            served.save("/db/d" + i, "{}");
        }
        HttpResponse<String> feed = served.get("/db/_changes?feed=continuous&heartbeat=100&limit=2&include_docs=true");
        assertEquals(4, feed.body().split("\n", -1).length - 1, feed.body());
        assertTrue(feed.body().matches("(?s).*\\{\"last_seq\":\"2-[^\"]+\",\"pending\":3}\n\n"), feed.body());
    }

    @Test
    void anEventSourceTellsTheSequenceAndGoesOnBehindIt() throws IOException {
        served.save("/db/a", "{}");
        String id;
        try (BufferedReader feed = open("feed=eventsource&heartbeat=60000")) {
            String data = feed.readLine();
            assertTrue(data.startsWith("data: {\"seq\":\"1-") && data.contains("\"id\":\"a\""), data);
            id = feed.readLine();
            assertTrue(id.matches("id: \"1-[^\"]+\""), id);
            assertEquals("", feed.readLine());
            served.save("/db/b", "{}");
            assertTrue(feed.readLine().contains("\"id\":\"b\""));
        }
        HttpResponse<String> rest =
                served.get("/db/_changes?feed=eventsource&timeout=1", "Last-Event-ID", id.substring("id: ".length()));
        assertEquals(
                "text/event-stream", rest.headers().firstValue("Content-Type").orElseThrow());
        assertTrue(rest.body().startsWith("data: {\"seq\":\"2-"), rest.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "last-event-id=2|c",
                "since=1&last-event-id=2|c",
                "last-event-id=2&since=1|b c",
                "since=2&last-event-id=2&since=1|b c",
                "last-event-id=now|''",
                "last-event-id=%222%22&feed=eventsource|c",
            })
    void theLaterOfTwoNamesSaysWhereToBegin(String query, String expected) {
        List.of("a", "b", "c").forEach(id -> served.save("/db/" + id, "{}"));
        List<String> ids = served.get("/db/_changes?timeout=0&" + query)
                .body()
                .lines()
                .filter(line -> line.contains("\"id\":"))
                .map(line -> line.replaceAll(".*\"id\":\"([^\"]*)\".*", "$1"))
                .toList();
        assertEquals(expected, String.join(" ", ids));
        assertEquals(400, served.get("/db/_changes?last-event-id=x").statusCode());
    }

    @Test
    void heartbeatsKeepFeedsAlive() throws IOException {
        try (BufferedReader feed = open("feed=longpoll&heartbeat=20")) {
            assertEquals("{\"results\":[", feed.readLine());
            assertEquals("", feed.readLine());
            assertEquals("", feed.readLine());
        }
        try (BufferedReader feed = open("feed=continuous&heartbeat=20")) {
            for (int i = 0; i < 4; i++) {
                assertEquals("", feed.readLine());
            }
        }
        try (BufferedReader feed = open("feed=eventsource&heartbeat=20")) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                lines.add(feed.readLine());
            }
            assertTrue(lines.contains("event: heartbeat") && lines.contains("data: "), lines.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"longpoll", "continuous", "eventsource"})
    void aFeedEndsWhenItsDatabaseIsDeleted(String kind) throws IOException {
        served.save("/db/a", "{}");
        try (BufferedReader feed = open("feed=" + kind + "&since=now&heartbeat=60000")) {
            feed.mark(1);
            assertTrue(feed.read() >= 0, "the feed stands");
            assertEquals(200, served.delete("/db").statusCode());
            List<String> rest = feed.lines().toList();
            if (!kind.equals("eventsource")) {
                assertTrue(rest.toString().contains("\"last_seq\":\"1-"), rest.toString());
            }
        }
    }

    @Test
    void aFeedOfADatabaseThatIsMadeAnewEnds() throws IOException {
        served.save("/db/a", "{}");
        try (BufferedReader feed = open("feed=continuous&since=now&heartbeat=60000")) {
            assertEquals("", feed.readLine());
            served.delete("/db");
            served.put("/db", "");
            served.save("/db/new", "{}");
            assertTrue(feed.lines().noneMatch(line -> line.contains("new")));
        }
    }

    @Test
    void timesOutWithoutHeartbeats() {
        assertTrue(served.get("/db/_changes?feed=longpoll&timeout=50")
                .body()
                .matches("\\{\"results\":\\[\n\n],\n\"last_seq\":\"0[^\"]*\",\"pending\":0}\n"));
        assertTrue(served.get("/db/_changes?feed=continuous&timeout=50")
                .body()
                .matches("\n\\{\"last_seq\":\"0[^\"]*\",\"pending\":0}\n\n"));
    }

    @Test
    void headIsAnsweredAtOnce() {
        assertEquals(
                200, served.head("/db/_changes?feed=continuous&heartbeat=1000").statusCode());
        assertEquals(200, served.head("/db/_all_docs").statusCode());
    }

    @Test
    void theBodyOfAPostFilters() {
        served.save("/db/a", "{\"n\":1}");
        served.save("/db/b", "{\"n\":2}");
        String ids = served.post("/db/_changes?filter=_doc_ids", "{\"doc_ids\":[\"b\",\"none\"]}")
                .body();
        assertTrue(ids.contains("\"b\"") && !ids.contains("\"a\""), ids);
        String selected = served.post("/db/_changes?filter=_selector", "{\"selector\":{\"n\":1}}")
                .body();
        assertTrue(selected.contains("\"a\"") && !selected.contains("\"b\""), selected);
        assertEquals(
                400,
                served.post("/db/_changes?filter=_doc_ids", "{\"doc_ids\":7}").statusCode());
        assertEquals(
                400,
                served.post("/db/_changes?filter=_selector", "{\"selector\":7}").statusCode());
        assertEquals(
                400,
                served.post("/db/_changes?filter=_doc_ids", "{\"doc_ids\":[").statusCode());
    }
}
