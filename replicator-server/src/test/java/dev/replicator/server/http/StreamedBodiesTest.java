package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that an endpoint takes as they come, over a real socket: in order, whole or given up. */
class StreamedBodiesTest {
    private static final int MOST = 1 << 20;

    @TempDir
    private Path folder;

    private TestServer server;
    private Wire wire;
    /** What became of each body: "complete LENGTH MD5" or "abandoned LENGTH". */
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    private final BlockingQueue<Integer> taken = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(TestServer.limits(folder), router -> router.root(new Taking()));
        wire = server.connect();
    }

    @AfterEach
    void stop() throws IOException {
        wire.close();
        server.close();
        assertNull(ends.poll(), "each body ends once");
    }

    /**
     * Refuses at the beginning what is asked at {@code ?refuse}, and at its first 100,000 bytes at {@code ?most}; at
     * {@code ?error} something breaks.
     */
    private final class Taking implements StreamingEndpoint {
        @Override
        public String methods() {
            return "GET,POST";
        }

        @Override
        public Answer handle(Request request) {
            return Answer.json(200, "\"here\"");
        }

        @Override
        public boolean streams(String method, Headers headers) {
            return method.equals("POST");
        }

        @Override
        public BodyTaker begin(Request head) {
            if (head.query().get("refuse").isPresent()) {
                throw CouchError.conflict().asException();
            }
            long most = head.query().get("most").isPresent() ? 100_000 : Long.MAX_VALUE;
            MessageDigest digest = md5();
            return new BodyTaker() {
                private long length;

                @Override
                public void take(byte[] bytes, int offset, int count) {
                    digest.update(bytes, offset, count);
                    length += count;
                    taken.add(count);
                    if (head.query().get("error").isPresent()) {
                        throw new StackOverflowError();
                    }
                    if (length > most) {
                        throw CouchError.tooLarge("more than " + most).asException();
                    }
                }

                @Override
                public Answer complete() {
                    String text = length + " " + HexFormat.of().formatHex(digest.digest());
                    ends.add("complete " + text);
                    return new Answer.Later(CompletableFuture.supplyAsync(() -> Answer.json(201, text)));
                }

                @Override
                public void abandon() {
                    ends.add("abandoned " + length);
                }
            };
        }
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static String summary(byte[] body) {
        return body.length + " " + HexFormat.of().formatHex(md5().digest(body));
    }

    private String end() throws InterruptedException {
        return ends.poll(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 65_537, 131_072, 131_073, 300_000, MOST})
    void comesWholeAndInOrder(int size) throws Exception {
        byte[] body = random(size);
        assertEquals(summary(body) + "\n", wire.post("/", "", body).text());
        assertEquals("complete " + summary(body), end());
        assertEquals(summary(body) + "\n", chunked("/", body).text());
        assertEquals("complete " + summary(body), end());
        assertEquals("\"here\"\n", wire.get("/").text(), "the connection goes on");
    }

    private Wire.Received chunked(String path, byte[] body) throws IOException {
        wire.send("POST " + path + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; at += 7777) {
            int size = Math.min(7777, body.length - at);
            coded.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            coded.write(body, at, size);
            coded.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        coded.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return wire.send(coded.toByteArray()).receive();
    }

    @Test
    void isHandedOnBeforeItIsComplete() throws Exception {
        byte[] body = random(MOST);
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + MOST + "\r\n\r\n");
        byte[] half = Arrays.copyOf(body, MOST / 2);
        wire.send(half);
        int came = 0;
        while (came < MOST / 2 - 128 * 1024) {
            came += taken.poll(10, TimeUnit.SECONDS);
        }
        wire.send(Arrays.copyOfRange(body, MOST / 2, MOST));
        assertEquals(summary(body) + "\n", wire.receive().text());
        assertEquals("complete " + summary(body), end());
    }

    @Test
    void isRefusedBeforeItComes() throws Exception {
        wire.send("POST /?refuse HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: " + MOST + "\r\n\r\n");
        Wire.Received received = wire.receive();
        assertEquals(409, received.status(), "and no 100 before it");
    }

    @Test
    void aRefusedBodyIsReadOver() throws Exception {
        assertEquals(409, wire.post("/?refuse", "", random(MOST)).status());
        assertEquals(409, chunked("/?refuse", random(MOST)).status());
        assertEquals("\"here\"\n", wire.get("/").text(), "the connection goes on");
    }

    @ParameterizedTest
    @ValueSource(ints = {100_001, 200_000, MOST})
    void isGivenUpWhereItIsRefused(int size) throws Exception {
        assertEquals(413, wire.post("/?most", "", random(size)).status());
        assertTrue(end().startsWith("abandoned "));
        assertEquals(413, chunked("/?most", random(size)).status());
        assertTrue(end().startsWith("abandoned "));
        assertEquals("\"here\"\n", wire.get("/").text(), "the connection goes on");
    }

    @Test
    void isGivenUpWhereAnErrorComesOfIt() throws Exception {
        assertEquals(500, wire.post("/?error", "", random(MOST)).status());
        assertTrue(end().startsWith("abandoned "));
        assertEquals("\"here\"\n", wire.get("/").text(), "the connection goes on");
    }

    @Test
    void isGivenUpWhereItsChunksAreTooMany() throws Exception {
        assertEquals(413, chunked("/", random(MOST + 1)).status());
        assertTrue(end().startsWith("abandoned "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000000", "Transfer-Encoding: chunked"})
    void isGivenUpWhereItBreaksOff(String framing) throws Exception {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n\r\n");
        wire.send("30D40\r\n".getBytes(StandardCharsets.US_ASCII)).send(random(200_000));
        wire.close();
        assertTrue(end().startsWith("abandoned "));
    }

    @Test
    void isGivenUpWhereAChunkIsMalformed() throws Exception {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n");
        assertEquals(400, wire.receive().status());
        assertEquals("abandoned 0", end());
    }

    @Test
    void anEncodedBodyComesDecodedWhereTheEndpointDoesNotDecode() throws Exception {
        byte[] body = random(500_000);
        Wire.Received received = wire.post("/", "Content-Encoding: gzip\r\n", gzip(body));
        assertEquals(summary(body) + "\n", received.text());
        assertEquals("complete " + summary(body), end());
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
