package dev.replicator.server.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
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

/** Documents put with their attachments as {@code multipart/related}: all of it, or nothing. */
class RelatedSavingTest {
    private static final int MOST = 500_000;
    private static final String TYPE = "multipart/related; boundary=\"xyz\"";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(
                folder,
                Served.with(Keys.MAX_ATTACHMENT_SIZE, MOST),
                Served.with(Keys.MAX_ATTACHMENTS, 3),
                Served.with(Keys.MAX_DOCUMENT_SIZE, 1000),
                Served.with(Keys.SPOOL_THRESHOLD, 100_000));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    /** A part with its headers, each ended by a line end. */
    private record Part(String headers, byte[] bytes) {
        static Part of(String headers, String text) {
            return new Part(headers, text.getBytes(UTF_8));
        }

        static Part named(String name, byte[] bytes) {
            return new Part("Content-Disposition: attachment; filename=\"" + name + "\"\r\n", bytes);
        }
    }

    private static byte[] body(String json, Part... parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(("--xyz\r\nContent-Type: application/json\r\n\r\n" + json).getBytes(UTF_8));
        for (Part part : parts) {
            body.writeBytes(("\r\n--xyz\r\n" + part.headers() + "\r\n").getBytes(UTF_8));
            body.writeBytes(part.bytes());
        }
        body.writeBytes("\r\n--xyz--".getBytes(UTF_8));
        return body.toByteArray();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return out.toByteArray();
    }

    private static String md5(byte[] bytes) throws Exception {
        return "md5-"
                + Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    }

    private HttpResponse<String> put(String path, byte[] body) {
        return served.send(
                "PUT", path, BodyPublishers.ofByteArray(body), BodyHandlers.ofString(), "Content-Type", TYPE);
    }

