package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkDocsEndpointTest {
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]*)\"");

    @TempDir
    private Path folder;

    private Served served;

    @AfterEach
    void stop() {
        served.close();
    }

    private void start(Served.Setting... settings) throws IOException {
        served = new Served(folder, settings);
    }

    private static String body(List<String> ids) {
        return ids.stream()
                .map(id -> "{\"_id\":\"" + id + "\",\"n\":1}")
                .collect(Collectors.joining(",", "{\"docs\":[", "]}"));
    }

    private static List<String> ids(HttpResponse<String> rows) {
        return ID.matcher(rows.body())
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    /** 0: every body goes to a file. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1 << 24})
    void answersInTheOrderOfTheRequestHoweverManyPartsItIsCommittedIn(long threshold) throws IOException {
        start(Served.with(Keys.SPOOL_THRESHOLD, threshold));
        List<String> ids =
                IntStream.range(0, 3500).mapToObj(i -> "d" + (i * 7919 % 3500)).toList();
        HttpResponse<String> saved = served.post("/db/_bulk_docs", body(ids));
        assertEquals(201, saved.statusCode(), saved.body());
        assertEquals(ids, ids(saved));
        assertEquals(3500, served.database().status().documents());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1 << 24})
    void anIllFormedLastDocumentWritesNothing(long threshold) throws IOException {
        start(Served.with(Keys.SPOOL_THRESHOLD, threshold));
        String good = body(IntStream.range(0, 1500).mapToObj(i -> "d" + i).toList());
        for (String bad : List.of("{\"_id\":\"_x\"}", "{\"_nope\":1}", "{\"a\":}", "7", "{\"a\":1")) {
            HttpResponse<String> refused =
                    served.post("/db/_bulk_docs", good.substring(0, good.length() - 2) + "," + bad + "]}");
            assertEquals(400, refused.statusCode(), bad);
            assertEquals(0, served.database().status().documents(), bad);
        }
    }

    @Test
    void newEditsMayStandBehindTheDocuments() throws IOException {
        start(Served.with(Keys.SPOOL_THRESHOLD, 0));
        String revision = "3-" + "ab".repeat(16);
        HttpResponse<String> saved = served.post(
                "/db/_bulk_docs", "{\"docs\":[{\"_id\":\"a\",\"_rev\":\"" + revision + "\"}],\"new_edits\":false}");
        assertEquals("[]\n", saved.body());
        assertTrue(served.get("/db/a").body().contains(revision));
    }

    @Test
    void ofTheSameIdTwiceTheFirstIsSavedAndTheSecondConflicts() throws IOException {
        start();
        HttpResponse<String> rows = served.post(
                "/db/_bulk_docs", "{\"docs\":[{\"_id\":\"b\",\"n\":1},{\"_id\":\"a\"},{\"_id\":\"b\",\"n\":2}]}");
        assertEquals(201, rows.statusCode());
        assertTrue(
                rows.body()
                        .matches(
                                "\\[\\{\"ok\":true,\"id\":\"b\",\"rev\":\"1-[0-9a-f]{32}\"},"
                                        + "\\{\"ok\":true,\"id\":\"a\",\"rev\":\"1-[0-9a-f]{32}\"},"
                                        + "\\{\"id\":\"b\",\"error\":\"conflict\",\"reason\":\"Document update conflict.\"}]\n"),
                rows.body());
        assertTrue(served.get("/db/b").body().contains("\"n\":1"));
    }

    @Test
    void namesDocumentSizeLimitAndKeyOfWhatIsTooLarge() throws IOException {
        start(Served.with(Keys.MAX_DOCUMENT_SIZE, 100));
        String large = "{\"x\":\"" + "y".repeat(200) + "\"}";
        HttpResponse<String> refused = served.post(
                "/db/_bulk_docs", "{\"docs\":[{\"_id\":\"ok\"},{\"_id\":\"big\"," + large.substring(1) + "]}");
        assertEquals(413, refused.statusCode());
        assertEquals(
                "{\"error\":\"document_too_large\",\"reason\":\"Document 'big' has 208 bytes, more than the 100 of"
                        + " couchdb/max_document_size.\"}\n",
                refused.body());
        assertEquals(0, served.database().status().documents());
        assertEquals(413, served.put("/db/big", large).statusCode());
        assertTrue(served.put("/db/big", large).body().contains("Document 'big' has 208 bytes"));
    }

    @Test
    void refusesMoreDocumentsThanOneRequestMayBring() throws IOException {
        start(Served.with(Keys.MAX_BULK_DOCS, 3));
        assertEquals(
                201, served.post("/db/_bulk_docs", body(List.of("a", "b", "c"))).statusCode());
        HttpResponse<String> refused = served.post("/db/_bulk_docs", body(List.of("d", "e", "f", "g")));
        assertEquals(413, refused.statusCode());
        assertEquals(
                "{\"error\":\"max_bulk_docs_count_exceeded\",\"reason\":\"More than 3 documents"
                        + " (couchdb/max_bulk_docs_count).\"}\n",
                refused.body());
        assertEquals(3, served.database().status().documents());
    }

    @Test
    void inlineAttachmentsOfASpooledBodyArrive() throws IOException {
        start(Served.with(Keys.SPOOL_THRESHOLD, 1000));
        byte[] bytes = new byte[300_000];
        new java.util.Random(7).nextBytes(bytes);
        String data = Base64.getEncoder().encodeToString(bytes);
        HttpResponse<String> saved = served.post(
                "/db/_bulk_docs", "{\"docs\":[{\"_id\":\"a\",\"_attachments\":{\"b\":{\"data\":\"" + data + "\"}}}]}");
        assertEquals(201, saved.statusCode(), saved.body());
        assertTrue(served.get("/db/a?attachments=true").body().contains(data));
    }

    @Test
    void nothingOfARefusedRequestStays() throws IOException {
        start();
        HttpResponse<String> refused = served.post(
                "/db/_bulk_docs",
                "{\"docs\":[{\"_id\":\"a\",\"_attachments\":{\"f\":{\"data\":\"AAEC\"}}},"
                        + "{\"_id\":\"b\",\"_attachments\":{\"f\":{\"stub\":true}}}]}");
        assertEquals(412, refused.statusCode());
        assertEquals(0, served.store().blobs("db"));
    }
}
