package dev.replicator.server.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttachmentReadingTest {
    private static final String BINARY = "application/octet-stream";
    private static final String TEXT = "text/plain";

    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder);
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

    private String put(String path, byte[] bytes, String type) {
        return Served.revision(served.send(
                "PUT", path, BodyPublishers.ofByteArray(bytes), BodyHandlers.ofString(), "Content-Type", type));
    }

    private HttpResponse<byte[]> get(String path, String... headers) {
        return served.send("GET", path, BodyPublishers.noBody(), BodyHandlers.ofByteArray(), headers);
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("none");
    }

    @ParameterizedTest
    @ValueSource(strings = {BINARY, TEXT})
    void aRangeIsOfWhatWasPut(String type) {
        byte[] bytes = random(3_000_000);
        put("/db/a/f", bytes, type);
        HttpResponse<byte[]> whole = get("/db/a/f");
        assertEquals(200, whole.statusCode());
        assertEquals("bytes", header(whole, "Accept-Ranges"));
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            int first = random.nextInt(bytes.length);
            int last = i < 10 ? Math.min(first + random.nextInt(200_000), bytes.length - 1) : bytes.length - 1;
            String range = i < 10 ? first + "-" + last : i < 15 ? first + "-" : "-" + (bytes.length - first);
            HttpResponse<byte[]> part = get("/db/a/f", "Range", "bytes=" + range);
            assertEquals(206, part.statusCode(), range);
            assertEquals("bytes " + first + "-" + last + "/" + bytes.length, header(part, "Content-Range"));
            assertEquals(Integer.toString(last - first + 1), header(part, "Content-Length"));
            assertEquals(header(whole, "ETag"), header(part, "ETag"));
            assertEquals(type, header(part, "Content-Type"));
            assertArrayEquals(Arrays.copyOfRange(bytes, first, last + 1), part.body(), range);
        }
    }

    @Test
    void aRangeOfNothingIsRefused() {
        put("/db/a/f", "hello".getBytes(US_ASCII), TEXT);
        HttpResponse<String> refused = served.get("/db/a/f", "Range", "bytes=5-");
        assertEquals(416, refused.statusCode());
        assertEquals("bytes */5", header(refused, "Content-Range"));
        assertEquals(
                "{\"error\":\"requested_range_not_satisfiable\",\"reason\":\"Requested range not satisfiable\"}\n",
                refused.body());
        put("/db/b/empty", new byte[0], BINARY);
        assertEquals(200, get("/db/b/empty", "Range", "bytes=0-").statusCode());
    }

    @Test
    void rangesAreOfGetAlone() {
        put("/db/a/f", random(100), BINARY);
        for (String range : List.of("bytes=1-2", "bytes=500-")) {
            HttpResponse<String> head = served.head("/db/a/f", "Range", range);
            assertEquals(200, head.statusCode());
            assertEquals("100", header(head, "Content-Length"));
            assertEquals("bytes", header(head, "Accept-Ranges"));
            assertEquals("", head.body());
        }
    }

    @ParameterizedTest
    @CsvSource({"'TAG',206", "' TAG ',206", "W/TAG,200", "'\"other\"',200", "'Fri, 20 Nov 2026 07:00:00 GMT',200"})
    void aRangeMayBeOfKnownBytesOnly(String condition, int status) {
        put("/db/a/f", random(100), BINARY);
        String tag = header(get("/db/a/f"), "ETag");
        HttpResponse<byte[]> answer = get("/db/a/f", "Range", "bytes=10-19", "If-Range", condition.replace("TAG", tag));
        assertEquals(status, answer.statusCode());
        assertEquals(status == 206 ? 10 : 100, answer.body().length);
    }

    /** Its part may be one of the gzipped bytes, which bear the same tag. */
    @Test
    void whoTakesGzipDoesNotGoOnWithText() {
        put("/db/a/f", random(100), TEXT);
        String tag = header(get("/db/a/f"), "ETag");
        String[] resumed = {"Range", "bytes=10-19", "If-Range", tag};
        assertEquals(206, get("/db/a/f", resumed).statusCode());
        String[] encoded = {"Range", "bytes=10-19", "If-Range", tag, "Accept-Encoding", "gzip"};
        HttpResponse<byte[]> whole = get("/db/a/f", encoded);
        assertEquals(200, whole.statusCode());
        assertEquals("gzip", header(whole, "Content-Encoding"));
        HttpResponse<byte[]> careless = get("/db/a/f", "Range", "bytes=10-19", "Accept-Encoding", "gzip");
        assertEquals(206, careless.statusCode());
        assertEquals("none", header(careless, "Content-Encoding"));
        assertArrayEquals(Arrays.copyOfRange(random(100), 10, 20), careless.body());
    }

    @Test
    void severalRangesAreParts() {
        byte[] bytes = random(200_000);
        put("/db/a/f", bytes, "image/x");
        HttpResponse<byte[]> answer = get("/db/a/f", "Range", "bytes=0-9, 300000-, 100-150000, -3");
        assertEquals(206, answer.statusCode());
        String type = header(answer, "Content-Type");
        assertTrue(type.matches("multipart/byteranges; boundary=\"[0-9a-f]{32}\""), type);
        String body = new String(answer.body(), ISO_8859_1);
        assertEquals(Integer.toString(body.length()), header(answer, "Content-Length"));
        String boundary = type.replaceAll(".*\"(.*)\"", "$1");
        String all = new String(bytes, ISO_8859_1);
        StringBuilder expected = new StringBuilder("--" + boundary);
        for (int[] range : new int[][] {{0, 9}, {100, 150_000}, {199_997, 199_999}}) {
            expected.append("\r\nContent-Type: image/x\r\nContent-Range: bytes ")
                    .append(range[0] + "-" + range[1] + "/200000\r\n\r\n")
                    .append(all, range[0], range[1] + 1)
                    .append("\r\n--" + boundary);
        }
        assertEquals(expected.append("--").toString(), body);
        HttpResponse<byte[]> one = get("/db/a/f", "Range", "bytes=0-9, 300000-");
        assertEquals("bytes 0-9/200000", header(one, "Content-Range"));
        assertEquals(10, one.body().length);
    }

    /** Each would have to be decoded from the beginning. */
    @Test
    void severalRangesOfTextAreTheWhole() {
        put("/db/a/f", "hello".getBytes(US_ASCII), TEXT);
        HttpResponse<byte[]> answer = get("/db/a/f", "Range", "bytes=0-1,3-3");
        assertEquals(200, answer.statusCode());
        assertEquals("hello", new String(answer.body(), US_ASCII));
    }

    @Test
    void textIsSentAsItIsStoredToWhoTakesGzip() throws IOException {
        byte[] text = "compressible text. ".repeat(20_000).getBytes(US_ASCII);
        put("/db/a/f", text, TEXT);
        HttpResponse<byte[]> plain = get("/db/a/f");
        assertArrayEquals(text, plain.body());
        assertEquals("none", header(plain, "Content-Encoding"));
        assertEquals("Accept-Encoding", header(plain, "Vary"));
        assertEquals(Integer.toString(text.length), header(plain, "Content-Length"));
        HttpResponse<byte[]> gzipped = get("/db/a/f", "Accept-Encoding", "br, gzip;q=0.8");
        assertEquals("gzip", header(gzipped, "Content-Encoding"));
        assertEquals("Accept-Encoding", header(gzipped, "Vary"));
        assertEquals(header(plain, "ETag"), header(gzipped, "ETag"));
        try (var decoded = new GZIPInputStream(new ByteArrayInputStream(gzipped.body()))) {
            assertArrayEquals(text, decoded.readAllBytes());
        }
        HttpResponse<String> head = served.head("/db/a/f", "Accept-Encoding", "gzip");
        assertEquals("gzip", header(head, "Content-Encoding"));
        assertEquals(Integer.toString(gzipped.body().length), header(head, "Content-Length"));
        assertEquals(header(head, "Content-Length"), header(gzipped, "Content-Length"));

        put("/db/b/f", random(100), BINARY);
        HttpResponse<byte[]> binary = get("/db/b/f", "Accept-Encoding", "gzip");
        assertEquals("none", header(binary, "Content-Encoding"));
        assertEquals("none", header(binary, "Vary"));
        assertArrayEquals(random(100), binary.body());
    }

    @Test
    void attachedPagesDoNotActForWhoLooksAtThem() {
        put("/db/a/page.html", "<script>1</script>".getBytes(US_ASCII), "text/html");
        assertEquals("sandbox", header(get("/db/a/page.html"), "Content-Security-Policy"));
    }

    @Test
    void isReadFromAnyRevisionThatIsKept() {
        String first = put("/db/a/f", random(10), BINARY);
        String second = put("/db/a/f?rev=" + first, random(20), BINARY);
        assertEquals(10, get("/db/a/f?rev=" + first).body().length);
        assertEquals(20, get("/db/a/f?rev=" + second).body().length);
        assertEquals(3, get("/db/a/f?rev=" + first, "Range", "bytes=-3").body().length);
        served.database().compact().toCompletableFuture().join();
        served.database().sweepAttachments();
        assertEquals(404, get("/db/a/f?rev=" + first).statusCode());
        assertEquals(404, get("/db/a/f?rev=9-x").statusCode());
        assertEquals(400, get("/db/a/f?rev=x").statusCode());
    }

    /** Replaces the document by one without attachments, and drops what it was before. */
    private void replace(String id, String rev) {
        served.save("/db/" + id, "{\"_rev\":\"" + rev + "\"}");
        served.database().compact().toCompletableFuture().join();
    }

    @ParameterizedTest
    @CsvSource({"application/octet-stream,", "text/plain,", "text/plain,gzip"})
    void aDownloadGoesOnWhateverBecomesOfTheDocument(String type, String coding) throws IOException {
        byte[] large = random(16_000_000);
        String rev = put("/db/a/f", large, type);
        HttpResponse<InputStream> slow =
                served.stream("/db/a/f", "Accept-Encoding", coding == null ? "identity" : coding);
        try (InputStream body = slow.body()) {
            int begun = body.read();
            replace("a", rev);
            assertEquals(0, served.database().sweepAttachments(), "what is being read is held");
            assertEquals(404, get("/db/a/f").statusCode());
            byte[] rest = body.readAllBytes();
            byte[] all = new byte[rest.length + 1];
            all[0] = (byte) begun;
            System.arraycopy(rest, 0, all, 1, rest.length);
            if (coding != null) {
                all = new GZIPInputStream(new ByteArrayInputStream(all)).readAllBytes();
            }
            assertTrue(Arrays.equals(large, all), "all bytes as they were put");
        }
        assertNothingHeld();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/db/a?attachments=true | multipart/related",
                "/db/a?attachments=true | application/json",
                "/db/a?open_revs=all | multipart/mixed",
                "/db/a?open_revs=all&attachments=true | application/json",
                "/db/_all_docs?include_docs=true&attachments=true | application/json",
                "/db/_all_docs?include_docs=true&attachments=true&key=%22a%22 | application/json",
                "/db/_changes?include_docs=true&attachments=true | application/json",
                "/db/a/one | multi",
            })
    void soDoDocumentsWithTheirAttachments(String path, String accept) throws IOException {
        byte[] one = random(8_000_000);
        byte[] two = random(7_999_999);
        String first = put("/db/a/two", two, BINARY);
        String rev = put("/db/a/one?rev=" + first, one, BINARY);
        boolean ranges = accept.equals("multi");
        HttpResponse<InputStream> slow =
                served.stream(path, ranges ? "Range" : "Accept", ranges ? "bytes=0-3999999,4000000-7999999" : accept);
        assertTrue(slow.statusCode() == 200 || ranges, path);
        try (InputStream body = slow.body()) {
            int begun = body.read();
            replace("a", rev);
            assertEquals(ranges ? 1 : 0, served.database().sweepAttachments(), "what is being read is held");
            String all = (char) begun + new String(body.readAllBytes(), ISO_8859_1);
            if (ranges) {
                assertTrue(all.contains(new String(one, 0, 4_000_000, ISO_8859_1)));
                assertTrue(all.contains(new String(one, 4_000_000, 4_000_000, ISO_8859_1)));
            } else {
                for (byte[] bytes : List.of(one, two)) {
                    String expected = accept.startsWith("multipart")
                            ? new String(bytes, ISO_8859_1)
                            : Base64.getEncoder().encodeToString(bytes);
                    assertTrue(all.contains(expected), path);
                }
            }
        }
        assertNothingHeld();
    }

    /** What a reader held is deleted when its answer was sent; that is a moment after the client has it. */
    private void assertNothingHeld() {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (served.store().blobs("db") > 0) {
            served.database().sweepAttachments();
            assertTrue(System.nanoTime() < deadline, "still held when the answer is sent");
        }
    }

    @Test
    void aDownloadThatIsGivenUpHoldsNothing() throws IOException {
        String rev = put("/db/a/f", random(16_000_000), BINARY);
        HttpResponse<InputStream> slow = served.stream("/db/a/f");
        replace("a", rev);
        assertEquals(0, served.database().sweepAttachments(), "what is being read is held");
        slow.body().close();
        assertNothingHeld();
    }

    @Test
    void answersWithoutABodyHoldNothing() {
        String rev = put("/db/a/f", random(100), BINARY);
        String tag = header(get("/db/a/f"), "ETag");
        assertEquals(200, served.head("/db/a/f").statusCode());
        assertEquals(304, get("/db/a/f", "If-None-Match", tag).statusCode());
        assertEquals(416, get("/db/a/f", "Range", "bytes=100-").statusCode());
        assertEquals(404, get("/db/a/g").statusCode());
        replace("a", rev);
        assertNothingHeld();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/db/a/_f", "/db/_local/l/f"})
    void namesThatCannotBeAreRefused(String path) {
        served.save("/db/a", "{}");
        assertEquals(400, served.get(path).statusCode());
        assertEquals(400, served.head(path).statusCode());
    }
}
