package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The streams of HTTP/2, frame by frame: what one of them does leaves the others alone. */
final class Http2StreamsTest {
    private static final int PROTOCOL_ERROR = 1;
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int INITIAL_WINDOW = 4;
    /** A request that asks to go on by HTTP/2. */
    static final String UPGRADE_REQUEST =
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";

    private static final Headers TEXT = Headers.of("Content-Type", "text/plain");

    @TempDir
    private Path folder;

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong pulled = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final CountDownLatch mayTake = new CountDownLatch(1);
    private volatile CountDownLatch mayBegin = new CountDownLatch(0);
    private volatile Wakeup feed;
    private TestServer server;
    private Http2Wire wire;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(
                TestServer.limits(folder),
                router -> router.root(TestServer.open("GET,HEAD", _ -> {
                            asked.incrementAndGet();
                            return Answer.json(200, "{\"ok\":true}");
                        }))
                        .server(
                                "_length",
                                TestServer.open(
                                        "PUT",
                                        request -> Answer.json(
                                                200,
                                                Long.toString(request.body().length()))))
                        .server("_admin", TestServer.open("PUT", _ -> Answer.ok(200)))
                        .server("_taken", new Taking())
                        .server("_endless", TestServer.open("GET", _ -> new Answer.Streamed(200, TEXT, new Endless())))
                        .server("_feed", TestServer.open("GET", _ -> new Answer.Streamed(200, TEXT, new Feed()))));
        wire = connect();
    }

    @AfterEach
    void stop() throws IOException {
        mayTake.countDown();
        mayBegin.countDown();
        wire.close();
        server.close();
    }

    private Http2Wire connect(int... settings) throws IOException {
        return new Http2Wire(server.server.address(), settings);
    }

    /** Takes bodies once the test lets it. */
    private final class Taking implements StreamingEndpoint {
        @Override
        public String methods() {
            return "PUT";
        }

        @Override
        public Answer handle(Request request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean streams(String method, Headers headers) {
            return true;
        }

        @Override
        public BodyTaker begin(Request request) {
            waitFor(mayBegin);
            return new BodyTaker() {
                @Override
                public void take(byte[] bytes, int offset, int length) {
                    waitFor(mayTake);
                    taken.addAndGet(length);
                }

                @Override
                public Answer complete() {
                    return Answer.json(200, Long.toString(taken.get()));
                }

                @Override
                public void abandon() {
                    abandoned.incrementAndGet();
                }
            };
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private class Endless implements Chunks {
        Endless() {
            open.incrementAndGet();
        }

        @Override
        public Pull next(ByteSink out) {
            out.write(new byte[8192]);
            pulled.addAndGet(8192);
            return Pull.MORE;
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    /** Says a line whenever it is woken. */
    private final class Feed extends Endless {
        @Override
        public void start(Wakeup wakeup) {
            feed = wakeup;
        }

        @Override
        public Pull next(ByteSink out) {
            out.ascii("line\n");
            return Pull.waitAtMost(60_000);
        }
    }

    private void assertAnswers(Http2Wire connection) throws IOException {
        assertEquals("{\"ok\":true}\n", connection.receive(connection.get("/")).body());
    }

    @Test
    void aCancelledFeedIsReleasedAtOnce() throws IOException {
        int first = wire.get("/_feed");
        assertEquals(Http2Wire.HEADERS, wire.of(first).type());
        assertEquals("line\n", new String(wire.of(first).payload(), StandardCharsets.US_ASCII));
        int second = wire.get("/_feed");
        assertEquals(Http2Wire.HEADERS, wire.of(second).type());
        assertEquals(2, open.get());
        wire.reset(first);
        Http2ClientTest.await(() -> open.get() == 1);
        assertEquals("line\n", new String(wire.of(second).payload(), StandardCharsets.US_ASCII));
        feed.wake();
        assertEquals("line\n", new String(wire.of(second).payload(), StandardCharsets.US_ASCII), "the other goes on");
        assertAnswers(wire);
    }

    @Test
    void feedsEndWithTheirConnection() throws IOException {
        assertEquals(Http2Wire.HEADERS, wire.of(wire.get("/_feed")).type());
        assertEquals(Http2Wire.HEADERS, wire.of(wire.get("/_endless")).type());
        wire.close();
        Http2ClientTest.await(() -> open.get() == 0);
    }

    @Test
    void aDownloadThatIsCancelledWhileItsClientTakesNothingIsReleased() throws IOException {
        try (Http2Wire narrow = connect(INITIAL_WINDOW, 100)) {
            for (int i = 0; i < 10; i++) {
                int stream = narrow.get("/_endless");
                assertEquals(Http2Wire.HEADERS, narrow.of(stream).type());
                narrow.reset(stream);
                Http2ClientTest.await(() -> open.get() == 0);
            }
            int head = narrow.open(true, "HEAD", "/");
            assertEquals(200, narrow.receive(head).status());
        }
    }

    @Test
    void aSlowReaderHoldsUpNobody() throws IOException {
        wire.widen(0, 1 << 24);
        int slow = wire.get("/_endless");
        assertEquals(Http2Wire.HEADERS, wire.of(slow).type());
        for (int i = 0; i < 1000; i++) {
            assertAnswers(wire);
        }
        assertTrue(pulled.get() < 1 << 20, pulled + " bytes are pulled for one who takes 64 KiB");
        long before = pulled.get();
        wire.widen(slow, 1 << 20);
        Http2ClientTest.await(() -> pulled.get() > before + (1 << 19));
    }

    @Test
    void windowsThatAreWidenedBySettingsAreUsed() throws IOException {
        try (Http2Wire narrow = connect(INITIAL_WINDOW, 0)) {
            assertEquals(200, narrow.receive(narrow.open(true, "HEAD", "/")).status());
            int stream = narrow.get("/");
            Http2ClientTest.await(() -> asked.get() == 2);
            narrow.send(Http2Wire.SETTINGS, 0, 0, new byte[] {0, INITIAL_WINDOW, 0, 0, 1, 0});
            assertEquals("{\"ok\":true}\n", narrow.receive(stream).body());
        }
    }

    @Test
    void aSlowStorePushesBack() throws IOException {
        int stream = wire.open(false, "PUT", "/_taken");
        int sent = 0;
        int allowed = 65_535;
        // Until the windows are used up: what was read is given back, so this ends when no more is read.
        boolean isBlocked = false;
        while (!isBlocked && sent < 1 << 22) {
            while (sent + 16_384 <= allowed) {
                wire.data(stream, 16_384, false);
                sent += 16_384;
            }
            int ping = wire.get("/");
            for (Http2Wire.Frame frame = wire.next(); frame.stream() != ping; frame = wire.next()) {
                allowed += frame.type() == Http2Wire.WINDOW_UPDATE && frame.stream() == stream ? frame.number() : 0;
            }
            isBlocked = sent + 16_384 > allowed;
        }
        assertTrue(sent < 1 << 20, sent + " bytes are taken by a store that takes none");
        mayTake.countDown();
        wire.data(stream, 0, true);
        assertEquals(Integer.toString(sent), wire.receive(stream).body().strip());
    }

    @Test
    void anUploadThatIsCancelledIsAbandoned() throws IOException {
        int stream = wire.open(false, "PUT", "/_taken");
        wire.data(stream, 1000, false);
        assertAnswers(wire);
        wire.reset(stream);
        Http2ClientTest.await(() -> abandoned.get() == 1);
        assertAnswers(wire);
    }

    /** As many as the server has buffers for is the least that would show that one is not given back. */
    @Test
    void uploadsThatAreCancelledOnceSentHoldNothing() throws IOException {
        mayBegin = new CountDownLatch(1);
        for (int i = 0; i < 2 * Http2Connections.MOST_BUFFERS; i++) {
            int stream = wire.open(false, "PUT", "/_taken");
            wire.data(stream, 16_384, true);
            wire.reset(stream);
        }
        wire.ping();
        mayBegin.countDown();
        int whole = wire.open(false, "PUT", "/_length");
        for (int i = 0; i < 50; i++) {
            wire.data(whole, 16_384, i == 49);
        }
        assertEquals(Integer.toString(50 * 16_384), wire.receive(whole).body().strip());
        Http2ClientTest.await(() -> abandoned.get() == 2 * Http2Connections.MOST_BUFFERS);
    }

    @Test
    void whatIsSentOfCancelledUploadsDoesNotNarrowTheConnection() throws IOException {
        mayBegin = new CountDownLatch(1);
        int sent = 0;
        for (int i = 0; i < 100; i++) {
            int stream = wire.open(false, "PUT", "/_taken");
            wire.data(stream, 16_384, false);
            wire.data(stream, 16_384, i % 2 == 0);
            wire.reset(stream);
            sent += 2 * 16_384;
        }
        long allowed = wire.ping().stream()
                .filter(frame -> frame.type() == Http2Wire.WINDOW_UPDATE && frame.stream() == 0)
                .mapToLong(Http2Wire.Frame::number)
                .sum();
        assertTrue(allowed >= sent, allowed + " of " + sent + " bytes are given back");
    }

    @Test
    void bodiesMayBePadded() throws IOException {
        for (int i = 0; i < 10; i++) {
            int stream = wire.open(false, "PUT", "/_length");
            for (int padding : new int[] {0, 1, 255, 10}) {
                byte[] payload = new byte[1 + 100 + padding];
                payload[0] = (byte) padding;
                wire.send(Http2Wire.DATA, Http2Wire.PADDED, stream, payload);
            }
            wire.data(stream, 0, true);
            assertEquals("400", wire.receive(stream).body().strip());
            assertEquals(401, wire.receive(wire.open(true, "PUT", "/_admin")).status());
        }
        int refused = wire.open(false, "PUT", "/_admin", "expect", "100-continue", "content-length", "10");
        assertEquals(401, wire.receive(refused).status());
        wire.send(Http2Wire.DATA, Http2Wire.PADDED | Http2Wire.END_STREAM, refused, new byte[11]);
        assertAnswers(wire);
    }

    @Test
    void refusalsReachAClientThatIsStillSending() throws IOException {
        for (int i = 0; i < 20; i++) {
            int stream = wire.open(false, "PUT", "/_admin");
            wire.data(stream, 16_384, false);
            Http2Wire.Received refused = wire.receive(stream);
            assertEquals(401, refused.status());
            assertEquals(-1, refused.reset());
            assertTrue(refused.body().startsWith("{\"error\":\"unauthorized\""), refused.body());
            wire.data(stream, 16_384, false);
            wire.data(stream, 0, true);
            assertAnswers(wire);
        }
        int large = wire.open(false, "PUT", "/_length", "content-length", "2000000");
        assertEquals(413, wire.receive(large).status());
        wire.data(large, 10_000, false);
        wire.reset(large);
        assertAnswers(wire);
    }

    @Test
    void whoWaitsFor100GetsARefusalInstead() throws IOException {
        int stream = wire.open(false, "PUT", "/_admin", "expect", "100-continue", "content-length", "10");
        assertEquals(401, wire.receive(stream).status());
        // A client that did not wait long enough.
        wire.data(stream, 10, true);
        assertAnswers(wire);
        int taken = wire.open(false, "PUT", "/_length", "expect", "100-continue", "content-length", "10");
        assertEquals("100", wire.of(taken).fields().get(":status"));
        wire.data(taken, 10, true);
        assertEquals("10", wire.receive(taken).body().strip());
    }

    @Test
    void moreStreamsThanAllowedAreRefused() throws IOException {
        int[] feeds = new int[100];
        for (int i = 0; i < feeds.length; i++) {
            feeds[i] = wire.get("/_feed");
        }
        assertEquals(REFUSED_STREAM, wire.receive(wire.get("/")).reset());
        wire.reset(feeds[50]);
        assertAnswers(wire);
    }

    @Test
    void tenThousandRequestsLeaveNothing() throws Exception {
        wire.widen(0, 1 << 24);
        for (int i = 0; i < 10_000; i++) {
            assertAnswers(wire);
        }
        int put = wire.open(false, "PUT", "/_length");
        wire.data(put, 10, true);
        assertEquals(200, wire.receive(put).status());
        Http2ClientTest.await(() -> DroppedConnectionsTest.instances(Http2Stream.class) <= 1);
    }

    @Test
    void aFloodOfResetsEndsTheConnectionAndNothingElse() throws IOException {
        try (Http2Wire hostile = connect()) {
            int sent = 0;
            try {
                for (; sent < 100_000; sent++) {
                    hostile.reset(hostile.get("/_endless"));
                }
            } catch (SocketException e) {
                // It has ended.
            }
            assertTrue(sent < 100_000, "all are taken");
            assertAnswers(wire);
        }
        Http2ClientTest.await(() -> open.get() == 0);
        try (Http2Wire calm = connect()) {
            for (int i = 0; i < 1001; i++) {
                calm.reset(calm.get("/"));
            }
            assertEquals(ENHANCE_YOUR_CALM, calm.end());
        }
    }

    @Test
    void whoTakesNothingIsCutOffOnceToldToGo() throws Exception {
        try (Http2Wire hostile = connect(INITIAL_WINDOW, Integer.MAX_VALUE)) {
            hostile.widen(0, 1 << 30);
            assertAnswers(hostile);
            for (int i = 0; i < 40; i++) {
                hostile.get("/_endless");
            }
            Http2ClientTest.await(() -> open.get() == 40);
            // Until the answers fill all there is between here and there.
            for (long before = -1; before < pulled.get(); Thread.sleep(300)) {
                before = pulled.get();
            }
            assertEquals(40, open.get());
            for (int i = 0; i < 1001; i++) {
                hostile.reset(1);
            }
            Http2ClientTest.await(() -> open.get() == 0);
        }
    }

    @Test
    void connectionsWithoutARequestEnd() throws IOException {
        try (TestServer impatient = TestServer.start(
                        TestServer.limits(folder),
                        HttpRules.STANDARD,
                        300,
                        router -> router.server(
                                "_feed", TestServer.open("GET", _ -> new Answer.Streamed(200, TEXT, new Feed()))));
                Http2Wire waiting = new Http2Wire(impatient.server.address());
                Http2Wire idle = new Http2Wire(impatient.server.address());
                Socket silent = new Socket()) {
            silent.setSoTimeout(10_000);
            silent.connect(impatient.server.address());
            int stream = waiting.get("/_feed");
            assertEquals(Http2Wire.HEADERS, waiting.of(stream).type());
            assertEquals(0, idle.end());
            assertEquals(-1, silent.getInputStream().read());
            feed.wake();
            for (int line = 0; line < 2; line++) {
                assertEquals("line\n", new String(waiting.of(stream).payload(), StandardCharsets.US_ASCII));
            }
            waiting.reset(stream);
            assertEquals(0, waiting.end());
        }
    }

    @Test
    void clientsOfHttp11AreServedWhateverOthersDo() throws IOException {
        List<Http2Wire> hostile = new ArrayList<>();
        try (Wire plain = server.connect()) {
            for (int i = 0; i < 30; i++) {
                Http2Wire other = connect(INITIAL_WINDOW, Integer.MAX_VALUE);
                hostile.add(other);
                other.widen(0, 1 << 30);
                other.get("/_endless");
                for (int upload = 0; upload < 50; upload++) {
                    other.data(other.open(false, "PUT", "/_length"), 1000, false);
                    other.reset(other.get("/_endless"));
                    other.send(Http2Wire.PING, 0, 0, new byte[8]);
                    other.send(Http2Wire.SETTINGS, 0, 0, new byte[] {0, INITIAL_WINDOW, 127, -1, -1, -1});
                }
                for (int request = 0; request < 20; request++) {
                    plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                    assertEquals(200, plain.receive().status());
                }
            }
        } finally {
            for (Http2Wire other : hostile) {
                other.close();
            }
        }
        Http2ClientTest.await(() -> open.get() == 0);
    }

    @Test
    void aFloodOfContinuationsEndsTheConnectionAndNothingElse() throws IOException {
        try (Http2Wire hostile = connect()) {
            hostile.send(Http2Wire.HEADERS, Http2Wire.END_STREAM, 1, Http2Wire.head("GET", "/"));
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            Http2Wire.literal(block, "x", "y".repeat(1000));
            int sent = 0;
            try {
                for (; sent < 10_000; sent++) {
                    hostile.send(Http2Wire.CONTINUATION, 0, 1, block.toByteArray());
                }
            } catch (SocketException e) {
                // It has ended.
            }
            assertTrue(sent < 10_000, "all are taken");
        }
        assertAnswers(wire);
    }

    @Test
    void headsUpToALimitAreTaken() throws IOException {
        byte[] head =
                Http2Wire.head("PUT", "/_admin", "x", "a".repeat(40_000), "authorization", "Basic YWRtaW46c2VjcmV0");
        try (Http2Wire other = connect()) {
            for (int at = 0; at < head.length; at += 16_000) {
                int end = Math.min(head.length, at + 16_000);
                wire.send(
                        at == 0 ? Http2Wire.HEADERS : Http2Wire.CONTINUATION,
                        (at == 0 ? Http2Wire.END_STREAM : 0) | (end == head.length ? Http2Wire.END_HEADERS : 0),
                        1,
                        Arrays.copyOfRange(head, at, end));
                // By then the server has read what came so far.
                for (int i = 0; i < 20; i++) {
                    assertAnswers(other);
                }
            }
        }
        assertEquals(200, wire.receive(1).status());
    }

    @Test
    void framesThatBreakTheProtocolEndTheirConnectionAlone() throws IOException {
        int waiting = wire.get("/_feed");
        assertEquals(Http2Wire.HEADERS, wire.of(waiting).type());
        Object[][] broken = {
            {Http2Wire.DATA, 0, 0, new byte[3]},
            {Http2Wire.HEADERS, Http2Wire.END_HEADERS, 0, Http2Wire.head("GET", "/")},
            {Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff}},
            {Http2Wire.HEADERS, Http2Wire.END_HEADERS, 2, Http2Wire.head("GET", "/")},
            {Http2Wire.RST_STREAM, 0, 1, new byte[3]},
            {Http2Wire.SETTINGS, 0, 0, new byte[5]},
            {Http2Wire.SETTINGS, 0, 0, new byte[] {0, 1, 127, 0, 0, 0}},
            {Http2Wire.PING, 0, 0, new byte[5]},
            {Http2Wire.CONTINUATION, 0, 1, new byte[5]},
            {Http2Wire.WINDOW_UPDATE, 0, 0, new byte[4]},
            {Http2Wire.DATA, 0, 1, new byte[100_000]},
        };
        for (Object[] frame : broken) {
            try (Http2Wire hostile = connect()) {
                assertAnswers(hostile);
                hostile.send((int) frame[0], (int) frame[1], (int) frame[2], (byte[]) frame[3]);
                assertTrue(hostile.end() != 0, "a GOAWAY that says what, or the end");
            }
        }
        feed.wake();
        assertEquals("line\n", new String(wire.of(waiting).payload(), StandardCharsets.US_ASCII));
    }

    @Test
    void malformedRequestsAreResetAndNothingElse() throws IOException {
        String[][] malformed = {
            {"GET", "nowhere"},
            {"GET", "/a b"},
            {"GE T", "/"},
            {"GET", "/", "connection", "close"},
            {"GET", "/", "te", "gzip"},
            {"GET", "/", "host", "other"},
            {"GET", "/", "x", "a\r\nb"},
            {"GET", "/", "X", "upper case"},
            {"GET", "/", "content-length", "1", "content-length", "2"},
        };
        for (String[] request : malformed) {
            int stream = wire.open(true, request[0], request[1], Arrays.copyOfRange(request, 2, request.length));
            assertEquals(PROTOCOL_ERROR, wire.receive(stream).reset(), String.join(" ", request));
        }
        Http2Wire.Received escape = wire.receive(wire.get("/%zz"));
        assertEquals(400, escape.status());
        assertTrue(escape.body().startsWith("{\"error\":\"bad_request\""), escape.body());
        assertAnswers(wire);
    }

    @Test
    void thePrefaceMayComeInPieces() throws IOException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            socket.connect(server.server.address());
            for (byte b : (Http2Wire.PREFACE + "\0\0\0\4\0\0\0\0\0").getBytes(StandardCharsets.ISO_8859_1)) {
                socket.getOutputStream().write(b);
                assertAnswers(wire);
            }
            assertEquals(Http2Wire.SETTINGS, socket.getInputStream().readNBytes(9)[3]);
        }
        try (Wire plain = server.connect()) {
            for (char c : "PUT /_length HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n".toCharArray()) {
                plain.send(String.valueOf(c));
                assertAnswers(wire);
            }
            assertEquals(200, plain.receive().status());
        }
    }

    /** Java's client gets out of step where an answer follows the 101 at once. */
    @Test
    void anUpgradedRequestIsAnsweredAfterTheClientsFirstFrame() throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(10_000);
            socket.connect(server.server.address());
            write(socket, UPGRADE_REQUEST);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            String head = "";
            while (!head.endsWith("\r\n\r\n")) {
                head += (char) in.readByte();
            }
            assertTrue(head.startsWith("HTTP/1.1 101 "), head);
            for (int i = 0; i < 20; i++) {
                assertAnswers(wire);
            }
            write(socket, Http2Wire.PREFACE + "\0\0\0\4\0\0\0\0\0");
            List<Integer> types = new ArrayList<>();
            while (!types.contains(Http2Wire.HEADERS)) {
                int begin = in.readInt();
                in.skipNBytes(5 + (begin >>> 8));
                types.add(begin & 255);
            }
            assertEquals(2, Collections.frequency(types, Http2Wire.SETTINGS), "its own and the acknowledgement");
        }
    }

    @Test
    void everyConnectionCountsOnce() throws IOException {
        assertAnswers(wire);
        try (Wire plain = server.connect();
                Wire silent = server.connect();
                Socket upgraded = new Socket()) {
            plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals(200, plain.receive().status());
            upgraded.setSoTimeout(10_000);
            upgraded.connect(server.server.address());
            write(upgraded, UPGRADE_REQUEST + Http2Wire.PREFACE);
            write(upgraded, "\0\0\0\4\0\0\0\0\0");
            assertEquals('H', upgraded.getInputStream().read());
            silent.send("P");
            Http2ClientTest.await(() -> server.server.openConnections() == 4);
        }
        Http2ClientTest.await(() -> server.server.openConnections() == 1);
        wire.close();
        Http2ClientTest.await(() -> server.server.openConnections() == 0);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void withoutStreamsThereIsNoHttp2() throws IOException {
        HttpLimits without = new HttpLimits(1 << 20, 64 * 1024, 1 << 20, folder.resolve("spool"), 4, 0, 60_000);
        try (TestServer old =
                        TestServer.start(without, router -> router.root(TestServer.open("GET", _ -> Answer.ok(200))));
                Http2Wire refused = new Http2Wire(old.server.address());
                Wire plain = old.connect()) {
            assertFalse(isHttp2(refused));
            plain.send(UPGRADE_REQUEST);
            assertEquals(200, plain.receive().status());
        }
    }

    private static boolean isHttp2(Http2Wire connection) throws IOException {
        try {
            return connection.next().type() == Http2Wire.SETTINGS;
        } catch (EOFException e) {
            return false;
        }
    }
}
