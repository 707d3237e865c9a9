package dev.replicator.conformance.attachments;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a client reads of attachments from the packaged server. */
final class AttachmentReadingIT {
    private static final String DATABASE = "att_reading/";
    private static final String JSON = "application/json";
    private static final String BINARY = "application/octet-stream";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CREDENTIALS = "Basic "
            + Base64.getEncoder()
                    .encodeToString((ServerProcess.USER + ":" + ServerProcess.PASSWORD).getBytes(US_ASCII));

    private static ServerProcess server;
    private static HttpClient client;

    @BeforeAll
    static void startServer(@TempDir Path data) {
        server = ServerProcess.start(data);
        client = HttpClient.newHttpClient();
        assertEquals(201, send("PUT", "", BodyPublishers.noBody()).statusCode());
    }

    @AfterAll
    static void stopServer() {
        client.close();
        server.stop();
    }

    private static HttpResponse<byte[]> send(String method, String path, BodyPublisher body, String... headers) {
        return send(method, path, body, BodyHandlers.ofByteArray(), headers);
    }

    private static <T> HttpResponse<T> send(
            String method, String path, BodyPublisher body, BodyHandler<T> answer, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        server.url().resolve(DATABASE).resolve(path))
                .method(method, body)
                .timeout(PATIENCE)
                .header("Authorization", CREDENTIALS);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), answer);
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<byte[]> get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    private static HttpResponse<byte[]> post(String path, String json, String accept) {
        return send("POST", path, BodyPublishers.ofString(json), "Content-Type", JSON, "Accept", accept);
    }

    private static String put(String path, byte[] bytes, String type) {
        HttpResponse<byte[]> saved = send("PUT", path, BodyPublishers.ofByteArray(bytes), "Content-Type", type);
        assertEquals(201, saved.statusCode(), path);
        return json(saved).get("rev").stringValue();
    }

    private static String save(String id, String json) {
        return put(id, json.getBytes(UTF_8), JSON);
    }

    private static JsonNode json(HttpResponse<byte[]> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("none");
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {BINARY, "text/plain", "image/png"})
    void rangesOfEveryType(String type) {
        byte[] bytes = random(300_000);
        String path = "ranges-" + type.replace('/', '-') + "/f";
        put(path, bytes, type);
        String tag = header(get(path), "ETag");
        for (String[] range : new String[][] {
            {"bytes=0-0", "0", "0"},
            {"bytes=65535-65536", "65535", "65536"},
            {"bytes=100000-", "100000", "299999"},
            {"bytes=-70000", "230000", "299999"},
            {"bytes=250000-999999", "250000", "299999"},
        }) {
            HttpResponse<byte[]> part = get(path, "Range", range[0], "If-Range", tag);
            assertEquals(206, part.statusCode(), range[0]);
            assertEquals("bytes " + range[1] + "-" + range[2] + "/300000", header(part, "Content-Range"));
            assertArrayEquals(
                    Arrays.copyOfRange(bytes, Integer.parseInt(range[1]), Integer.parseInt(range[2]) + 1),
                    part.body(),
                    range[0]);
        }
        HttpResponse<byte[]> none = get(path, "Range", "bytes=300000-");
        assertEquals(416, none.statusCode());
        assertEquals("bytes */300000", header(none, "Content-Range"));
        assertEquals("requested_range_not_satisfiable", json(none).get("error").stringValue());
        for (String ignored : List.of("bytes=x", "lines=1-2", "bytes")) {
            assertEquals(200, get(path, "Range", ignored).statusCode(), ignored);
        }
        assertEquals(
                200, get(path, "Range", "bytes=1-2", "If-Range", "W/" + tag).statusCode());
        HttpResponse<byte[]> head = send("HEAD", path, BodyPublishers.noBody(), "Range", "bytes=1-2");
        assertEquals(200, head.statusCode());
        assertEquals("300000", header(head, "Content-Length"));
        assertEquals("bytes", header(head, "Accept-Ranges"));
    }

    @Test
    void gzipForWhoTakesIt() throws IOException {
        byte[] text = "compressible text. ".repeat(10_000).getBytes(US_ASCII);
        put("gzip/f", text, "text/plain");
        HttpResponse<byte[]> gzipped = get("gzip/f", "Accept-Encoding", "gzip, deflate, br");
        assertEquals("gzip", header(gzipped, "Content-Encoding"));
        assertTrue(gzipped.body().length < text.length / 10);
        assertArrayEquals(text, new GZIPInputStream(new ByteArrayInputStream(gzipped.body())).readAllBytes());
        for (String refused : List.of("identity", "gzip;q=0", "br")) {
            HttpResponse<byte[]> plain = get("gzip/f", "Accept-Encoding", refused);
            assertEquals("none", header(plain, "Content-Encoding"), refused);
            assertEquals(Integer.toString(text.length), header(plain, "Content-Length"));
            assertArrayEquals(text, plain.body());
        }
        assertEquals(
                304,
                get("gzip/f", "If-None-Match", "\"x\", W/" + header(gzipped, "ETag"))
                        .statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        "application/octet-stream,f",
        "text/plain,f",
        "text/plain,?attachments=true",
        "image/x,?open_revs=all&attachments=true"
    })
    void aSlowDownloadOutlivesUpdateAndCompaction(String type, String read) throws IOException {
        String id = "slow-" + (type + read).replaceAll("[^a-z]", "-");
        byte[] large = random(20_000_000);
        String rev = put(id + "/f", large, type);
        String path = read.equals("f") ? id + "/f" : id + read;
        HttpResponse<InputStream> slow =
                send("GET", path, BodyPublishers.noBody(), BodyHandlers.ofInputStream(), "Accept", JSON);
        try (InputStream body = slow.body()) {
            int begun = body.read();
            save(id, "{\"_rev\":\"" + rev + "\"}");
            for (int i = 0; i < 2; i++) {
                assertEquals(202, post("_compact", "", JSON).statusCode());
                awaitMissing(id + "?rev=" + rev);
            }
            byte[] rest = body.readAllBytes();
            byte[] all = new byte[rest.length + 1];
            all[0] = (byte) begun;
            System.arraycopy(rest, 0, all, 1, rest.length);
            if (read.equals("f")) {
                assertTrue(Arrays.equals(large, all), "all bytes as they were put");
            } else {
                String data = Base64.getEncoder().encodeToString(large);
                assertTrue(new String(all, ISO_8859_1).contains("\"" + data + "\""), "all bytes as they were put");
            }
        }
    }

    /** Compaction goes on behind its answer. */
    private static void awaitMissing(String path) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (get(path).statusCode() != 404) {
            assertTrue(System.nanoTime() < deadline, path + " is still there");
        }
    }

    @Test
    void attachmentsOfBulkGetAsParts() {
        String attachment = "{\"content_type\":\"text/plain\",\"data\":\"";
        String rev = save(
                "mp",
                "{\"v\":1,\"_attachments\":{\"one\":" + attachment + "YWJj\"},\"two\":" + attachment + "ZGVmZw==\"}}}");
        // The id that CouchDB gave it, so the answer can be that which was recorded.
        assertEquals("1-1d0b93d49c1df50151894c616c164922", rev);
        String asked = "{\"docs\":[{\"id\":\"mp\"},{\"id\":\"none\"}]}";
        HttpResponse<byte[]> answer = post("_bulk_get?attachments=true", asked, "multipart/mixed");
        String type = header(answer, "Content-Type");
        assertTrue(type.matches("multipart/mixed; boundary=\"[^\"]+\""), type);
        String boundary = type.replaceAll(".*\"(.*)\"", "$1");
        String body = new String(answer.body(), ISO_8859_1);
        String inner = body.replaceAll("(?s).*multipart/related; boundary=([^\r]+)\r.*", "$1");
        String[] parts = body.replace(boundary, "OUTER").replace(inner, "INNER").split("\r\n--OUTER", -1);
        assertEquals(4, parts.length, body);
        assertEquals("", parts[0]);
        assertTrue(
                parts[1].startsWith("\r\nX-Doc-Id: mp\r\nX-Rev-Id: " + rev
                        + "\r\nContent-Type: multipart/related; boundary=INNER\r\n\r\n"
                        + "--INNER\r\nContent-Type: application/json\r\n\r\n{\"_id\":\"mp\","),
                body);
        assertTrue(
                parts[1].contains("\"one\":{\"content_type\":\"text/plain\",\"revpos\":1,"
                        + "\"digest\":\"md5-MyWy3nseSuM/cBHOQ46DVQ==\",\"length\":3,\"follows\":true,"
                        + "\"encoding\":\"gzip\",\"encoded_length\":23}"),
                body);
        assertTrue(
                parts[1].contains("\r\n--INNER\r\nContent-Disposition: attachment; filename=\"two\"\r\n"
                        + "Content-Type: text/plain\r\nContent-Length: 24\r\nContent-Encoding: gzip\r\n\r\n\u001f"),
                body);
        assertTrue(parts[1].endsWith("\r\n--INNER--"), body);
        assertTrue(parts[2].startsWith("\r\nContent-Type: application/json; error=\"true\"\r\n\r\n{"), body);
        assertEquals("--\r\n", parts[3]);

        assertTrue(header(post("_bulk_get", asked, "multipart/related"), "Content-Type")
                .startsWith("multipart/related"));
        for (String accept : List.of(JSON, "*/*", "multipart/mixed, application/json", "text/plain")) {
            assertEquals(JSON, header(post("_bulk_get", asked, accept), "Content-Type"), accept);
        }
        JsonNode inline = json(post("_bulk_get?attachments=true", asked, JSON));
        assertEquals(
                "YWJj", inline.at("/results/0/docs/0/ok/_attachments/one/data").stringValue());
    }

    @Test
    void whatTheReaderHasComesAsStubs() {
        String first = put("since/old", random(10), BINARY);
        String second = put("since/new?rev=" + first, random(20), BINARY);
        String query = "atts_since=" + URLEncoder.encode("[\"9-unknown\",\"" + first + "\"]", UTF_8);
        String row = "{\"docs\":[{\"id\":\"since\",\"atts_since\":[\"9-unknown\",\"" + first + "\"]}]}";
        for (JsonNode document : List.of(
                json(get("since?attachments=true&" + query)),
                json(get("since?" + query)),
                json(get("since?open_revs=all&" + query, "Accept", JSON)).at("/0/ok"),
                json(post("_bulk_get?attachments=true", row, JSON)).at("/results/0/docs/0/ok"),
                json(post("_bulk_get", row, JSON)).at("/results/0/docs/0/ok"))) {
            assertEquals(second, document.get("_rev").stringValue());
            assertTrue(document.at("/_attachments/old/stub").booleanValue(), document::toString);
            assertTrue(document.at("/_attachments/new").has("data"), document::toString);
        }
        JsonNode stubs = json(post("_bulk_get?attachments=false", row, JSON)).at("/results/0/docs/0/ok/_attachments");
        assertTrue(stubs.at("/old/stub").booleanValue() && stubs.at("/new/stub").booleanValue(), stubs::toString);
        String unknown = URLEncoder.encode("[\"1-unknown\"]", UTF_8);
        JsonNode all = json(get("since?attachments=true&atts_since=" + unknown));
        assertTrue(
                all.at("/_attachments/old").has("data")
                        && all.at("/_attachments/new").has("data"),
                all::toString);
    }

    @Test
    void howAttachmentsAreStoredIsSaidEverywhere() {
        put("info/f", "hello".getBytes(US_ASCII), "text/plain");
        for (String query : List.of("", "&attachments=true")) {
            JsonNode attachment =
                    json(get("info?att_encoding_info=true" + query)).at("/_attachments/f");
            assertEquals("gzip", attachment.get("encoding").stringValue(), attachment::toString);
            assertEquals(25, attachment.get("encoded_length").intValue());
            assertEquals(!query.isEmpty(), attachment.has("data"));
        }
        String related = new String(
                get("info?attachments=true", "Accept", "multipart/related").body(), ISO_8859_1);
        assertTrue(related.contains("\"follows\":true,\"encoding\":\"gzip\",\"encoded_length\":25"), related);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "100%", "%2F", "ü€😀", "x/y", "x//y", "a?b#c;d=e", "a+b", "\"q\"\\"})
    void anyName(String name) {
        String encoded = URLEncoder.encode(name, UTF_8).replace("+", "%20");
        for (String document : List.of("doc-" + encoded, "_design/" + encoded, "_design%2Fx" + encoded)) {
            byte[] bytes = (name + document).getBytes(UTF_8);
            put(document + "/" + encoded, bytes, BINARY);
            assertArrayEquals(bytes, get(document + "/" + encoded).body(), document);
            HttpResponse<byte[]> head = send("HEAD", document + "/" + encoded, BodyPublishers.noBody());
            assertEquals(Integer.toString(bytes.length), header(head, "Content-Length"));
            assertTrue(json(get(document)).get("_attachments").has(name), document);
        }
    }

    @Test
    void slashesOfNamesNeedNoEscape() {
        put("slashes/x/y.txt", "xy".getBytes(US_ASCII), "text/plain");
        for (String path : List.of("slashes/x/y.txt", "slashes/x%2Fy.txt")) {
            assertEquals("xy", new String(get(path).body(), US_ASCII), path);
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        save("refused", "{}");
        for (String path : List.of("refused/_f", "_local/x/f", "_local%2Fx/f")) {
            assertEquals(400, get(path).statusCode(), path);
            assertEquals(400, send("HEAD", path, BodyPublishers.noBody()).statusCode(), path);
        }
        assertEquals(404, get("refused/none").statusCode());
        assertEquals(404, get("none/none").statusCode());
    }
}
