package dev.replicator.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.replication.PeerException;
import dev.replicator.replication.PeerInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong between a peer and us: it ends, in time, and says why and whether to try again. */
class HttpPeerFailuresTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(60);

    private static String passing(RawPeer raw, Duration timeout) {
        try (HttpPeer peer = raw.peer(LONG, timeout)) {
            return assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () -> assertThrows(PeerException.Passing.class, peer::info).getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 416, 501})
    void anErrorThatLastsIsRefused(int status) {
        try (FakePeer fake = FakePeer.always(
                        FakePeer.Answered.json(status, "{\"error\":\"some_error\",\"reason\":\"Some reason.\"}"));
                HttpPeer peer = fake.peer()) {
            PeerException.Refused refused = assertThrows(PeerException.Refused.class, peer::info);
            assertEquals(status, refused.error().status());
            assertEquals("GET " + fake.url() + "/: " + status + " some_error: Some reason.", refused.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504})
    void anErrorThatPassesMayBeTriedAgain(int status) {
        byte[] html = "<html>no</html>".getBytes(StandardCharsets.UTF_8);
        try (FakePeer fake = FakePeer.always(
                        new FakePeer.Answered(status, html, "Content-Type: text/html", "Retry-After: 7"));
                HttpPeer peer = fake.peer()) {
            PeerException.Passing passing = assertThrows(PeerException.Passing.class, peer::info);
            assertEquals(Optional.of(Duration.ofSeconds(7)), passing.retryAfter());
        }
    }

    @Test
    void aDelayIsSecondsOrADate() {
        Instant now = Instant.parse("2026-11-20T10:00:00Z");
        assertEquals(Optional.of(Duration.ofSeconds(90)), PeerErrors.delay("Fri, 20 Nov 2026 10:01:30 GMT", now));
        assertEquals(Optional.of(Duration.ZERO), PeerErrors.delay("Fri, 20 Nov 2026 09:00:00 GMT", now));
        assertEquals(Optional.empty(), PeerErrors.delay("soon", now));
        assertEquals(Optional.empty(), PeerErrors.delay("-1", now));
    }

    @Test
    void aPeerThatIsNotThereMayComeBack() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (HttpPeer peer = HttpPeer.open(HttpPeerSettings.of("http://127.0.0.1:" + port + "/db"))) {
            String message =
                    assertThrows(PeerException.Passing.class, peer::info).getMessage();
            assertTrue(message.contains("ConnectException"), message);
        }
    }

    @Test
    void anAnswerThatIsCutOffIsNoAnswer() throws IOException {
        try (RawPeer raw = new RawPeer(socket -> RawPeer.send(
                socket, RawPeer.head("application/json", "Content-Length: 100") + "{\"instance_start_time\":\"1\"}"))) {
            String message = passing(raw, LONG);
            assertTrue(message.contains("broke off"), message);
        }
    }

    @Test
    void aConnectionThatIsClosedInPlaceOfAnAnswerIsSaidSo() throws IOException {
        try (RawPeer raw = new RawPeer(_ -> {})) {
            assertTrue(passing(raw, LONG).startsWith("GET http://127.0.0.1:"));
        }
    }

    @Test
    void aPeerThatAnswersNothingIsGivenUp() throws IOException {
        try (RawPeer raw = new RawPeer(_ -> Thread.sleep(60_000))) {
            String message = passing(raw, SHORT);
            assertTrue(message.endsWith("no answer came for 300 ms"), message);
        }
    }

    @Test
    void anAnswerThatStopsIsGivenUp() throws IOException {
        try (RawPeer raw = new RawPeer(socket -> {
            RawPeer.send(socket, RawPeer.head("application/json", "Content-Length: 100") + "{");
            Thread.sleep(60_000);
        })) {
            String message = passing(raw, SHORT);
            assertTrue(message.endsWith("no byte of the answer came for 300 ms"), message);
        }
    }

    @Test
    void anAnswerWithoutEndIsGivenUp() throws IOException {
        String blank = " ".repeat(64 * 1024);
        try (RawPeer raw = new RawPeer(socket -> {
            RawPeer.send(socket, RawPeer.head("application/json", "Connection: close"));
            while (true) {
                RawPeer.send(socket, blank);
            }
        })) {
            String message = passing(raw, LONG);
            assertTrue(message.contains("longer than the"), message);
        }
    }

    @Test
    void anErrorWithoutEndIsAnErrorAllTheSame() throws IOException {
        String text = "x".repeat(64 * 1024);
        try (RawPeer raw = new RawPeer(socket -> {
                    RawPeer.send(socket, "HTTP/1.1 500 No\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n");
                    while (true) {
                        RawPeer.send(socket, text);
                    }
                });
                HttpPeer peer = raw.peer(LONG, LONG)) {
            String message =
                    assertThrows(PeerException.Passing.class, peer::info).getMessage();
            assertTrue(message.endsWith("500 http_500: the answer is not JSON"), message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "{\"a\":1", "[1]", "{\"a\":1}{}", "{\"a\":\"\\ud800\"}", ""})
    void whatIsNoJsonMakesNoSense(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (FakePeer fake = FakePeer.always(new FakePeer.Answered(200, bytes, "Content-Type: application/json"));
                HttpPeer peer = fake.peer()) {
            String message =
                    assertThrows(PeerException.Passing.class, peer::info).getMessage();
            assertTrue(message.contains("the answer makes no sense"), message);
        }
    }

    @Test
    void aPageOfAPortalIsNoAnswer() {
        byte[] html = "{}".getBytes(StandardCharsets.UTF_8);
        try (FakePeer fake = FakePeer.always(new FakePeer.Answered(200, html, "Content-Type: text/html"));
                HttpPeer peer = fake.peer()) {
            String message =
                    assertThrows(PeerException.Passing.class, peer::info).getMessage();
            assertTrue(message.endsWith("it is text/html, not JSON"), message);
        }
    }

    @Test
    void credentialsAreNotSentToAnotherServer() {
        try (FakePeer other = FakePeer.always(FakePeer.Answered.json(200, "{}"));
                FakePeer fake =
                        FakePeer.always(new FakePeer.Answered(302, new byte[0], "Location: " + other.url() + "/"));
                HttpPeer peer = HttpPeer.open(HttpPeerSettings.of(fake.url().replace("//", "//jan:apple@")))) {
            PeerException.Refused refused = assertThrows(PeerException.Refused.class, peer::info);
            assertEquals(302, refused.error().status());
            assertTrue(refused.getMessage().contains("another server, http://127.0.0.1:" + other.port()));
            assertEquals(0, other.asked().size());
        }
    }

    @Test
    void aGetIsRedirectedOnTheSameServerAndNothingElseIs() throws InterruptedException {
        try (FakePeer fake = new FakePeer(asked -> asked.target().startsWith("/moved")
                        ? FakePeer.Answered.json(200, "{\"instance_start_time\":\"5\"}")
                        : new FakePeer.Answered(301, new byte[0], "Location: /moved/"));
                HttpPeer peer = fake.peer()) {
            assertEquals(new PeerInfo("5"), peer.info());
            PeerException.Refused refused = assertThrows(PeerException.Refused.class, peer::create);
            assertEquals(301, refused.error().status());
        }
    }

    @Test
    void redirectsInACircleEnd() {
        try (FakePeer fake = FakePeer.always(new FakePeer.Answered(302, new byte[0], "Location: /db/"));
                HttpPeer peer = fake.peer()) {
            assertThrows(PeerException.Refused.class, peer::info);
            assertEquals(1 + PeerHttp.MAX_REDIRECTS, fake.asked().size());
        }
    }

    @Test
    void aThreadThatIsInterruptedStopsSoonAndGivesTheConnectionBack() throws IOException, InterruptedException {
        CountDownLatch asked = new CountDownLatch(6);
        try (RawPeer raw = new RawPeer(socket -> {
                    RawPeer.send(socket, RawPeer.head("application/json", "Content-Length: 100") + "{");
                    asked.countDown();
                    Thread.sleep(60_000);
                });
                HttpPeer peer = raw.peer(LONG, LONG)) {
            // More than the peer has connections.
            for (int i = 0; i < 6; i++) {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                Thread caller = Thread.ofVirtual().start(() -> {
                    try {
                        peer.info();
                    } catch (Throwable e) {
                        thrown.set(e);
                    }
                });
                while (asked.getCount() == 6 - i) {
                    Thread.onSpinWait();
                }
                caller.interrupt();
                assertTrue(caller.join(Duration.ofSeconds(20)));
                assertInstanceOf(InterruptedException.class, thrown.get());
            }
        }
    }
}
