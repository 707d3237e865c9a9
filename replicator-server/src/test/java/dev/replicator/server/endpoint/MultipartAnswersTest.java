package dev.replicator.server.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultipartAnswersTest {
    private static final String RELATED = "multipart/related";
    private static final String MIXED = "multipart/mixed";

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

    /** An answer whose text has a character a byte. */
    private HttpResponse<String> get(String path, String accept) {
        return served.send("GET", path, BodyPublishers.noBody(), BodyHandlers.ofString(ISO_8859_1), "Accept", accept);
    }

    private static String type(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Type").orElseThrow();
    }

    /** An answer with its boundaries named: {@code B} of the whole, {@code I} within its parts. */
    private static String masked(HttpResponse<String> answer) {
        String type = type(answer);
        String boundary = type.replaceAll(".*boundary=\"([0-9a-f]{32})\"", "$1");
        return answer.body().replace(boundary, "B").replaceAll("[0-9a-f]{32}(?=[\"\r-])", "I");
    }

    private String put(String path, byte[] bytes, String contentType) {
        return Served.revision(served.send(
                "PUT", path, BodyPublishers.ofByteArray(bytes), BodyHandlers.ofString(), "Content-Type", contentType));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aDocumentIsFollowedByTheBytesOfItsAttachmentsAsTheyAreStored() throws IOException {
        byte[] large = random(700_000);
        String first = put("/db/a/large", large, "image/png");
        String second = put("/db/a/te%22xt?rev=" + first, "hello".repeat(100).getBytes(ISO_8859_1), "text/plain");
        HttpResponse<String> answer = get("/db/a?attachments=true", RELATED);
        assertTrue(type(answer).matches("multipart/related; boundary=\"[0-9a-f]{32}\""), type(answer));
        assertEquals("\"" + second + "\"", answer.headers().firstValue("ETag").orElseThrow());
        assertEquals(
                answer.body().length(),
                answer.headers().firstValueAsLong("Content-Length").orElseThrow());
        String[] parts = masked(answer).split("\r\n--B", -1);
        assertEquals(4, parts.length);
        assertTrue(parts[0].startsWith("--B\r\nContent-Type: application/json\r\n\r\n{\"_id\":\"a\""), parts[0]);
        assertEquals(2, parts[0].split("\"follows\":true", -1).length - 1);
        String[] text = parts[1].split("\r\n\r\n", 2);
        assertTrue(
                text[0].matches("(?s)\r\nContent-Disposition: attachment; filename=\"te\\\\\"xt\"\r\n"
                        + "Content-Type: text/plain\r\nContent-Length: \\d+\r\nContent-Encoding: gzip"),
                text[0]);
        assertTrue(parts[0].contains("\"encoding\":\"gzip\",\"encoded_length\":" + text[1].length() + "}"), parts[0]);
        try (var decoded = new GZIPInputStream(new ByteArrayInputStream(text[1].getBytes(ISO_8859_1)))) {
            assertEquals("hello".repeat(100), new String(decoded.readAllBytes(), ISO_8859_1));
        }
        assertEquals(
                "\r\nContent-Disposition: attachment; filename=\"large\"\r\nContent-Type: image/png\r\n"
                        + "Content-Length: 700000\r\n\r\n" + new String(large, ISO_8859_1),
                parts[2]);
        assertEquals("--", parts[3]);
    }

    @Test
    void whatTheClientHasDoesNotFollow() {
        String first = put("/db/a/old", random(10), "image/png");
        String second = put("/db/a/new?rev=" + first, random(20), "image/png");
        String some = get("/db/a?attachments=true&atts_since=%5B%22" + first + "%22%5D", RELATED)
                .body();
        assertTrue(some.contains("filename=\"new\"") && !some.contains("filename=\"old\""), some);
        assertTrue(some.contains("\"length\":10,\"stub\":true"), some);
        HttpResponse<String> none = get("/db/a?attachments=true&atts_since=%5B%22" + second + "%22%5D", RELATED);
        assertEquals(Served.JSON, type(none));
        assertEquals(Served.JSON, type(get("/db/a", RELATED)));
    }

    @Test
    void openRevisionsAreParts() {
        String first = served.save("/db/a", "{\"n\":1}");
        put("/db/a/f?rev=" + first, random(9), "image/png");
        HttpResponse<String> answer =
                get("/db/a?revs=true&open_revs=%5B%22" + first + "%22,%229-x%22,%22" + rev("/db/a") + "%22%5D", MIXED);
        assertTrue(type(answer).matches("multipart/mixed; boundary=\"[0-9a-f]{32}\""), type(answer));
        String body = masked(answer);
        String[] parts = body.split("\r\n--B", -1);
        assertEquals(4, parts.length, body);
        assertTrue(
                parts[0].startsWith("--B\r\nContent-Type: application/json\r\n\r\n{\"_id\":\"a\",\"_rev\":\"1-"), body);
        assertTrue(parts[0].endsWith("}"), body);
        assertEquals("\r\nContent-Type: application/json; error=\"true\"\r\n\r\n{\"missing\":\"9-x\"}", parts[1]);
        assertTrue(
                parts[2].startsWith("\r\nContent-Type: multipart/related; boundary=\"I\"\r\n\r\n"
                        + "--I\r\nContent-Type: application/json\r\n\r\n{\"_id\":\"a\",\"_rev\":\"2-"),
                body);
        assertTrue(
                parts[2].endsWith("\r\n--I\r\nContent-Disposition: attachment; filename=\"f\"\r\n"
                        + "Content-Type: image/png\r\nContent-Length: 9\r\n\r\n" + new String(random(9), ISO_8859_1)
                        + "\r\n--I--"),
                body);
        assertEquals("--", parts[3]);
    }

    @Test
    void noOpenRevisionsAreNoParts() {
        served.save("/db/a", "{}");
        assertEquals("--B--", masked(get("/db/a?open_revs=%5B%5D", MIXED)));
        assertEquals(404, get("/db/none?open_revs=all", MIXED).statusCode());
        assertEquals(400, get("/db/a?open_revs=%5B%22x%22%5D", MIXED).statusCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | false",
                "application/json, text/plain, */* | false",
                "multipart/mixed | true",
                "Multipart/* | true",
                "multipart/mixed;q=0.5, application/json | true",
                "multipart/mixed; q=0, */* | false",
                "multipart/related, */*;q=0.1 | true",
                "*/* | true",
                "text/plain | false",
            })
    void openRevisionsAreMultipartWhereJsonIsNotAskedFor(String accept, boolean multipart) {
        served.save("/db/a", "{}");
        assertEquals(multipart, type(get("/db/a?open_revs=all", accept)).startsWith(MIXED));
    }

    @Test
    void openRevisionsAreMultipartForWhoSaysNothing() {
        served.save("/db/a", "{}");
        assertTrue(type(served.get("/db/a?open_revs=all")).startsWith(MIXED));
        assertFalse(type(served.get("/db/a?attachments=true")).startsWith(RELATED));
    }

    @Test
    void manyLargeRevisionsAreStreamed() {
        byte[] large = random(300_000);
        String data = java.util.Base64.getEncoder().encodeToString(large);
        for (int i = 0; i < 5; i++) {
            served.save(
                    "/db/a?new_edits=false",
                    "{\"_rev\":\"1-" + i + "\",\"pad\":\"" + "x".repeat(40_000)
                            + "\",\"_attachments\":{\"f\":{\"data\":\"" + data + "\"}}}");
        }
        String body = get("/db/a?open_revs=all", MIXED).body();
        String bytes = new String(large, ISO_8859_1);
        assertEquals(5, body.split(java.util.regex.Pattern.quote(bytes), -1).length - 1);
    }

    private String rev(String path) {
        return served.get(path).headers().firstValue("ETag").orElseThrow().replace("\"", "");
    }
}
