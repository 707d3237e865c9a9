package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.limits.ClientRules;
import dev.replicator.server.limits.TrustedProxies;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads that are too large, and clients that send or take drop by drop: they are not waited for. */
class SlowClientsTest {
    private static final HeadLimits HEADS = new HeadLimits(2000, 3000, 20, 500);

    @TempDir
    private Path folder;

    private final CountDownLatch closed = new CountDownLatch(1);
    private TestServer server;
    private Wire wire;

    @BeforeEach
    void start() throws IOException {
        server = start(new Guards(ClientRules.NONE, TrustedProxies.NONE, HEADS, 1_000_000, 0), 300);
        wire = server.connect();
    }

    private TestServer start(Guards guards, long stallMillis) throws IOException {
        HttpLimits limits =
                new HttpLimits(1 << 30, 64 * 1024, 1 << 20, folder.resolve("spool"), 4, 100, stallMillis, guards);
        return TestServer.start(
                limits,
                router -> router.root(TestServer.open(
                                "GET,POST",
                                request -> Answer.json(200, "" + request.body().length())))
                        .server(
                                "_large",
                                TestServer.open("GET", _ -> new Answer.Whole(200, Headers.none(), new byte[32 << 20])))
                        .server(
                                "_endless",
                                TestServer.open("GET", _ -> new Answer.Streamed(200, Headers.none(), endless()))));
    }

