package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentEndpointTest {
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a;b=c",
                "a%b",
                "a?b",
                "a#b",
                "a+b",
                "ü€😀",
                "a\"b\\",
                "x/y",
                "/x/",
                "a%2Fb",
                "\u0000\n",
                ".",
                ".."
            })
    void mayHaveAnyId(String id) throws IOException {
        start();
        String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace(".", "%2E");
        for (String prefix : List.of("", "_design%2F", "_local/", "_local%2F")) {
            String path = "/db/" + prefix + encoded;
            HttpResponse<String> put = served.put(path, "{\"_id\":\"ignored\",\"n\":1}");
            assertEquals(201, put.statusCode(), path + put.body());
            assertTrue(served.get(path).body().contains("\"n\":1"), path);
            assertEquals(200, served.get(path + "/").statusCode());
            String location = put.headers().firstValue("Location").orElseThrow();
            String direct = location.substring(location.indexOf("/db/"));
            assertTrue(served.get(direct).body().contains("\"n\":1"), direct);
            assertEquals(
                    200, served.delete(path + "?rev=" + Served.revision(put)).statusCode());
        }
    }

    @Test
    void isNotSentAgainToWhoHasIt() throws IOException {
        start();
        served.save("/db/a", "{}");
        String tag = served.get("/db/a").headers().firstValue("ETag").orElseThrow();
        for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "\"x\" ,W/" + tag)) {
            HttpResponse<String> answer = served.get("/db/a", "If-None-Match", known);
            assertEquals(304, answer.statusCode(), known);
            assertEquals(tag, answer.headers().firstValue("ETag").orElseThrow());
        }
        for (String other : List.of("\"other\"", tag.replace("\"", ""), "*")) {
            assertEquals(200, served.get("/db/a", "If-None-Match", other).statusCode(), other);
        }
        // Neither has a body, so neither may speak of how it is sent.
        for (HttpResponse<String> known :
                List.of(served.get("/db/a", "If-None-Match", tag), served.head("/db/a", "If-None-Match", tag))) {
            assertEquals(304, known.statusCode());
            assertEquals(Optional.empty(), known.headers().firstValue("Transfer-Encoding"));
        }
        HttpResponse<String> head = served.head("/db/a");
        assertEquals(tag, head.headers().firstValue("ETag").orElseThrow());
        assertEquals(
                served.get("/db/a").body().length(),
                head.headers().firstValueAsLong("Content-Length").orElseThrow());
    }

    @Test
    void ifMatchNamesTheRevisionQuotedOrWeak() throws IOException {
        start();
        String first = served.save("/db/a", "{}");
        String second = Served.revision(served.put("/db/a", "{}", "If-Match", '"' + first + '"'));
        String third = Served.revision(served.put("/db/a", "{}", "If-Match", "W/\"" + second + '"'));
        assertEquals(409, served.put("/db/a", "{}", "If-Match", first).statusCode());
        assertEquals(200, served.delete("/db/a", "If-Match", third).statusCode());
    }

    @Test
    void localDocumentsCountTheirRevisionsAndStayOutOfListings() throws IOException {
        start();
        assertEquals("0-1", served.save("/db/_local/l", "{\"a\":1}"));
        assertEquals("0-2", served.save("/db/_local/l", "{\"a\":2,\"_rev\":\"0-1\"}"));
        assertEquals("0-1", Served.revision(served.put("/db/_local/l?new_edits=false", "{\"a\":3}")));
        assertEquals(
                "{\"_id\":\"_local/l\",\"_rev\":\"0-1\",\"a\":3}\n",
                served.get("/db/_local/l").body());
        assertEquals(404, served.head("/db/_local/none").statusCode());
        assertEquals(404, served.delete("/db/_local/none").statusCode());
        for (String bad : List.of("x", "1-abc", "0-x", "0--1")) {
            assertEquals(
                    400,
                    served.put("/db/_local/l", "{\"_rev\":\"" + bad + "\"}").statusCode(),
                    bad);
        }
        assertEquals(0, served.database().status().documents());
        assertTrue(served.get("/db/_changes").body().startsWith("{\"results\":[\n\n]"));
        assertEquals(200, served.delete("/db/_local/l?rev=0-1").statusCode());
        assertEquals(404, served.get("/db/_local/l").statusCode());
        for (String path : List.of("/db/_local", "/db/_local/", "/db/_design", "/db/_other")) {
            assertEquals(400, served.put(path, "{}").statusCode(), path);
        }
    }

    @Test
    void batchAnswersEarlyAndNamesTheDocument() throws IOException {
        start();
        for (String id : List.of("a", "_local/l", "_design/d")) {
            HttpResponse<String> accepted = served.put("/db/" + id + "?batch=ok", "{\"n\":1}");
            assertEquals(202, accepted.statusCode());
            assertEquals("{\"ok\":true,\"id\":\"" + id + "\"}\n", accepted.body());
        }
        served.save("/db/after", "{}");
        assertTrue(served.get("/db/a").body().contains("\"n\":1"));
    }

    /** With no memory left for bodies the smallest goes to a file; it is taken all the same. */
    @Test
    void isTakenFromAFileToo() throws IOException {
        start(Served.with(Keys.BODY_MEMORY, 0));
        String revision = served.save("/db/a", "{\"n\":1}");
        assertTrue(served.get("/db/a").body().contains("\"n\":1"));
        assertEquals(201, served.post("/db", "{\"_id\":\"b\"}").statusCode());
        served.save("/db/_local/l", "{\"n\":1}");
        assertEquals(
                "{\"ok\":true,\"name\":\"admin\",\"roles\":[\"_admin\"]}\n",
                served.post("/_session", "{\"name\":\"admin\",\"password\":\"secret\"}")
                        .body());
        assertEquals(
                "{\"a\":{\"missing\":[\"9-x\"],\"possible_ancestors\":[\"" + revision + "\"]}}\n",
                served.post("/db/_revs_diff", "{\"a\":[\"9-x\"]}").body());
        assertTrue(served.post("/db/_bulk_get", "{\"docs\":[{\"id\":\"a\"}]}")
                .body()
                .contains("\"ok\""));
        assertTrue(served.post("/db/_all_docs", "{\"keys\":[\"a\"]}").body().contains(revision));
        assertTrue(served.post("/db/_changes?filter=_doc_ids", "{\"doc_ids\":[\"a\"]}")
                .body()
                .contains(revision));
        assertEquals(200, served.put("/db/_security", "{}").statusCode());
        assertEquals(200, served.put("/db/_revs_limit", "7").statusCode());
    }

    @Test
    void whatCannotBeKeptIsRefusedAndTheServerGoesOn() throws IOException {
        Path spool = Files.createFile(folder.resolve("spool"));
        start(Served.with(Keys.SPOOL_THRESHOLD, 10), Served.with(Keys.BODY_MEMORY, 2000));
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> refused = served.put("/db/a", "{\"x\":\"" + "y".repeat(100_000) + "\"}");
            assertEquals(503, refused.statusCode());
            assertTrue(refused.body().startsWith("{\"error\":\"service_unavailable\""), refused.body());
        }
        served.save("/db/a", "{\"n\":1}");
        Files.delete(spool);
        served.save("/db/b", "{\"x\":\"" + "y".repeat(100_000) + "\"}");
        try (Stream<Path> left = Files.list(spool)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void bringsAttachmentsLargerThanWhatBodiesMayTakeInMemory() throws IOException {
        start(Served.with(Keys.SPOOL_THRESHOLD, 10_000), Served.with(Keys.MAX_DOCUMENT_SIZE, 1000));
        String data = Base64.getEncoder().encodeToString(new byte[300_000]);
        String document = "{\"n\":1,\"_attachments\":{\"f\":{\"data\":\"" + data + "\"}}}";
        served.save("/db/a", document);
        assertTrue(served.get("/db/a?attachments=true").body().contains(data));
        assertEquals(201, served.post("/db", document).statusCode());
        HttpResponse<String> bad = served.put("/db/b", document.substring(0, document.length() - 1) + ",}");
        assertEquals(400, bad.statusCode());
        assertEquals("{\"error\":\"bad_request\",\"reason\":\"invalid UTF-8 JSON\"}\n", bad.body());
        HttpResponse<String> large = served.put("/db/c", "{\"x\":\"" + "y".repeat(20_000) + "\"}");
        assertEquals(413, large.statusCode());
        assertTrue(large.body().contains("Document 'c' has 20008 bytes"), large.body());
    }

    @Test
    void namesSizeLimitAndKeyOfABodyThatIsTooLarge() throws IOException {
        start(Served.with(Keys.MAX_HTTP_REQUEST_SIZE, 100));
        HttpResponse<String> refused = served.put("/db/a", "{\"x\":\"" + "y".repeat(200) + "\"}");
        assertEquals(413, refused.statusCode());
        assertTrue(refused.body().contains("100 bytes ([chttpd] max_http_request_size)"), refused.body());
        assertEquals(200, served.get("/db").statusCode());
    }

    @Test
    void idsHave8192BytesAtTheMost() throws IOException {
        start();
        String longest = "x".repeat(8192);
        served.save("/db/" + longest, "{}");
        for (HttpResponse<String> refused : List.of(
                served.put("/db/" + longest + "x", "{}"),
                served.put("/db/_local/" + longest, "{}"),
                served.post("/db", "{\"_id\":\"" + longest + "x\"}"),
                served.post("/db/_bulk_docs", "{\"docs\":[{\"_id\":\"" + longest + "x\"}]}"))) {
            assertEquals(400, refused.statusCode());
            assertTrue(refused.body().contains("Document id is longer than 8192 bytes"), refused.body());
        }
    }

    @Test
    void allRevisionsComeHoweverLargeTheyAre() throws IOException {
        start();
        String filler = "y".repeat(200_000);
        for (int i = 0; i < 20; i++) {
            String id = String.format("%032x", i);
            served.put("/db/a?new_edits=false", "{\"_rev\":\"1-" + id + "\",\"x\":\"" + filler + "\"}");
        }
        String all = served.get("/db/a?open_revs=all", "Accept", Served.JSON).body();
        assertEquals(21, all.split("\"ok\":", -1).length);
        assertTrue(all.startsWith("[{\"ok\":{") && all.endsWith("}}]\n"));
        String known = String.format("1-%032x", 3);
        assertTrue(served.get("/db/a?open_revs=%5B%22" + known + "%22,%229-x%22%5D", "Accept", Served.JSON)
                .body()
                .endsWith("}},{\"missing\":\"9-x\"}]\n"));
        assertEquals(
                "[]\n",
                served.get("/db/a?open_revs=%5B%5D", "Accept", Served.JSON).body());
        assertEquals(
                404, served.get("/db/none?open_revs=all", "Accept", Served.JSON).statusCode());
        String got = served.post(
                        "/db/_bulk_get",
                        "{\"docs\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"a\",\"rev\":\"" + known + "\"}]}")
                .body();
        assertEquals(22, got.split("\"ok\":", -1).length);
        assertTrue(got.contains("]},{\"id\":\"b\",\"docs\":[{\"error\":{"), got.substring(got.length() - 300));
        assertTrue(got.endsWith("}}]}]}\n"));
    }
}
