package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Request bodies, as they come over a real socket: whole, or not at all. */
class BodiesTest {
    /** As in {@link TestServer#limits}. */
    private static final int MOST = 1 << 20;

    private static final int IN_MEMORY = 64 * 1024;

    @TempDir
    private Path folder;

    private TestServer server;
    private Wire wire;
    private final BlockingQueue<Long> handled = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(
                TestServer.limits(folder),
                router -> router.root(TestServer.open("GET,POST", request -> {
                            RequestBody body = request.body();
                            handled.add(body.length());
                            return Answer.json(
                                    200,
                                    (body.isInMemory() ? "memory " : "file ") + body.length() + " " + md5(body.open()));
                        }))
                        .server("_admins", TestServer.open("POST", _ -> Answer.ok(200))));
        wire = server.connect();
    }

    @AfterEach
    void stop() throws IOException {
        wire.close();
        server.close();
        if (Files.exists(folder.resolve("spool"))) {
            try (Stream<Path> left = Files.list(folder.resolve("spool"))) {
                assertEquals(0, left.count(), "no temporary file stays");
            }
        }
    }

    private static String md5(InputStream in) throws Exception {
        try (in) {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(in.readAllBytes()));
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static String expected(byte[] body) throws Exception {
        return (body.length <= IN_MEMORY ? "memory " : "file ") + body.length + " "
                + md5(new ByteArrayInputStream(body)) + "\n";
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, IN_MEMORY, IN_MEMORY + 1, 300_000, MOST})
    void arrivesByteForByteInMemoryOrInAFile(int size) throws Exception {
        byte[] body = random(size);
        assertEquals(expected(body), wire.post("/", "", body).text());
        assertEquals(expected(body), chunked(body, 7777).text());
        assertEquals(expected(body), wire.post("/", "", body).text(), "the connection goes on");
    }

    private Wire.Received chunked(byte[] body, int chunk) throws IOException {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; at += chunk) {
            int size = Math.min(chunk, body.length - at);
            coded.writeBytes((Integer.toHexString(size) + ";ext=1\r\n").getBytes(StandardCharsets.US_ASCII));
            coded.write(body, at, size);
            coded.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        coded.writeBytes("0\r\nTrailer: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return wire.send(coded.toByteArray()).receive();
    }

    @Test
    void tooLargeIsRefusedBeforeItIsSent() throws Exception {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + (MOST + 1) + "\r\n\r\n");
        Wire.Received received = wire.receive();
        assertEquals(413, received.status());
        assertTrue(received.text().startsWith("{\"error\":\"too_large\",\"reason\":\"the request entity is too large"));
        assertEquals(expected(new byte[0]), wire.send(random(MOST + 1)).get("/").text(), "the connection goes on");
    }

    @Test
    void tooLargeIsRefusedWhereItsChunksBecomeSo() throws Exception {
        assertEquals(413, chunked(random(MOST + 1), 100_000).status());
        assertEquals(expected(new byte[0]), wire.get("/").text(), "the connection goes on");
        handled.clear();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\r\nhello\r\nZZ\r\n\r\n",
                "5\r\nhello\r\n\r\n\r\n",
                "5\r\nhelloX\r\n0\r\n\r\n",
                "5\r\nhello\n0\r\n\r\n",
                "-5\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "5\nhello\r\n0\r\n\r\n",
                "10000000000000005\r\nhello\r\n0\r\n\r\n"
            })
    void aMalformedChunkIsNotTheEnd(String body) throws Exception {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
        Wire.Received received = wire.receive();
        assertEquals(400, received.status());
        assertTrue(received.text().startsWith("{\"error\":\"bad_request\",\"reason\":\"The chunked body is malformed"));
        assertTrue(wire.isEnded(), "what follows cannot be told from the body");
        assertTrue(handled.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 10\r\n\r\nhello",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
            })
    void aBodyThatBreaksOffNeverArrives(String rest) throws Exception {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\n" + rest);
        wire.socket.shutdownOutput();
        assertThrows(EOFException.class, wire::receive);
        assertTrue(handled.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Content-Length: 5\r\nContent-Length: 6",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: identity"
            })
    void aBodyWithTwoEndsIsRefused(String headers) throws Exception {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n\r\n0\r\n\r\n");
        assertEquals(400, wire.receive().status());
        assertTrue(wire.isEnded());
        assertTrue(handled.isEmpty());
    }

    @Test
    void aGetWithABodyLeavesTheNextRequestWhole() throws Exception {
        wire.send("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
        assertEquals(
                expected("hello".getBytes(StandardCharsets.US_ASCII)),
                wire.receive().text());
        assertEquals(expected(new byte[0]), wire.get("/").text());
    }

    @Test
    void gzipIsUndoneWithinTheLimit() throws Exception {
        byte[] body = random(100_000);
        assertEquals(
                expected(body),
                wire.post("/", "Content-Encoding: gzip\r\n", gzip(body)).text());
        byte[] bomb = gzip(new byte[MOST + 1]);
        assertTrue(bomb.length < 5000);
        assertEquals(413, wire.post("/", "Content-Encoding: gzip\r\n", bomb).status());
        byte[] cut = Arrays.copyOf(gzip(body), 50_000);
        assertEquals(400, wire.post("/", "Content-Encoding: gzip\r\n", cut).status());
        assertEquals(400, wire.post("/", "Content-Encoding: gzip\r\n", body).status());
        assertEquals(415, wire.post("/", "Content-Encoding: br\r\n", body).status());
        assertEquals(
                expected(body),
                wire.post("/", "Content-Encoding: identity\r\n", body).text());
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void asksForABodyThatWaitsToBeAskedFor() throws Exception {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        assertEquals(100, wire.receive().status());
        wire.send("hello");
        assertEquals(
                expected("hello".getBytes(StandardCharsets.US_ASCII)),
                wire.receive().text());
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertEquals(100, wire.receive().status());
        wire.send("5\r\nhello\r\n0\r\n\r\n");
        assertEquals(
                expected("hello".getBytes(StandardCharsets.US_ASCII)),
                wire.receive().text());
        wire.send("POST /_admins HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        assertEquals(401, wire.receive().status(), "refused without asking for the body");
        assertTrue(wire.isEnded());
    }

    @Test
    void aRefusedBodyIsReadOver() throws Exception {
        wire.send("POST /_admins HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n");
        assertEquals(401, wire.receive().status(), "answered before the body came");
        wire.send(random(500_000));
        assertEquals(expected(new byte[0]), wire.get("/").text());
    }

    @Test
    void bodiesBeyondTheMemoryOfAllGoToFiles() throws Exception {
        HttpLimits tight = new HttpLimits(MOST, IN_MEMORY, 10_000, folder.resolve("spool"), 4, 100, 60_000);
        try (TestServer small = TestServer.start(
                        tight,
                        router -> router.root(TestServer.open(
                                "POST",
                                request -> Answer.json(200, "" + request.body().isInMemory()))));
                Wire holder = small.connect();
                Wire other = small.connect()) {
            assertEquals("true\n", other.post("/", "", random(6000)).text());
            holder.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8000\r\n\r\n")
                    .send(random(7999));
            String answer = other.post("/", "", random(6000)).text();
            while (answer.equals("true\n")) {
                // The other connection's bytes may not have been read yet.
                answer = other.post("/", "", random(6000)).text();
            }
            assertEquals("false\n", answer);
            holder.send(new byte[1]);
            assertEquals("true\n", holder.receive().text());
            assertEquals("true\n", other.post("/", "", random(6000)).text(), "the memory was given back");
        }
    }

    @Test
    void aClientThatStopsSendingIsLetGo() throws Exception {
        HttpLimits impatient = new HttpLimits(MOST, IN_MEMORY, MOST, folder.resolve("spool"), 4, 100, 100);
        try (TestServer small = TestServer.start(
                        impatient, router -> router.root(TestServer.open("POST", _ -> Answer.ok(200))));
                Wire stalled = small.connect()) {
            stalled.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8000\r\n\r\nx");
            assertTrue(stalled.isEnded());
        }
    }

    @Test
    void handlersSeeOneCallPerRequest() throws Exception {
        assertEquals(200, wire.post("/", "", random(10)).status());
        assertEquals(10, handled.poll(1, TimeUnit.SECONDS));
        assertTrue(handled.isEmpty());
    }
}