    private HttpResponse<String> chunked(String path, byte[] body) {
        return served.send(
                "PUT",
                path,
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)),
                BodyHandlers.ofString(),
                "Content-Type",
                TYPE);
    }

    private byte[] bytes(String path) {
        return served.send("GET", path, BodyPublishers.noBody(), BodyHandlers.ofByteArray())
                .body();
    }

    private void assertRefused(int status, String reason, byte[] body) throws InterruptedException {
        for (HttpResponse<String> answer : List.of(put("/db/bad", body), chunked("/db/bad", body))) {
            assertEquals(status, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains(reason), answer.body());
        }
        assertEquals(404, served.get("/db/bad").statusCode());
        assertNothingStays();
    }

    private void assertNothingStays() throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (served.store().blobs("db") > 0 && System.nanoTime() < until) {
            Thread.sleep(10);
        }
        assertEquals(0, served.store().blobs("db"));
        assertTrue(Files.notExists(folder.resolve("spool")), "nor was it kept in a file");
    }

    private static String follows(String name, int length) {
        return "\"" + name + "\":{\"follows\":true,\"content_type\":\"image/x\",\"length\":" + length + "}";
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 65_536, 200_000, MOST})
    void bringsItsAttachmentsInOrder(int length) {
        byte[] body = body(
                "{\"v\":1,\"_attachments\":{" + follows("one", length) + "," + follows("two", 3) + "}}",
                new Part("", random(length)),
                Part.of("", "def"));
        HttpResponse<String> saved = put("/db/a", body);
        assertEquals(201, saved.statusCode(), saved.body());
        assertEquals(
                "\"" + Served.revision(saved) + "\"",
                saved.headers().firstValue("ETag").orElseThrow());
        assertEquals(201, chunked("/db/b", body).statusCode());
        for (String id : List.of("a", "b")) {
            assertArrayEquals(random(length), bytes("/db/" + id + "/one"));
            assertEquals("def", served.get("/db/" + id + "/two").body());
            assertTrue(served.get("/db/" + id).body().contains("\"v\":1,\"_attachments\":{\"one\":{"));
        }
        assertTrue(Files.notExists(folder.resolve("spool")));
    }

    @Test
    void bringsThemInAnyOrderByName() {
        byte[] body = body(
                "{\"_attachments\":{" + follows("a/b.txt", 1) + "," + follows("é \\\"\\\\", 2) + "," + follows("c", 3)
                        + "}}",
                Part.named("c", "ccc".getBytes(UTF_8)),
                Part.named("é \\\"\\\\", "22".getBytes(UTF_8)),
                Part.of("Content-Disposition: attachment; filename=\"nobody\"\r\n", "1"));
        assertEquals(201, put("/db/a", body).statusCode());
        assertEquals("1", served.get("/db/a/a/b.txt").body());
        assertEquals("22", served.get("/db/a/%C3%A9%20%22%5C").body());
        assertEquals("ccc", served.get("/db/a/c").body());
    }

    @Test
    void makesTheSameRevisionAsInlineAttachments() {
        byte[] body = body(
                "{\"_attachments\":{\"f\":{\"follows\":true,\"content_type\":\"text/plain\",\"length\":5}}}",
                Part.of("", "hello"));
        String inline = "{\"_attachments\":{\"f\":{\"content_type\":\"text/plain\",\"data\":\"aGVsbG8=\"}}}";
        assertEquals(served.save("/db/a", inline), Served.revision(put("/db/b", body)));
    }

    /** As CouchDB's replicator sends what it stores gzipped. */
    @Test
    void bringsThemGzipped() throws Exception {
        byte[] gzipped = gzip("some text ".repeat(50));
        String entry = "{\"_attachments\":{\"f\":{\"content_type\":\"text/plain\",\"revpos\":1,\"digest\":\""
                + md5(gzipped) + "\",\"length\":500,\"follows\":true,\"encoding\":\"gzip\",\"encoded_length\":"
                + gzipped.length + "}}}";
        byte[] body = body(entry, new Part("Content-Encoding: gzip\r\n", gzipped));
        assertEquals(201, put("/db/a", body).statusCode());
        assertEquals("some text ".repeat(50), served.get("/db/a/f").body());
        String info = served.get("/db/a?att_encoding_info=true").body();
        assertTrue(info.contains("\"digest\":\"" + md5(gzipped) + "\""), info);
        assertTrue(info.contains("\"encoded_length\":" + gzipped.length), info);
    }

    @Test
    void keepsStubsBesideWhatFollows() {
        String revision = Served.revision(put(
                "/db/a",
                body(
                        "{\"_attachments\":{" + follows("one", 3) + "," + follows("two", 3) + "}}",
                        Part.of("", "abc"),
                        Part.of("", "def"))));
        byte[] second = body(
                "{\"_rev\":\"" + revision + "\",\"_attachments\":{\"one\":{\"stub\":true}," + follows("two", 1)
                        + ",\"in\":{\"data\":\"aGk=\"}}}",
                Part.of("", "x"));
        assertEquals(201, put("/db/a", second).statusCode());
        assertEquals("abc", served.get("/db/a/one").body());
        assertEquals("x", served.get("/db/a/two").body());
        assertEquals("hi", served.get("/db/a/in").body());
        assertEquals(409, put("/db/a", second).statusCode());
    }

    @Test
    void replicatesRevisions() {
        String history = "{\"_id\":\"a\",\"_revisions\":{\"start\":2,\"ids\":[\"bbbb\",\"aaaa\"]},\"_rev\":\"2-bbbb\"";
        byte[] body = body(history + ",\"_attachments\":{" + follows("f", 3) + "}}", Part.of("", "abc"));
        HttpResponse<String> saved = put("/db/a?new_edits=false", body);
        assertEquals("2-bbbb", Served.revision(saved));
        assertEquals("abc", served.get("/db/a/f").body());
    }

    @Test
    void refusesOtherLengthsThanItsOwn() throws Exception {
        String entry = "{\"_attachments\":{" + follows("f.x", 4) + "}}";
        assertRefused(
                400,
                "attachment shorter than expected: 'f.x' of document 'bad' has 3 of 4 bytes",
                body(entry, Part.of("", "abc")));
        assertRefused(
                400,
                "attachment longer than expected: 'f.x' of document 'bad' has more than 4 bytes",
                body(entry, Part.of("", "abcde")));
        byte[] gzipped = gzip("text");
        String wrong = "{\"_attachments\":{\"f\":{\"follows\":true,\"length\":5,\"encoding\":\"gzip\"}}}";
        assertRefused(400, "attachment shorter than expected", body(wrong, new Part("", gzipped)));
    }

    @Test
    void refusesADigestThatLies() throws Exception {
        String entry =
                "{\"_attachments\":{\"f\":{\"follows\":true,\"digest\":\"" + md5("abd".getBytes(UTF_8)) + "\"}}}";
        assertRefused(400, "do not match the digest", body(entry, Part.of("", "abc")));
        String right = "{\"_attachments\":{\"f\":{\"follows\":true,\"content_type\":\"text/plain\",\"digest\":\""
                + md5("abc".getBytes(UTF_8)) + "\"}}}";
        assertEquals(201, put("/db/a", body(right, Part.of("", "abc"))).statusCode());
    }

    @Test
    void refusesTooFewAndTooManyParts() throws Exception {
        String entry = "{\"_attachments\":{" + follows("one", 3) + "," + follows("two", 3) + "}}";
        assertRefused(400, "no part came for 'two' of document 'bad'", body(entry, Part.of("", "abc")));
        assertRefused(
                400,
                "a part of the multipart body is for no attachment of document 'bad'",
                body(entry, Part.of("", "abc"), Part.of("", "def"), Part.of("", "ghi")));
        assertRefused(400, "is for no attachment", body("{}", Part.of("", "abc")));
        assertRefused(400, "multipart body", "--xyz--".getBytes(UTF_8));
    }

    @Test
    void refusesWhatIsTooLarge() throws Exception {
        String which = "Attachment 'f' of document 'bad' has ";
        assertRefused(
                413,
                which + "500001 bytes, more than the 500000 of couchdb/max_attachment_size",
                body("{\"_attachments\":{" + follows("f", MOST + 1) + "}}", Part.of("", "abc")));
        assertRefused(
                413,
                which + "more than the 500000 bytes of couchdb/max_attachment_size",
                body("{\"_attachments\":{\"f\":{\"follows\":true}}}", new Part("", random(MOST + 1))));
        String four = follows("1", 1) + "," + follows("2", 1) + "," + follows("3", 1) + "," + follows("4", 1);
        assertRefused(413, "one more than the 3", body("{\"_attachments\":{" + four + "}}", Part.of("", "a")));
        assertRefused(413, "max_document_size", body("{\"v\":\"" + "x".repeat(1000) + "\"}"));
        assertRefused(413, "The JSON part", body("{\"v\":\"" + "x".repeat(9 << 20) + "\"}"));
    }

    @Test
    void refusesMalformedBodies() throws Exception {
        String entry = "{\"_attachments\":{" + follows("f", 300_000) + "}}";
        byte[] whole = body(entry, new Part("", random(300_000)));
        for (int cut : new int[] {0, 3, 30, 100, 1000, 200_000, whole.length - 3}) {
            assertRefused(400, "", Arrays.copyOf(whole, cut));
        }
        assertRefused(400, "", body("{\"_attachments\":{"));
        assertRefused(400, "", body("[]"));
        assertRefused(400, "", body(""));
    }

    @Test
    void refusesATypeWithoutABoundary() {
        HttpResponse<String> answer = served.send(
                "PUT",
                "/db/a",
                BodyPublishers.ofByteArray(body("{}")),
                BodyHandlers.ofString(),
                "Content-Type",
                "multipart/related");
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("boundary"), answer.body());
    }

    @Test
    void leavesNothingWhereItBreaksOff() throws Exception {
        byte[] body = body("{\"_attachments\":{" + follows("f", 300_000) + "}}", new Part("", random(300_000)));
        try (Socket socket =
                new Socket(served.uri("/").getHost(), served.uri("/").getPort())) {
            String head =
                    "PUT /db/a HTTP/1.1\r\nHost: h\r\nContent-Type: " + TYPE + "\r\nContent-Length: " + body.length
                            + "\r\nAuthorization: Basic "
                            + Base64.getEncoder().encodeToString("admin:secret".getBytes(StandardCharsets.US_ASCII))
                            + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body, 0, 250_000);
        }
        assertNothingStays();
        assertEquals(404, served.get("/db/a").statusCode());
    }
}
