package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.LimitKeys;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSON nested 100,000 deep gets 400 with a reason wherever JSON is taken: never the server's stack. */
class DeepJsonTest {
    private static final int DEEP = 100_000;

    @TempDir
    private static Path folder;

    private static Served served;

    @BeforeAll
    static void start() throws Exception {
        served = new Served(folder);
        served.save("/db/doc", "{}");
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static String arrays(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    private static String objects(String name, int depth) {
        String open = "{\"" + name + "\":";
        return open.repeat(depth) + "1" + "}".repeat(depth);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /db, a",
        "PUT, /db/deep, a",
        "PUT, /db/_local/deep, a",
        "PUT, /db/_design/deep, views",
        "POST, /db/_bulk_docs, docs",
        "POST, /db/_bulk_get, docs",
        "POST, /db/_all_docs, keys",
        "POST, /db/_design_docs, keys",
        "POST, /db/_local_docs, keys",
        "POST, /db/_changes?filter=_doc_ids, doc_ids",
        "POST, /db/_changes?filter=_selector, selector",
        "POST, /db/_digest, ranges",
        "POST, /db/_revs_diff, doc",
        "POST, /db/_missing_revs, doc",
        "POST, /db/_purge, doc",
        "PUT, /db/_security, admins",
        "PUT, /db/_revs_limit, a",
        "PUT, /db/_purged_infos_limit, a",
        "POST, /_dbs_info, keys",
        "POST, /_replicate, source",
        "PUT, /_replicator/job, source",
    })
    void aBodyThatIsTooDeepIsRefused(String method, String path, String member) {
        refuses(DEEP, method, path, member);
    }

    @ParameterizedTest
    @CsvSource({"POST, /_session, name", "POST, /_cluster_setup, action", "PUT, /_node/_local/_config/log/level, a"})
    void aBodyThatIsTooDeepIsRefusedWhereLittleIsTaken(String method, String path, String member) {
        refuses(4000, method, path, member);
    }

    private static void refuses(int deep, String method, String path, String member) {
        List<String> bodies = List.of(
                arrays(deep),
                objects(member, deep),
                "{\"" + member + "\":" + arrays(deep) + "}",
                "{\"" + member + "\":[" + objects("$not", deep) + "]}",
                "{\"" + member + "\":[{\"_id\":\"x\",\"a\":" + arrays(deep) + "}]}",
                "[".repeat(deep),
                "{\"" + member + "\":" + "[".repeat(deep));
        for (String body : bodies) {
            HttpResponse<String> answer = served.send(
                    method, path, BodyPublishers.ofString(body), BodyHandlers.ofString(), "Content-Type", Served.JSON);
            String shown = body.substring(0, 60) + "…: " + answer.body();
            assertEquals(400, answer.statusCode(), shown);
            assertTrue(answer.body().matches("\\{\"error\":\"[a-z_]+\",\"reason\":\".{5,}\"\\}\n"), shown);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/db/_all_docs, key",
        "/db/_all_docs, keys",
        "/db/_all_docs, startkey",
        "/db/_changes?filter=_doc_ids, doc_ids",
        "/_all_dbs, startkey",
        "/db/doc, open_revs",
        "/db/doc, atts_since",
    })
    void aParameterThatIsTooDeepIsRefused(String path, String parameter) {
        String value = URLEncoder.encode(arrays(5100), StandardCharsets.US_ASCII);
        assertTrue(value.length() < 32_000, "as much as a URL has");
        HttpResponse<String> answer = served.get(path + (path.contains("?") ? "&" : "?") + parameter + "=" + value);
        assertEquals(400, answer.statusCode(), answer.body());
    }

    @Test
    void aDocumentAsDeepAsDocumentsMayBeIsKept() {
        String most = arrays(5000);
        String revision = served.save("/db/kept", "{\"a\":" + most + "}");
        assertTrue(served.get("/db/kept?rev=" + revision).body().contains(most));
        HttpResponse<String> beyond = served.put("/db/beyond", "{\"a\":[" + most + "]}");
        assertEquals(400, beyond.statusCode());
        assertTrue(beyond.body().contains("5000"), beyond.body());
    }

    @Test
    void howDeepDocumentsMayBeIsConfigured(@TempDir Path other) throws Exception {
        try (Served shallow = new Served(other, Served.with(LimitKeys.DOCUMENT_DEPTH, 10))) {
            String most = "{\"a\":" + arrays(9) + "}";
            shallow.save("/db/kept", most);
            String beyond = "{\"_id\":\"x\",\"a\":" + arrays(10) + "}";
            for (HttpResponse<String> refused : List.of(
                    shallow.put("/db/x", beyond),
                    shallow.post("/db", beyond),
                    shallow.put("/db/_local/x", "{\"a\":" + arrays(10) + "}"),
                    shallow.post("/db/_bulk_docs", "{\"docs\":[{\"_id\":\"kept2\"}," + beyond + "]}"))) {
                assertEquals(400, refused.statusCode());
                assertTrue(
                        refused.body().contains("x' is nested deeper than the 10 of limits/max_document_depth."),
                        refused.body());
            }
            assertEquals(404, shallow.get("/db/kept2").statusCode());
        }
    }
}