    private Chunks endless() {
        return new Chunks() {
            private final byte[] part = new byte[64 * 1024];

            @Override
            public Pull next(ByteSink out) {
                out.write(part, 0, part.length);
                return Pull.MORE;
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
    }

    @AfterEach
    void stop() throws IOException {
        wire.close();
        server.close();
    }

    private static String field(int number, int length) {
        return "x" + number + ": " + "y".repeat(length) + "\r\n";
    }

    @Test
    void headsThatAreTooLargeAreRefusedByNameOfTheLimit() throws Exception {
        Wire.Received long414 = wire.get("/?" + "q".repeat(2000));
        assertEquals(414, long414.status());
        assertTrue(long414.text().contains("2000 bytes ([limits] max_uri_length)"), long414.text());
        Wire.Received large = wire.send("GET / HTTP/1.1\r\nHost: h\r\n" + field(0, 3000) + "\r\n")
                .receive();
        assertEquals(431, large.status());
        assertTrue(large.text().contains("3000 bytes of header fields ([limits] max_header_bytes)"), large.text());
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            many.append(field(i, 1));
        }
        Wire.Received fields =
                wire.send("GET / HTTP/1.1\r\nHost: h\r\n" + many + "\r\n").receive();
        assertEquals(431, fields.status());
        assertTrue(fields.text().contains("20 header fields ([limits] max_headers)"), fields.text());
        assertEquals(200, wire.get("/?" + "q".repeat(1900)).status(), "the connection goes on");
    }

    @Test
    void headsThatAreTooLargeAreRefusedByHttp2Too() throws Exception {
        try (Http2Wire http2 = new Http2Wire(server.server.address())) {
            int uri = http2.open(true, "GET", "/?" + "q".repeat(2000));
            assertEquals(414, http2.receive(uri).status());
            int field = http2.open(true, "GET", "/", "x", "y".repeat(3000));
            assertEquals(431, http2.receive(field).status());
        }
    }

    @Test
    void aHeadWithoutEndIsNotReadOn() throws Exception {
        // With all the time there is.
        HeadLimits patient = new HeadLimits(2000, 3000, 20, 60_000);
        try (TestServer other = start(new Guards(ClientRules.NONE, TrustedProxies.NONE, patient, 0, 0), 60_000);
                Wire endless = other.connect()) {
            endless.send("GET / HTTP/1.1\r\nHost: h\r\n");
            byte[] part = field(1, 1000).getBytes(StandardCharsets.US_ASCII);
            assertTrue(sentUntilRefused(endless, part, 64 << 20) < 64 << 20, "64 MiB of a head were taken");
        }
        try (Wire large = server.connect()) {
            Wire.Received refused = large.send("GET / HTTP/1.1\r\nHost: h\r\n" + field(1, 40_000))
                    .receive();
            assertEquals(400, refused.status());
            assertTrue(refused.text().contains("[limits] max_uri_length, max_header_bytes"), refused.text());
        }
    }

    private static int sentUntilRefused(Wire to, byte[] part, int most) {
        int sent = 0;
        try {
            while (sent < most) {
                to.send(part);
                sent += part.length;
            }
        } catch (IOException e) {
            return sent;
        }
        return sent;
    }

    /** Sends a byte whenever nothing has come for some milliseconds. False when it was still open after 20 seconds. */
    private boolean isEndedWhileDripping() throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        wire.socket.setSoTimeout(20);
        while (System.nanoTime() < until) {
            try {
                if (wire.isEnded()) {
                    return true;
                }
            } catch (SocketTimeoutException e) {
                try {
                    wire.send("a");
                } catch (IOException broken) {
                    return true;
                }
            }
        }
        return false;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "GET /", "GET / HTTP/1.1\r\nHost: h\r\nx: "})
    void aHeadThatComesDropByDropIsNotWaitedFor(String beginning) throws Exception {
        wire.send(beginning);
        assertTrue(isEndedWhileDripping(), "a connection can be held by drops of a head");
    }

    @Test
    void aConnectionThatSaysNothingIsNotWaitedFor() throws Exception {
        assertTrue(wire.isEnded());
    }

    @Test
    void neitherIsItWhereThereIsNoHttp2() throws Exception {
        HttpLimits withoutHttp2 = new HttpLimits(
                1 << 20,
                64 * 1024,
                1 << 20,
                folder.resolve("spool"),
                4,
                0,
                60_000,
                new Guards(ClientRules.NONE, TrustedProxies.NONE, HEADS, 0, 0));
        try (TestServer other = TestServer.start(
                        withoutHttp2, router -> router.root(TestServer.open("GET", _ -> Answer.ok(200))));
                Wire silent = other.connect();
                Wire fragment = other.connect()) {
            fragment.send("P");
            assertTrue(silent.isEnded());
            assertTrue(fragment.isEnded());
            try (Wire asking = other.connect()) {
                assertEquals(200, asking.get("/").status());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 100_000})
    void aBodyThatComesDropByDropIsNotWaitedFor(int begun) throws Exception {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n");
        wire.send(new byte[begun]);
        assertTrue(isEndedWhileDripping(), "a connection can be held by drops of a body");
    }

    @Test
    void theRestOfABodyThatWasRefusedIsNotWaitedFor() throws Exception {
        wire.send("POST /_none HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
        assertEquals(404, wire.receive().status());
        assertTrue(isEndedWhileDripping(), "a connection can be held by what nobody wants");
    }

    @Test
    void aBodyThatKeepsThePaceIsTaken() throws Exception {
        try (TestServer patient =
                        start(new Guards(ClientRules.NONE, TrustedProxies.NONE, HeadLimits.STANDARD, 1000, 0), 1000);
                Wire steady = patient.connect()) {
            int most = 400_000;
            steady.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + most + "\r\n\r\n");
            // Some time-outs, at a hundred times the least pace: a busy machine is borne.
            steady.socket.setSoTimeout(25);
            for (int sent = 0; sent < most; sent += 4000) {
                steady.send(new byte[4000]);
                try {
                    assertTrue(sent + 4000 == most || !steady.isEnded());
                } catch (SocketTimeoutException e) {
                    continue;
                }
                break;
            }
            steady.socket.setSoTimeout(10_000);
            InputStream in = steady.socket.getInputStream();
            byte[] answer = new byte[300];
            int count = in.read(answer);
            assertTrue(
                    count > 0 && new String(answer, 0, count, StandardCharsets.US_ASCII).contains(" 200 "),
                    Arrays.toString(answer));
        }
    }

    @Test
    void anAnswerThatIsTakenTooSlowlyIsBrokenOff() throws Exception {
        try (Wire reader = new Wire(server.server.address(), 16 * 1024)) {
            reader.send("GET /_endless HTTP/1.1\r\nHost: h\r\n\r\n");
            // So much that something moves all the time, and less than half of what has to.
            byte[] drop = new byte[8 * 1024];
            InputStream in = reader.socket.getInputStream();
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!closed.await(20, TimeUnit.MILLISECONDS)) {
                assertTrue(System.nanoTime() < until, "a connection can be held by taking little");
                assertTrue(in.readNBytes(drop, 0, drop.length) > 0 || closed.await(10, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void anAnswerOfOnePieceThatIsNotTakenIsBrokenOff() throws Exception {
        wire.close();
        try (Wire reader = new Wire(server.server.address(), 16 * 1024)) {
            reader.send("GET /_large HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals(200, reader.receiveHead().status());
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (server.server.openConnections() > 0) {
                assertTrue(System.nanoTime() < until, "a connection can be held by taking nothing");
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    @Test
    void anAnswerThatIsNotTakenAtAllIsBrokenOff() throws Exception {
        try (Wire reader = new Wire(server.server.address(), 16 * 1024)) {
            reader.send("GET /_endless HTTP/1.1\r\nHost: h\r\n\r\n");
            assertTrue(closed.await(20, TimeUnit.SECONDS));
        }
    }
}
