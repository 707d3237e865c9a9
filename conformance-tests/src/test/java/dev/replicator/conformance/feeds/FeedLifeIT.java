package dev.replicator.conformance.feeds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

/** What is beside the table: heads, other ways to say where to begin, many rows, limits across writes, ends. */
final class FeedLifeIT {
    /** More than a page of the server, and than two. */
    private static final int MANY = 1200;

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
        database = "life-" + made++;
    }

    @AfterEach
    void disconnect() {
        calls.close();
    }

    @ParameterizedTest
    @EnumSource
    void theHeadSaysWhatComes(Feed feed) throws IOException {
        calls.call("PUT", "/" + database, "");
        try (FeedStream stream = open(feed, "&since=now", "")) {
            assertEquals(200, stream.status());
            assertEquals(
                    Optional.of(feed == Feed.EVENTSOURCE ? "text/event-stream" : "application/json"),
                    stream.header("content-type"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHeadRequestIsAnsweredWithoutWaiting(Feed feed) throws IOException {
        calls.call("PUT", "/" + database, "");
        byte[] head = Calls.request("HEAD", "/" + database + "/_changes?feed=" + feed.parameter(), "", "");
        try (FeedStream stream = FeedStream.open(server.url(), head)) {
            assertEquals(200, stream.status());
        }
    }

    @ParameterizedTest
    @CsvSource({"'',3", "'\"',3", "'',now"})
    void theLastEventIdIsWhereToBegin(String quote, String event) throws IOException {
        FeedDatabase full = FeedDatabase.full(calls, database);
        String token = event.equals("now") ? "now" : full.rows().get(1).sequence();
        List<FeedRow> rows = event.equals("now") ? List.of() : full.rows().subList(2, 4);
        for (Feed feed : Feed.values()) {
            try (FeedStream stream =
                    open(feed, "&since=0&timeout=0", "Last-Event-ID: " + quote + token + quote + "\r\n")) {
                String blank = feed.isEndless() && rows.isEmpty() ? "\n" : "";
                assertEquals(
                        feed.beginning() + blank + feed.rows(rows) + feed.end(full.last(), 0),
                        stream.rest(),
                        feed::name);
            }
        }
    }

    @Test
    void aTokenMayBeQuoted() throws IOException {
        FeedDatabase full = FeedDatabase.full(calls, database);
        String quoted = "&since=%22" + full.rows().get(2).sequence() + "%22";
        try (FeedStream stream = open(Feed.NORMAL, quoted, "")) {
            Feed feed = Feed.NORMAL;
            assertEquals(
                    feed.beginning() + feed.rows(full.rows().subList(3, 4)) + feed.end(full.last(), 0), stream.rest());
        }
    }

    @Test
    void liveIsAnotherNameOfContinuous() throws IOException {
        FeedDatabase full = FeedDatabase.full(calls, database);
        byte[] request = Calls.request("GET", "/" + database + "/_changes?feed=live&timeout=0", "", "");
        try (FeedStream stream = FeedStream.open(server.url(), request)) {
            assertEquals(Feed.CONTINUOUS.rows(full.rows()) + Feed.CONTINUOUS.end(full.last(), 0), stream.rest());
        }
    }

    /** Under every filter it counts the changes behind {@code last_seq}, whoever they are of: 0 when all were seen. */
    @ParameterizedTest
    @EnumSource
    void pendingCountsChangesAndNotRows(FeedCell.Filter filter) {
        FeedDatabase full = FeedDatabase.full(calls, database);
        calls.call("PUT", "/" + database + "/" + FeedDatabase.HIT, "{\"hit\":true}");
        calls.call("PUT", "/" + database + "/" + FeedDatabase.OTHER, "{}");
        List<FeedRow> all = listed();
        List<FeedRow> wanted =
                all.stream().filter(row -> filter.wants(row.id())).toList();
        assertTrue(
                full.rows().size() < all.size() && !wanted.isEmpty(), "there is something to show, and to leave out");
        for (int limit = 1; limit <= wanted.size(); limit++) {
            FeedRow last = wanted.get(limit - 1);
            assertEnd(filter, "&limit=" + limit, last.sequence(), all.size() - 1 - all.indexOf(last));
        }
        assertEnd(filter, "&limit=" + (wanted.size() + 1), all.getLast().sequence(), 0);
        assertEnd(filter, "", all.getLast().sequence(), 0);
        assertEnd(filter, "&since=now", all.getLast().sequence(), 0);
    }

    private void assertEnd(FeedCell.Filter filter, String parameters, String lastSequence, long pending) {
        JsonNode end = calls.call(
                filter.body().isEmpty() ? "GET" : "POST",
                "/" + database + "/_changes?" + filter.parameter() + parameters,
                filter.body());
        assertEquals(lastSequence, end.path("last_seq").asString(), filter + parameters);
        assertEquals(pending, end.path("pending").asLong(), filter + parameters);
    }

    /** What was deleted before is left out, and counts for no limit; what is deleted while the feed stands comes. */
    @ParameterizedTest
    @EnumSource
    void whatWasDeletedBeforeMayBeLeftOut(Feed feed) throws IOException {
        FeedDatabase full = FeedDatabase.full(calls, database);
        List<FeedRow> live = full.rows().subList(0, 3);
        for (String more : List.of("&timeout=0", "&timeout=0&limit=4")) {
            try (FeedStream stream = open(feed, "&active_only=true" + more, "")) {
                assertEquals(feed.beginning() + feed.rows(live) + feed.end(full.last(), 0), stream.rest());
            }
        }
        try (FeedStream stream = open(feed, "&active_only=true&limit=3", "")) {
            String last = live.getLast().sequence();
            assertEquals(feed.beginning() + feed.rows(live) + feed.end(last, 1), stream.rest());
        }
        try (FeedStream stream = open(feed, "&active_only=true&descending=true", "")) {
            String oldest = full.rows().getFirst().sequence();
            assertEquals(feed.beginning() + feed.rows(live.reversed()) + feed.end(oldest, 0), stream.rest());
        }
        try (FeedStream stream = open(feed, "&active_only=false&timeout=0", "")) {
            assertEquals(feed.beginning() + feed.rows(full.rows()) + feed.end(full.last(), 0), stream.rest());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LONGPOLL", "CONTINUOUS", "EVENTSOURCE"})
    void whatIsDeletedLaterIsNotLeftOut(Feed feed) throws IOException {
        FeedDatabase full = FeedDatabase.full(calls, database);
        String hit = calls.call("GET", "/" + database + "/hit", "").path("_rev").asString();
        try (FeedStream stream = open(
                feed,
                "&active_only=true&heartbeat=60000&since=" + full.rows().get(2).sequence(),
                "")) {
            String first = feed.isEndless() ? "\n" : feed.beginning();
            assertEquals(first, stream.take(first));
            calls.call("DELETE", "/" + database + "/hit?rev=" + hit, "");
            FeedRow deleted = listed().getLast();
            assertTrue(deleted.json().contains("\"deleted\":true"), deleted::json);
            String row = feed.row(deleted, true);
            assertEquals(row, stream.take(row));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LONGPOLL", "CONTINUOUS", "EVENTSOURCE"})
    void theFeedsOfAServerThatStopsEndWithTheirLastLine(Feed feed, @TempDir Path folder) throws IOException {
        try (ServerProcess stopping = ServerProcess.start(folder);
                Calls there = new Calls(stopping.url())) {
            FeedDatabase full = FeedDatabase.full(there, database);
            String target = "/" + database + "/_changes?heartbeat=60000&since=now&feed=" + feed.parameter();
            try (FeedStream stream = FeedStream.open(stopping.url(), Calls.request("GET", target, "", ""))) {
                String first = feed.isEndless() ? "\n" : feed.beginning();
                assertEquals(first, stream.take(first));
                stopping.stop();
                assertEquals(feed.end(full.last(), 0), stream.rest());
            }
        }
    }

    /** LiveSync fetches so: the feed ends by its limit although it has heartbeats, and tells what is left. */
    @ParameterizedTest
    @EnumSource(names = {"CONTINUOUS", "EVENTSOURCE"})
    void theLimitCountsRowsThatComeLater(Feed feed) throws IOException {
        FeedDatabase full = FeedDatabase.full(calls, database);
        try (FeedStream stream = open(feed, "&limit=6&heartbeat=60000", "")) {
            String first = feed.rows(full.rows());
            assertEquals(first, stream.take(first));
            calls.call(
                    "POST",
                    "/" + database + "/_bulk_docs",
                    "{\"docs\":[{\"_id\":\"x\"},{\"_id\":\"y\"},{\"_id\":\"z\"}]}");
            List<FeedRow> all = listed();
            String rest = feed.rows(all.subList(4, 6));
            assertEquals(rest + feed.end(all.get(5).sequence(), 1), stream.rest());
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyRowsComeInOrderWithWhatIsPending(Feed feed) throws IOException {
        calls.call("PUT", "/" + database, "");
        StringBuilder documents = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            documents.append(i == 0 ? "" : ",").append("{\"n\":").append(i).append('}');
        }
        calls.call("POST", "/" + database + "/_bulk_docs", "{\"docs\":[" + documents + "]}");
        List<FeedRow> all = listed();
        assertEquals(MANY, all.size());
        for (int limit : new int[] {1, 499, 500, 501, 1000, 1199, 1200}) {
            try (FeedStream stream = open(feed, "&limit=" + limit, "")) {
                List<FeedRow> rows = all.subList(0, limit);
                assertEquals(
                        feed.beginning()
                                + feed.rows(rows)
                                + feed.end(rows.getLast().sequence(), MANY - limit),
                        stream.rest());
            }
            try (FeedStream stream = open(feed, "&descending=true&limit=" + limit, "")) {
                List<FeedRow> rows = all.reversed().subList(0, limit);
                assertEquals(
                        feed.beginning()
                                + feed.rows(rows)
                                + feed.end(rows.getLast().sequence(), MANY - limit),
                        stream.rest());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LONGPOLL", "CONTINUOUS", "EVENTSOURCE"})
    void aFeedEndsWithItsDatabase(Feed feed) throws IOException {
        FeedDatabase full = FeedDatabase.full(calls, database);
        try (FeedStream stream = open(feed, "&since=now", "")) {
            String first = feed.isEndless() ? "\n" : feed.beginning();
            assertEquals(first, stream.take(first));
            calls.call("DELETE", "/" + database, "");
            assertEquals(feed.end(full.last(), 0), stream.rest());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "feed=nonsense",
        "style=nonsense",
        "since=nonsense",
        "limit=x",
        "timeout=x",
        "heartbeat=x",
        "heartbeat=0",
        "heartbeat=-1",
        "seq_interval=x",
        "descending=x",
        "include_docs=x",
        "filter=nonsense",
        "filter=_doc_ids",
        "filter=_doc_ids&doc_ids=x"
    })
    void whatIsNoValueIsRefusedBeforeAnythingIsSent(String parameters) throws IOException {
        calls.call("PUT", "/" + database, "");
        byte[] request = Calls.request("GET", "/" + database + "/_changes?feed=continuous&" + parameters, "", "");
        try (FeedStream stream = FeedStream.open(server.url(), request)) {
            assertEquals(400, stream.status());
            assertTrue(stream.rest().startsWith("{\"error\":\""));
        }
    }

    private FeedStream open(Feed feed, String parameters, String headers) throws IOException {
        String target = "/" + database + "/_changes?feed=" + feed.parameter() + parameters;
        return FeedStream.open(server.url(), Calls.request("GET", target, headers, ""));
    }

    private List<FeedRow> listed() {
        List<FeedRow> rows = new ArrayList<>();
        calls.call("GET", "/" + database + "/_changes", "")
                .path("results")
                .forEach(row -> rows.add(FeedRow.of(row.toString())));
        return rows;
    }
}
