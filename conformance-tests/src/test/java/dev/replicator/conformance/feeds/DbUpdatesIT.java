package dev.replicator.conformance.feeds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code _db_updates} in its four feeds: what happens to databases, while it happens and afterwards. */
final class DbUpdatesIT {
    private static final int WRITERS = 4;
    private static final int ROUNDS = 40;

    private static ServerProcess server;
    private static int made;

    private Calls calls;
    private String database;

    @BeforeAll
    static void startServer(@TempDir Path data) {
        server = ServerProcess.start(data);
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    @BeforeEach
    void connect() {
        calls = new Calls(server.url());
        database = "updates-" + made++;
    }

    @AfterEach
    void disconnect() {
        calls.close();
    }

    /** The last line of a feed: it tells nothing of what is left. */
    private static String end(Feed feed, String lastSequence) {
        return feed.end(lastSequence, 0).replace(",\"pending\":0", "");
    }

    private FeedStream open(Feed feed, String parameters, String headers) throws IOException {
        String target = "/_db_updates?feed=" + feed.parameter() + parameters;
        return FeedStream.open(server.url(), Calls.request("GET", target, headers, ""));
    }

    private String now() {
        return calls.call("GET", "/_db_updates?since=now", "").path("last_seq").asString();
    }

    private static List<FeedRow> rows(Calls calls, String since) {
        List<FeedRow> rows = new ArrayList<>();
        JsonNode answer = calls.call("GET", "/_db_updates?since=" + since, "");
        answer.path("results").forEach(row -> rows.add(FeedRow.of(row.toString())));
        return rows;
    }

    private static String text(FeedRow row) {
        JsonNode json = JsonMapper.shared().readTree(row.json());
        return json.path("type").asString() + " " + json.path("db_name").asString();
    }

    /** Three events in a row, and what was the last before them. */
    private String happen() {
        String before = now();
        calls.call("PUT", "/" + database, "");
        calls.call("PUT", "/" + database + "/a", "{}");
        calls.call("DELETE", "/" + database, "");
        return before;
    }

    @Test
    void rowsHoldTheDatabaseTheTypeAndTheSequence() {
        String before = happen();
        List<FeedRow> rows = rows(calls, before);
        assertEquals(
                List.of("created " + database, "updated " + database, "deleted " + database),
                rows.stream().map(DbUpdatesIT::text).toList());
        for (FeedRow row : rows) {
            assertTrue(row.json().matches("\\{\"db_name\":\"[^\"]+\",\"type\":\"[a-z]+\",\"seq\":\"\\d+-\\w+\"}"));
        }
        assertEquals(rows.getLast().sequence(), now());
        assertTrue(rows(calls, "0").stream().map(DbUpdatesIT::text).toList().contains("created _users"));
    }

    @ParameterizedTest
    @EnumSource
    void everyFeedShowsWhatIsThere(Feed feed) throws IOException {
        String before = happen();
        List<FeedRow> rows = rows(calls, before);
        try (FeedStream stream = open(feed, "&timeout=0&since=" + before, "")) {
            assertEquals(200, stream.status());
            assertEquals(
                    Optional.of(feed == Feed.EVENTSOURCE ? "text/event-stream" : "application/json"),
                    stream.header("content-type"));
            assertEquals(
                    feed.beginning()
                            + feed.rows(rows)
                            + end(feed, rows.getLast().sequence()),
                    stream.rest());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LONGPOLL", "CONTINUOUS", "EVENTSOURCE"})
    void everyFeedWaitsForWhatHappens(Feed feed) throws IOException {
        String before = now();
        try (FeedStream stream = open(feed, "&since=now&heartbeat=60000", "")) {
            String first = feed.isEndless() ? "\n" : feed.beginning();
            assertEquals(first, stream.take(first));
            calls.call("PUT", "/" + database, "");
            List<FeedRow> rows = rows(calls, before);
            assertEquals(
                    List.of("created " + database),
                    rows.stream().map(DbUpdatesIT::text).toList());
            String row = feed.rows(rows);
            assertEquals(row, stream.take(row));
            if (feed == Feed.LONGPOLL) {
                assertEquals(end(feed, rows.getLast().sequence()), stream.rest());
                return;
            }
            calls.call("PUT", "/" + database + "/a", "{}");
            String second = feed.rows(rows(calls, rows.getLast().sequence()));
            assertTrue(second.contains("\"updated\""));
            assertEquals(second, stream.take(second));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LONGPOLL", "CONTINUOUS", "EVENTSOURCE"})
    void heartbeatsComeWhileNothingHappens(Feed feed) throws IOException {
        try (FeedStream stream = open(feed, "&since=now&heartbeat=50&timeout=1", "")) {
            String first = (feed.isEndless() ? "\n" : feed.beginning())
                    + feed.heartbeat().repeat(3);
            assertEquals(first, stream.take(first));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LONGPOLL", "CONTINUOUS", "EVENTSOURCE"})
    void withoutHeartbeatsAFeedTimesOut(Feed feed) throws IOException {
        String last = now();
        try (FeedStream stream = open(feed, "&since=now&timeout=100", "")) {
            String first = feed.isEndless() ? "\n" : feed.beginning();
            assertEquals(first + end(feed, last), stream.rest());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLimitEndsAFeed(Feed feed) throws IOException {
        String before = happen();
        List<FeedRow> rows = rows(calls, before).subList(0, 2);
        try (FeedStream stream = open(feed, "&heartbeat=60000&limit=2&since=" + before, "")) {
            assertEquals(
                    feed.beginning()
                            + feed.rows(rows)
                            + end(feed, rows.getLast().sequence()),
                    stream.rest());
        }
    }

    @ParameterizedTest
    @EnumSource
    void descendingIsTheNewestFirst(Feed feed) throws IOException {
        String before = happen();
        List<FeedRow> rows = rows(calls, before).reversed();
        try (FeedStream stream = open(feed, "&descending=true&limit=3", "")) {
            assertEquals(
                    feed.beginning()
                            + feed.rows(rows)
                            + end(feed, rows.getLast().sequence()),
                    stream.rest());
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "'\"'"})
    void theLastEventIdIsWhereToBegin(String quote) throws IOException {
        List<FeedRow> rows = rows(calls, happen());
        String header = "Last-Event-ID: " + quote + rows.get(1).sequence() + quote + "\r\n";
        try (FeedStream stream = open(Feed.EVENTSOURCE, "&since=0&timeout=0", header)) {
            assertEquals(Feed.EVENTSOURCE.rows(rows.subList(2, 3)), stream.rest());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHeadRequestIsAnsweredWithoutWaiting(Feed feed) throws IOException {
        byte[] head = Calls.request("HEAD", "/_db_updates?since=now&feed=" + feed.parameter(), "", "");
        try (FeedStream stream = FeedStream.open(server.url(), head)) {
            assertEquals(200, stream.status());
        }
    }

    @Test
    void theOrderIsTheSameAfterARestart(@TempDir Path data) throws IOException {
        ServerProcess first = ServerProcess.start(data);
        List<FeedRow> before;
        try (Calls client = new Calls(first.url())) {
            client.call("PUT", "/b", "");
            client.call("PUT", "/a", "");
            client.call("PUT", "/b/d", "{}");
            client.call("DELETE", "/a", "");
            before = rows(client, "0");
        }
        first.kill();
        try (ServerProcess again = first.startAgain();
                Calls client = new Calls(again.url())) {
            assertEquals(before, rows(client, "0"));
            String last = before.getLast().sequence();
            assertEquals(List.of(), rows(client, last));
            client.call("PUT", "/b/e", "{}");
            assertEquals(
                    List.of("updated b"),
                    rows(client, last).stream().map(DbUpdatesIT::text).toList());
            again.stop();
        }
    }

    /** Whoever follows while many write knows in the end what happened to each database at last. */
    @Test
    void whoFollowsMissesNothing() throws IOException {
        String before = now();
        Map<String, String> known = new HashMap<>();
        try (FeedStream stream = open(Feed.CONTINUOUS, "&since=" + before + "&heartbeat=60000", "")) {
            List<CompletableFuture<Void>> writers = IntStream.range(0, WRITERS)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> write(database + "-" + i)))
                    .toList();
            CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).join();
            calls.call("PUT", "/" + database + "-last", "");
            while (!known.containsKey(database + "-last")) {
                String line = stream.line().orElseThrow();
                if (!line.isEmpty()) {
                    String[] words = text(FeedRow.of(line)).split(" ", -1);
                    known.put(words[1], words[0]);
                }
            }
        }
        Map<String, String> expected = new HashMap<>(Map.of(database + "-last", "created"));
        for (int i = 0; i < WRITERS; i++) {
            expected.put(database + "-" + i + "-kept", "updated");
            expected.put(database + "-" + i + "-gone", "deleted");
        }
        assertEquals(expected, known);
    }

    private static void write(String prefix) {
        try (Calls client = new Calls(server.url())) {
            client.call("PUT", "/" + prefix + "-kept", "");
            for (int i = 0; i < ROUNDS; i++) {
                client.call("PUT", "/" + prefix + "-kept/" + i, "{}");
                if (i % 10 == 0) {
                    client.call("PUT", "/" + prefix + "-gone", "");
                    client.call("DELETE", "/" + prefix + "-gone", "");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "feed=nonsense",
        "since=nonsense",
        "limit=x",
        "timeout=x",
        "heartbeat=x",
        "heartbeat=0",
        "heartbeat=-1",
        "descending=x"
    })
    void whatIsNoValueIsRefusedBeforeAnythingIsSent(String parameters) throws IOException {
        byte[] request = Calls.request("GET", "/_db_updates?feed=continuous&" + parameters, "", "");
        try (FeedStream stream = FeedStream.open(server.url(), request)) {
            assertEquals(400, stream.status());
            assertTrue(stream.rest().startsWith("{\"error\":\""));
        }
    }
}
