package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.limits.ClientRules;
import dev.replicator.server.limits.TrustedProxies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients of HTTP/2 that begin something and do not end it, or make a head of it that is too large. */
class SlowHttp2ClientsTest {
    private static final int HEAD_MILLIS = 500;

    /** Of a frame, by the protocol. */
    private static final int MOST_PAYLOAD = 16_384;

    @TempDir
    private Path folder;

    private TestServer server;

    private void start(HeadLimits heads) throws IOException {
        HttpLimits limits = new HttpLimits(
                1 << 20,
                64 * 1024,
                1 << 20,
                folder.resolve("spool"),
                4,
                100,
                60_000,
                new Guards(ClientRules.NONE, TrustedProxies.NONE, heads, 0, 0));
        server = TestServer.start(
                limits,
                router -> router.root(TestServer.open(
                        "GET",
                        request -> Answer.json(
                                200, "" + request.header("x").orElse("").length()))));
    }

    private void startImpatiently() throws IOException {
        start(new HeadLimits(2000, 3000, 20, HEAD_MILLIS));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Stream.of(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt((payload.length << 8) | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    private static Arguments sent(String what, byte[] bytes) {
        return Arguments.of(what, bytes);
    }

    static Stream<Arguments> beginnings() {
        byte[] preface = Http2Wire.PREFACE.getBytes(StandardCharsets.US_ASCII);
        byte[] settings = frame(Http2Wire.SETTINGS, 0, 0, new byte[] {0, 3, 0, 0, 0, 100});
        byte[] greeting = joined(preface, settings);
        byte[] head = Http2Wire.head("GET", "/");
        byte[] headers = frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS | Http2Wire.END_STREAM, 1, head);
        byte[] begun = frame(Http2Wire.HEADERS, Http2Wire.END_STREAM, 1, Arrays.copyOf(head, 10));
        byte[] next = frame(Http2Wire.CONTINUATION, 0, 1, Arrays.copyOfRange(head, 10, 12));
        return Stream.of(
                sent("part of the preface", Arrays.copyOf(preface, 10)),
                sent("the preface alone", preface),
                sent("part of the settings", Arrays.copyOf(greeting, greeting.length - 3)),
                sent("part of a frame's header", joined(greeting, Arrays.copyOf(headers, 5))),
                sent("a frame's header", joined(greeting, Arrays.copyOf(headers, 9))),
                sent("part of a head's frame", joined(greeting, Arrays.copyOf(headers, 20))),
                sent("a head's first frame", joined(greeting, begun)),
                sent("a head's first two frames", joined(greeting, begun, next)),
                sent("part of a head's second frame", joined(greeting, begun, Arrays.copyOf(next, 4))),
                sent(
                        "part of a ping after a request",
                        joined(greeting, headers, frame(Http2Wire.PING, 0, 0, new byte[4]))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("beginnings")
    void whatIsBegunAndNotEndedIsNotWaitedFor(String what, byte[] sent) throws Exception {
        startImpatiently();
        // Of a ping four bytes are announced here, where eight have to be.
        if (what.contains("ping")) {
            sent[sent.length - 9 - 4 + 2] = 8;
        }
        try (Wire wire = server.connect()) {
            wire.send(sent);
            long begun = System.nanoTime();
            assertTrue(wire.socket.getInputStream().readAllBytes().length > 0, "it is greeted");
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            assertTrue(millis >= HEAD_MILLIS / 2, "ended at once: after " + millis + " ms");
        }
    }

    @Test
    void anUpgradeWithoutAGreetingIsNotWaitedFor() throws Exception {
        startImpatiently();
        try (Wire wire = server.connect()) {
            wire.send(Http2StreamsTest.UPGRADE_REQUEST);
            String answer = new String(wire.socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(answer.startsWith("HTTP/1.1 101 "), answer);
        }
    }

    @Test
    void aHeadThatComesInDropsIsNotWaitedFor() throws Exception {
        startImpatiently();
        try (Http2Wire wire = new Http2Wire(server.server.address())) {
            byte[] head = Http2Wire.head("GET", "/", "x", "y".repeat(2000));
            wire.ping();
            wire.send(Http2Wire.HEADERS, Http2Wire.END_STREAM, 1, Arrays.copyOf(head, 1));
            assertThrows(IOException.class, () -> {
                for (int i = 1; i < head.length; i++) {
                    wire.send(Http2Wire.CONTINUATION, 0, 1, new byte[] {head[i]});
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            });
        }
    }

    /** With all the time there is. */
    @Test
    void framesOfAHeadWithoutEndAreNotReadOn() throws Exception {
        start(new HeadLimits(2000, 3000, 20, 60_000));
        try (Http2Wire wire = new Http2Wire(server.server.address())) {
            wire.ping();
            wire.send(Http2Wire.HEADERS, Http2Wire.END_STREAM, 1, new byte[0]);
            byte[] empty = new byte[0];
            assertThrows(
                    IOException.class,
                    () -> {
                        for (int i = 0; i < 2_000_000; i++) {
                            wire.send(Http2Wire.CONTINUATION, 0, 1, empty);
                        }
                    },
                    "18 MB of empty frames are taken for a head");
        }
    }

    @Test
    void whoIsQuietBetweenRequestsIsNotSlow() throws Exception {
        startImpatiently();
        try (Http2Wire wire = new Http2Wire(server.server.address())) {
            assertEquals(200, wire.receive(wire.get("/")).status());
            TimeUnit.MILLISECONDS.sleep(3 * HEAD_MILLIS);
            assertEquals(200, wire.receive(wire.get("/")).status());
        }
    }

    private static int open(Http2Wire wire, int stream, byte[] head) throws IOException {
        for (int at = 0; at < head.length; at += MOST_PAYLOAD) {
            boolean last = at + MOST_PAYLOAD >= head.length;
            wire.send(
                    at == 0 ? Http2Wire.HEADERS : Http2Wire.CONTINUATION,
                    (last ? Http2Wire.END_HEADERS : 0) | (at == 0 ? Http2Wire.END_STREAM : 0),
                    stream,
                    Arrays.copyOfRange(head, at, Math.min(head.length, at + MOST_PAYLOAD)));
        }
        return stream;
    }

    @Test
    void aHeadMayBeAsLargeAsIsConfigured() throws Exception {
        start(new HeadLimits(200_000, 300_000, 20, 60_000));
        try (Http2Wire wire = new Http2Wire(server.server.address())) {
            wire.ping();
            byte[] most = Http2Wire.head("GET", "/?" + "q".repeat(190_000), "x", "y".repeat(290_000));
            Http2Wire.Received taken = wire.receive(open(wire, 1, most));
            assertEquals(200, taken.status());
            assertEquals("290000", taken.body().strip());
            byte[] more = Http2Wire.head("GET", "/", "x", "y".repeat(300_001));
            Http2Wire.Received refused = wire.receive(open(wire, 3, more));
            assertEquals(431, refused.status());
            assertTrue(refused.body().contains("[limits] max_header_bytes"), refused.body());
            byte[] far = Http2Wire.head("GET", "/", "x", "y".repeat(700_000));
            assertThrows(IOException.class, () -> wire.receive(open(wire, 5, far)));
        }
    }
}
