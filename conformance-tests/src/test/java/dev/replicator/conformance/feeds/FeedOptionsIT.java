package dev.replicator.conformance.feeds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a row holds, by all options of rows together: the same in every feed. */
final class FeedOptionsIT {
    private static final String DATABASE = "/options";
    private static final String WINNER = "2-" + "b".repeat(32);
    private static final String LOSER = "2-" + "a".repeat(32);
    private static final String ROOT = "0".repeat(32);
    private static final String DELETED = "2-" + "d".repeat(32);

    private static ServerProcess server;

    /** A document of the fixture, in the order of changes. */
    private record Document(String id, String winner, List<String> losers, boolean deleted) {}

    private static final List<Document> DOCUMENTS = List.of(
            new Document("conflict", WINNER, List.of(LOSER), false),
            new Document("gone", DELETED, List.of(), true),
            new Document("file", "1-" + "f".repeat(32), List.of(), false),
            new Document("_design/d", "1-" + "e".repeat(32), List.of(), false),
            new Document("last", "1-" + "c".repeat(32), List.of(), false));

    /** Which options of documents: the query that a row's document is read with alone. */
    enum Documents {
        NONE(""),
        PLAIN(""),
        CONFLICTS("&conflicts=true"),
        ATTACHMENTS("&attachments=true"),
        ENCODINGS("&att_encoding_info=true"),
        ALL("&conflicts=true&attachments=true&att_encoding_info=true");

        private final String query;

        Documents(String query) {
            this.query = query;
        }
    }

    record Options(Feed feed, boolean allLeaves, Documents documents, int interval, boolean descending) {
        static Stream<Options> all() {
            List<Options> all = new ArrayList<>();
            for (Feed feed : Feed.values()) {
                for (Documents documents : Documents.values()) {
                    for (int bits = 0; bits < 4; bits++) {
                        for (int interval = 1; interval <= 3; interval++) {
                            all.add(new Options(feed, (bits & 1) > 0, documents, interval, (bits & 2) > 0));
                        }
                    }
                }
            }
            return all.stream();
        }

        String target() {
            return DATABASE + "/_changes?timeout=0&feed=" + feed.parameter()
                    + (allLeaves ? "&style=all_docs" : "")
                    + (documents == Documents.NONE ? "" : "&include_docs=true" + documents.query)
                    + (interval > 1 ? "&seq_interval=" + interval : "")
                    + (descending ? "&descending=true" : "");
        }
    }

    @BeforeAll
    static void startServer(@TempDir Path data) {
        server = ServerProcess.start(data);
        try (Calls calls = new Calls(server.url())) {
            calls.call("PUT", DATABASE, "");
            String file = "{\"content_type\":\"text/plain\",\"revpos\":1,\"data\":\"" + "aGVsbG8g".repeat(20) + "\"}";
            put(calls, "conflict", LOSER, "\"n\":1");
            put(calls, "conflict", WINNER, "\"n\":2.0");
            put(calls, "gone", DELETED, "\"_deleted\":true,\"why\":\"ü\"");
            put(calls, "file", DOCUMENTS.get(2).winner(), "\"_attachments\":{\"f.txt\":" + file + "}");
            put(calls, "_design/d", DOCUMENTS.get(3).winner(), "\"views\":{}");
            put(calls, "last", DOCUMENTS.get(4).winner(), "\"n\":[1,{}]");
        }
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    static Stream<Options> options() {
        return Options.all();
    }

    @ParameterizedTest
    @MethodSource("options")
    void rows(Options options) throws IOException {
        try (Calls calls = new Calls(server.url());
                FeedStream stream = FeedStream.open(server.url(), Calls.request("GET", options.target(), "", ""))) {
            List<Document> documents = new ArrayList<>(DOCUMENTS);
            List<FeedRow> listed = listed(calls);
            if (options.descending()) {
                Collections.reverse(documents);
                Collections.reverse(listed);
            }
            List<FeedRow> rows = new ArrayList<>();
            for (int i = 0; i < documents.size(); i++) {
                String sequence = listed.get(i).sequence();
                rows.add(new FeedRow(
                        documents.get(i).id(),
                        sequence,
                        row(
                                calls,
                                documents.get(i),
                                i % options.interval() == 0 ? "\"" + sequence + "\"" : "null",
                                options)));
            }
            Feed feed = options.feed();
            assertEquals(
                    feed.beginning() + feed.rows(rows) + feed.end(rows.getLast().sequence(), 0), stream.rest());
        }
    }

    private static String row(Calls calls, Document document, String sequence, Options options) {
        StringBuilder row =
                new StringBuilder("{\"seq\":" + sequence + ",\"id\":\"" + document.id() + "\",\"changes\":[");
        row.append("{\"rev\":\"").append(document.winner()).append("\"}");
        for (String loser : options.allLeaves() ? document.losers() : List.<String>of()) {
            row.append(",{\"rev\":\"").append(loser).append("\"}");
        }
        row.append(document.deleted() ? "],\"deleted\":true" : "]");
        if (options.documents() != Documents.NONE) {
            String target = DATABASE + "/" + document.id() + "?rev=" + document.winner() + options.documents().query;
            byte[] alone = calls.ask("GET", target, "").text().getBytes(StandardCharsets.ISO_8859_1);
            row.append(",\"doc\":").append(new String(alone, StandardCharsets.UTF_8).strip());
        }
        return row.append('}').toString();
    }

    private static List<FeedRow> listed(Calls calls) {
        List<FeedRow> listed = new ArrayList<>();
        calls.call("GET", DATABASE + "/_changes", "")
                .path("results")
                .forEach(row -> listed.add(FeedRow.of(row.toString())));
        assertEquals(
                DOCUMENTS.stream().map(Document::id).toList(),
                listed.stream().map(FeedRow::id).toList());
        return listed;
    }

    private static void put(Calls calls, String id, String revision, String members) {
        String ids = "\"" + revision.substring(2) + "\"" + (revision.startsWith("2") ? ",\"" + ROOT + "\"" : "");
        calls.call(
                "PUT",
                DATABASE + "/" + id + "?new_edits=false",
                "{\"_rev\":\"" + revision + "\",\"_revisions\":{\"start\":" + revision.charAt(0) + ",\"ids\":[" + ids
                        + "]}," + members + "}");
    }
}
