package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttachmentEndpointTest {
    private static final String MISSING = "{\"error\":\"not_found\",\"reason\":\"missing\"}\n";
    private static final String DELETED = "{\"error\":\"not_found\",\"reason\":\"deleted\"}\n";
    private static final String CONFLICT = "{\"error\":\"conflict\",\"reason\":\"Document update conflict.\"}\n";

    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder, Served.with(Keys.SPOOL_THRESHOLD, 200_000));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private HttpResponse<String> putBytes(String path, byte[] bytes, String... headers) {
        return served.send("PUT", path, BodyPublishers.ofByteArray(bytes), BodyHandlers.ofString(), headers);
    }

    private HttpResponse<byte[]> bytes(String path, String... headers) {
        return served.send("GET", path, BodyPublishers.noBody(), BodyHandlers.ofByteArray(), headers);
    }

    /** The second is larger than the spool threshold and than what is sent at a time. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 1_000_000})
    void saysHowLongItIs(int length) {
        byte[] sent = random(length);
        for (String type : List.of("application/octet-stream", "text/plain")) {
            String path = "/db/" + type.replace("/", "-") + "/f";
            assertEquals(201, putBytes(path, sent, "Content-Type", type).statusCode());
            HttpResponse<byte[]> got = bytes(path);
            assertArrayEquals(sent, got.body());
            assertEquals(
                    length, got.headers().firstValueAsLong("Content-Length").orElse(-1), type);
            HttpResponse<String> head = served.head(path);
            assertEquals(200, head.statusCode());
            assertEquals(
                    length, head.headers().firstValueAsLong("Content-Length").orElse(-1), type);
            assertEquals(got.headers().firstValue("ETag"), head.headers().firstValue("ETag"));
        }
    }

    @Test
    void isSentInlineHoweverLarge() {
        byte[] large = random(700_000);
        putBytes("/db/a/one", large, "Content-Type", "image/png");
        String revision = served.get("/db/a").body().replaceAll("(?s).*\"_rev\":\"([^\"]+)\".*", "$1");
        putBytes("/db/a/two?rev=" + revision, random(10), "Content-Type", "text/plain");
        String expected = Base64.getEncoder().encodeToString(large);
        for (String path : List.of(
                "/db/a?attachments=true",
                "/db/a?open_revs=all&attachments=true",
                "/db/_all_docs?include_docs=true&attachments=true",
                "/db/_changes?include_docs=true&attachments=true")) {
            String body = served.get(path, "Accept", Served.JSON).body();
            assertTrue(body.contains("\"data\":\"" + expected + "\""), path);
            assertTrue(body.contains("\"data\":\"" + Base64.getEncoder().encodeToString(random(10)) + "\""), path);
        }
    }

    @Test
    void isKeptAsItCameWhenItCameGzipped() throws IOException {
        byte[] text = "some text ".repeat(1000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] gzipped = gzip(text);
        assertEquals(
                201,
                putBytes("/db/a/f", gzipped, "Content-Type", "text/plain", "Content-Encoding", "gzip")
                        .statusCode());
        assertArrayEquals(text, bytes("/db/a/f").body());
        String info = served.get("/db/a?att_encoding_info=true").body();
        assertTrue(
                info.contains(
                        "\"length\":10000,\"stub\":true,\"encoding\":\"gzip\",\"encoded_length\":" + gzipped.length),
                info);
        HttpResponse<String> refused =
                putBytes("/db/b/f", text, "Content-Type", "text/plain", "Content-Encoding", "gzip");
        assertEquals(400, refused.statusCode());
        assertEquals(404, served.get("/db/b").statusCode());
        assertEquals(1, served.store().blobs("db"), "nothing of it stays");
    }

    @Test
    void isNotSentAgainToWhoHasIt() {
        served.put("/db/a/f", "x", "Content-Type", "text/plain");
        String tag = served.get("/db/a/f").headers().firstValue("ETag").orElseThrow();
        for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "\"other\",W/" + tag + " , \"more\"")) {
            assertEquals(304, served.get("/db/a/f", "If-None-Match", known).statusCode(), known);
        }
        assertEquals(200, served.get("/db/a/f", "If-None-Match", "\"other\"").statusCode());
    }

    @Test
    void isAddedToTheNamedRevisionOnly() {
        String first = served.save("/db/a", "{}");
        assertEquals(CONFLICT, served.put("/db/a/f", "x").body());
        assertEquals(
                CONFLICT, served.put("/db/a/f?rev=1-" + "0".repeat(32), "x").body());
        String second = Served.revision(served.put("/db/a/f?rev=" + first, "x"));
        assertEquals(409, served.put("/db/a/g?rev=" + first, "x").statusCode());
        Served.revision(served.put("/db/a/g", "x", "If-Match", '"' + second + '"'));
        assertTrue(served.get("/db/a").body().contains("\"f\":{"));
    }

    @Test
    void isNotPutIntoADocumentThatIsNotThereByARevision() {
        HttpResponse<String> refused = served.put("/db/none/f?rev=1-" + "a".repeat(32), "x");
        assertEquals(CONFLICT, refused.body());
        assertEquals(404, served.get("/db/none").statusCode());
    }

    @Test
    void canOnlyBeDeletedWhereItIs() {
        assertEquals(MISSING, served.delete("/db/none/f").body());
        assertEquals(
                MISSING, served.delete("/db/none/f?rev=1-" + "a".repeat(32)).body());
        String revision = served.save("/db/gone", "{}");
        served.delete("/db/gone?rev=" + revision);
        assertEquals(DELETED, served.delete("/db/gone/f").body());
        assertEquals(404, served.get("/db/none").statusCode());
        assertEquals(404, served.get("/db/gone").statusCode());

        String kept = Served.revision(served.put("/db/a/f", "x", "Content-Type", "text/plain"));
        assertEquals(CONFLICT, served.delete("/db/a/f").body());
        assertEquals(
                "{\"error\":\"not_found\",\"reason\":\"Document is missing attachment\"}\n",
                served.delete("/db/a/g?rev=" + kept).body());
        assertEquals(200, served.delete("/db/a/f?rev=" + kept).statusCode());
        assertEquals(404, served.get("/db/a/f").statusCode());
        assertEquals("x", served.get("/db/a/f?rev=" + kept).body());
    }

    @Test
    void startsADeletedDocumentAnew() {
        String revision = served.save("/db/a", "{\"old\":1}");
        served.delete("/db/a?rev=" + revision);
        assertTrue(Served.revision(served.put("/db/a/f", "x")).startsWith("3-"));
        assertTrue(!served.get("/db/a").body().contains("old"));
    }

    @Test
    void localDocumentsHaveNone() {
        for (String path : List.of("/db/_local/l/f", "/db/_local%2Fl/f")) {
            HttpResponse<String> refused = served.put(path, "x", "Content-Type", "text/plain");
            assertEquals(400, refused.statusCode(), path);
            assertEquals(
                    "{\"error\":\"bad_request\",\"reason\":\"Invalid _local document id.\"}\n", refused.body(), path);
            assertEquals(400, served.get(path).statusCode());
        }
        assertEquals(0, served.database().status().documents());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a b", "a;b", "a%b", "a?b", "a#b", "a+b", "ü€😀", "a\"b\\", "x/y", "a&b=c", "a:b@c,d", "a%2Fb"})
    void mayHaveAnyName(String name) {
        String encoded = java.net.URLEncoder.encode(name, java.nio.charset.StandardCharsets.UTF_8)
                .replace("+", "%20");
        for (String id : List.of(encoded, "_design%2F" + encoded, "_design/" + encoded)) {
            String path = "/db/" + id + "/" + encoded;
            String before = served.get("/db/" + id).body();
            String rev =
                    before.contains("_rev") ? "?rev=" + before.replaceAll("(?s).*\"_rev\":\"([^\"]+)\".*", "$1") : "";
            assertEquals(
                    201,
                    served.put(path + rev, "x" + id, "Content-Type", "text/plain")
                            .statusCode(),
                    path);
            assertEquals("x" + id, served.get(path).body(), path);
            assertEquals(200, served.get("/db/" + id + "/").statusCode(), path);
        }
        HttpResponse<String> put = served.put("/db/loc/" + encoded, "x");
        String location = put.headers().firstValue("Location").orElseThrow();
        assertEquals(
                "x", served.get(location.substring(location.indexOf("/db/"))).body());
    }
}
