package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attachments on their way in: taken as they come, and either saved or gone without a trace. */
class AttachmentPutTest {
    private static final int MOST = 500_000;
    private static final int LARGE = 400_000;
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
                Served.with(Keys.SPOOL_THRESHOLD, 100_000));
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

    private static BodyPublisher whole(byte[] bytes) {
        return BodyPublishers.ofByteArray(bytes);
    }

    private static BodyPublisher chunked(byte[] bytes) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
    }

    private HttpResponse<String> put(String path, BodyPublisher body, String... headers) {
        return served.send("PUT", path, body, BodyHandlers.ofString(), headers);
    }

    private static String writeBomb(OutputStream to, int length) throws IOException {
        try (GZIPOutputStream gzip = new GZIPOutputStream(to)) {
            gzip.write(new byte[length]);
        }
        return "gzip";
    }

    private void assertNothingStays() throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (served.store().blobs("db") > 0 && System.nanoTime() < until) {
            Thread.sleep(10);
        }
        assertEquals(0, served.store().blobs("db"));
        assertTrue(Files.notExists(folder.resolve("spool")), "nor was it kept in a file");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 65_537, LARGE, MOST})
    void ofAnySizeItIsTakenAsItComes(int length) throws Exception {
        byte[] bytes = random(length);
        String md5 = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        assertEquals(201, put("/db/a/f", whole(bytes), "Content-MD5", md5).statusCode());
        assertEquals(201, put("/db/b/f", chunked(bytes), "Content-MD5", md5).statusCode());
        for (String path : new String[] {"/db/a/f", "/db/b/f"}) {
            byte[] got = served.send("GET", path, BodyPublishers.noBody(), BodyHandlers.ofByteArray())
                    .body();
            assertArrayEquals(bytes, got);
        }
        assertEquals(1, served.store().blobs("db"), "the same bytes are stored once");
        assertTrue(Files.notExists(folder.resolve("spool")));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, LARGE})
    void aDigestThatLiesIsRefused(int length) throws Exception {
        byte[] bytes = random(length);
        String lie = Base64.getEncoder().encodeToString(new byte[16]);
        HttpResponse<String> refused = put("/db/a/f", whole(bytes), "Content-MD5", lie);
        assertEquals(400, refused.statusCode());
        assertTrue(refused.body().contains("do not match the digest sent with them"), refused.body());
        assertEquals(400, put("/db/a/f", chunked(bytes), "Content-MD5", lie).statusCode());
        assertEquals(404, served.get("/db/a").statusCode());
        assertNothingStays();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA==AAAA"})
    void aDigestThatIsNoneIsRefused(String digest) throws Exception {
        assertEquals(
                400, put("/db/a/f", whole(random(10)), "Content-MD5", digest).statusCode());
        assertNothingStays();
    }

    private static void assertTooLarge(String size, HttpResponse<String> refused) {
        assertEquals(413, refused.statusCode());
        assertEquals(
                "{\"error\":\"attachment_too_large\",\"reason\":\"Attachment 'f.txt' of document 'a' has " + size
                        + " couchdb/max_attachment_size.\"}\n",
                refused.body());
    }

    @Test
    void oneThatIsTooLargeIsRefused() throws Exception {
        String known = "500001 bytes, more than the 500000 of";
        String unknown = "more than the 500000 bytes of";
        for (String type : new String[] {"text/plain", "image/x"}) {
            byte[] bytes = random(MOST + 1);
            assertTooLarge(known, put("/db/a/f.txt", whole(bytes), "Content-Type", type));
            assertTooLarge(unknown, put("/db/a/f.txt", chunked(bytes), "Content-Type", type));
        }
        assertEquals(404, served.get("/db/a").statusCode());
        assertNothingStays();
    }

    @Test
    void oneThatIsTooLargeWhenItIsDecodedIsRefused() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        String encoding = writeBomb(bomb, 50_000_000);
        HttpResponse<String> refused =
                put("/db/a/f", chunked(bomb.toByteArray()), "Content-Encoding", encoding, "Content-Type", "text/plain");
        assertEquals(413, refused.statusCode());
        assertNothingStays();
    }

    @Test
    void oneTooManyIsRefused() {
        String revision = served.save("/db/a/1", "one");
        revision = served.save("/db/a/2?rev=" + revision, "two");
        revision = served.save("/db/a/3?rev=" + revision, "three");
        HttpResponse<String> refused = served.put("/db/a/4?rev=" + revision, "four");
        assertEquals(413, refused.statusCode());
        assertTrue(refused.body().contains("Attachment '4' of document 'a' is one more than the 3"), refused.body());
        served.save("/db/a/3?rev=" + revision, "three again");
    }

    @Test
    void aConflictIsKnownBeforeItComes() throws Exception {
        String revision = served.save("/db/a/f", "one");
        served.save("/db/a/f?rev=" + revision, "two");
        assertEquals(409, put("/db/a/f?rev=" + revision, whole(random(LARGE))).statusCode());
        assertEquals(409, put("/db/a/f", chunked(random(LARGE))).statusCode());
        assertEquals(2, served.store().blobs("db"));
        try (Socket socket =
                new Socket(served.uri("/").getHost(), served.uri("/").getPort())) {
            begin(socket, "/db/a/f", "Content-Length: " + LARGE + "\r\nExpect: 100-continue");
            String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertEquals("HTTP/1.1 409", line, "and not 100");
        }
    }

    private static void begin(Socket socket, String path, String headers) throws IOException {
        String head = "PUT " + path + " HTTP/1.1\r\nHost: h\r\nAuthorization: Basic "
                + Base64.getEncoder().encodeToString("admin:secret".getBytes(StandardCharsets.US_ASCII)) + "\r\n"
                + headers + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    /** The document may change while an attachment of it comes; the edit is made from what it is then. */
    @Test
    @Timeout(30)
    void aConflictThatComesMeanwhileIsOne() throws Exception {
        String revision = served.save("/db/a/f", "one");
        try (Socket socket =
                new Socket(served.uri("/").getHost(), served.uri("/").getPort())) {
            begin(socket, "/db/a/f?rev=" + revision, "Content-Length: " + LARGE);
            socket.getOutputStream().write(random(LARGE), 0, LARGE - 1);
            served.save("/db/a/f?rev=" + revision, "two");
            socket.getOutputStream().write(7);
            String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertEquals("HTTP/1.1 409", line);
        }
        assertEquals(2, served.store().blobs("db"));
        assertEquals("two", served.get("/db/a/f").body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 400000", "Transfer-Encoding: chunked"})
    void oneThatBreaksOffLeavesNothing(String framing) throws Exception {
        try (Socket socket =
                new Socket(served.uri("/").getHost(), served.uri("/").getPort())) {
            begin(socket, "/db/a/f", framing);
            socket.getOutputStream().write("493E0\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(random(300_000));
        }
        assertNothingStays();
        assertEquals(404, served.get("/db/a").statusCode());
    }

    @Test
    void oneOfAMissingDatabaseIsRefusedBeforeItComes() {
        assertEquals(404, put("/none/a/f", whole(random(LARGE))).statusCode());
        assertEquals(404, put("/none/a/f", chunked(random(LARGE))).statusCode());
    }

    @Test
    void namesAreAsLongAsIdsMayBe() {
        String longest = "ü".repeat(4096);
        assertEquals(201, served.put("/db/long", withAttachment(longest)).statusCode());
        for (HttpResponse<String> tooLong : List.of(
                served.put("/db/longer", withAttachment(longest + "x")),
                put("/db/longer/" + "x".repeat(8193), whole(random(1))))) {
            assertEquals(400, tooLong.statusCode());
            assertTrue(tooLong.body().contains("Attachment name is longer than 8192 bytes"), tooLong.body());
        }
    }

    private static String withAttachment(String name) {
        return "{\"_attachments\":{\"" + name + "\":{\"data\":\"\"}}}";
    }
}
