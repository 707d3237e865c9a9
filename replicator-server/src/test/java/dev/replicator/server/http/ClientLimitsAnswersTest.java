package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.address.Network;
import dev.replicator.server.limits.ClientRules;
import dev.replicator.server.limits.TrustedProxies;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients may have of connections, feeds and requests, as they see it. */
class ClientLimitsAnswersTest {
    private static final String ADMIN = "Authorization: Basic "
            + Base64.getEncoder().encodeToString("admin:secret".getBytes(StandardCharsets.US_ASCII)) + "\r\n";
    private static final String WRONG = "Authorization: Basic "
            + Base64.getEncoder().encodeToString("eve:wrong".getBytes(StandardCharsets.US_ASCII)) + "\r\n";

    /** Requests that take far longer than a bucket of tokens lasts. */
    private static final int MANY = 10_000;

    @TempDir
    private Path folder;

    private TestServer server;
    private final List<Wire> wires = new ArrayList<>();

    private void start(ClientRules rules) throws IOException {
        start(rules, TrustedProxies.NONE);
    }

    private void start(ClientRules rules, TrustedProxies proxies) throws IOException {
        HttpLimits limits = new HttpLimits(
                1 << 20,
                64 * 1024,
                1 << 20,
                folder.resolve("spool"),
                4,
                100,
                60_000,
                new Guards(rules, proxies, HeadLimits.STANDARD, 0, 0));
        Consumer<Router.Builder> endpoints = router ->
                router.root(TestServer.open("GET", _ -> Answer.ok(200))).server("_feed", new Feeds());
        server = TestServer.start(limits, endpoints);
    }

    /** Whose feeds send nothing. */
    private static final class Feeds implements Endpoint {
        @Override
        public String methods() {
            return "GET";
        }

        @Override
        public boolean hasFeeds() {
            return true;
        }

        @Override
        public Answer handle(Request request) {
            return new Answer.Streamed(200, Headers.none(), new Chunks() {
                @Override
                public Pull next(ByteSink sink) {
                    return Pull.waitAtMost(60_000);
                }

                @Override
                public void close() {}
            });
        }
    }

    private Wire connect() throws IOException {
        Wire wire = server.connect();
        wires.add(wire);
        return wire;
    }

    @AfterEach
    void stop() throws IOException {
        for (Wire wire : wires) {
            wire.close();
        }
        server.close();
    }

    private static boolean isServed(Wire wire) throws IOException {
        try {
            return wire.get("/").status() == 200;
        } catch (SocketException | EOFException e) {
            return false;
        }
    }

    private void awaitServed() throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!isServed(connect())) {
            assertTrue(System.nanoTime() < until, "a place that was left is never given to another");
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void connectionsBeyondTheLimitOfAllAreClosedUntilOneIsLeft() throws Exception {
        start(new ClientRules(2, 0, 0, 0, 0, 0, 1));
        assertTrue(isServed(connect()));
        assertTrue(isServed(connect()));
        assertFalse(isServed(connect()));
        assertTrue(isServed(wires.getFirst()), "those that are open are served on");
        wires.getFirst().close();
        awaitServed();
    }

    @Test
    void connectionsBeyondTheLimitOfAnAddressAreClosed() throws Exception {
        start(new ClientRules(0, 1, 0, 0, 0, 0, 1));
        Http2Wire first = new Http2Wire(server.server.address());
        assertEquals(200, first.receive(first.open(true, "GET", "/")).status());
        assertFalse(isServed(connect()), "one of HTTP/2 counts too");
        first.close();
        awaitServed();
    }

    private Wire.Received openFeed(String headers) throws IOException {
        Wire wire = connect();
        wire.send("GET /_feed?feed=continuous HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
        Wire.Received head = wire.receiveHead();
        if (head.status() == 200) {
            return head;
        }
        byte[] body = new byte[Integer.parseInt(head.header("Content-Length"))];
        assertEquals(body.length, wire.socket.getInputStream().readNBytes(body, 0, body.length));
        return new Wire.Received(head.status(), head.head(), body);
    }

    private static void assertRefused(int status, String key, Wire.Received answer) {
        assertEquals(status, answer.status());
        assertTrue(answer.text().contains("[limits] " + key), answer.text());
        assertTrue(Integer.parseInt(answer.header("Retry-After")) > 0);
    }

    @Test
    void feedsBeyondTheLimitOfAllAreRefusedToAdministratorsToo() throws Exception {
        start(new ClientRules(0, 0, 2, 0, 0, 0, 1));
        assertEquals(200, openFeed("").status());
        assertEquals(200, openFeed("").status());
        assertRefused(503, "max_feeds)", openFeed(ADMIN));
        Wire normal = connect().send("GET /_feed?feed=normal HTTP/1.1\r\nHost: h\r\n\r\n");
        assertEquals(200, normal.receiveHead().status(), "what ends by itself is no feed");
    }

    @Test
    void feedsBeyondTheLimitOfAnAddressAreRefusedUntilOneIsLeft() throws Exception {
        start(new ClientRules(0, 0, 0, 0, 1, 0, 1));
        assertEquals(200, openFeed("").status());
        assertRefused(429, "max_feeds_per_address)", openFeed("X-Forwarded-For: 203.0.113.7\r\n"));
        assertEquals(200, openFeed(ADMIN).status(), "administrators are not shut out by what others have open");
        wires.forEach(wire -> {
            try {
                wire.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (openFeed("").status() != 200) {
            assertTrue(System.nanoTime() < until, "a feed that was left counts for ever");
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void feedsOnStreamsOfOneConnectionCountOneByOne() throws Exception {
        start(new ClientRules(0, 0, 0, 0, 2, 0, 1));
        try (Http2Wire wire = new Http2Wire(server.server.address())) {
            int first = wire.open(true, "GET", "/_feed?feed=longpoll");
            int second = wire.open(true, "GET", "/_feed?feed=eventsource");
            int third = wire.open(true, "GET", "/_feed?feed=continuous");
            assertEquals(429, wire.receive(third).status());
            wire.reset(first);
            wire.reset(second);
            int after = wire.open(true, "GET", "/");
            assertEquals(200, wire.receive(after).status());
            int fourth = wire.open(true, "GET", "/_feed?feed=continuous");
            assertEquals("200", wire.of(fourth).fields().get(":status"));
        }
    }

    private static TrustedProxies trusting(String network) {
        return new TrustedProxies(Optional.of("X-Forwarded-For"), List.of(Network.parse(network)));
    }

    @Test
    void behindATrustedProxyEachOfItsClientsHasAnAddress() throws Exception {
        start(new ClientRules(0, 1, 0, 0, 1, 0, 1), trusting("127.0.0.0/8"));
        assertEquals(200, openFeed("X-Forwarded-For: 203.0.113.7\r\n").status());
        assertEquals(200, openFeed("X-Forwarded-For: 203.0.113.8\r\n").status(), "another one");
        assertRefused(429, "max_feeds_per_address)", openFeed("X-Forwarded-For: 203.0.113.7\r\n"));
        assertRefused(
                429,
                "max_feeds_per_address)",
                openFeed("X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.8\r\n"));
        assertEquals(200, openFeed("").status(), "the proxy itself");
        assertEquals(5, wires.size(), "connections of a proxy are not those of one client");
    }

    @Test
    void behindATrustedProxyEachOfItsClientsHasARate() throws Exception {
        start(new ClientRules(0, 0, 0, 0, 0, 1, 5), trusting("127.0.0.0/8"));
        Wire wire = connect();
        String busy = "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n";
        int asked = 0;
        while (wire.send(busy).receive().status() != 429) {
            assertTrue(++asked < MANY, "requests of one client are never too many");
        }
        wire.send("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 203.0.113.8\r\n\r\n");
        assertEquals(200, wire.receive().status());
    }

    @Test
    void aProxyThatIsNotTrustedIsOneClient() throws Exception {
        start(new ClientRules(0, 1, 0, 0, 0, 0, 1), trusting("198.51.100.0/24"));
        assertTrue(isServed(connect()));
        assertFalse(isServed(connect()));
    }

    @Test
    void requestsBeyondTheRateGet429WhateverAHeaderSaysOfTheAddress() throws Exception {
        start(new ClientRules(0, 0, 0, 0, 0, 1, 5));
        Wire wire = connect();
        Wire.Received refused = until(429, wire);
        assertRefused(429, "max_requests_per_second)", refused);
        assertTrue(refused.text().startsWith("{\"error\":\"too_many_requests\","), refused.text());
        String wrong = "GET / HTTP/1.1\r\nHost: h\r\n" + WRONG + "\r\n";
        int guesses = 0;
        while (wire.send(wrong).receive().status() != 429) {
            assertTrue(++guesses < MANY, "passwords can be guessed without end");
        }
        for (int i = 0; i < 50; i++) {
            wire.send("GET / HTTP/1.1\r\nHost: h\r\n" + ADMIN + "\r\n");
            assertEquals(200, wire.receive().status(), "an administrator behind the same address is let in");
        }
    }

    /** Asks, each time on behalf of another address, until it is answered so. */
    private static Wire.Received until(int status, Wire wire) throws IOException {
        for (int i = 0; i < MANY; i++) {
            String address = "203.0.113." + i % 256;
            Wire.Received answer = wire.send("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: " + address
                            + "\r\nX-Real-IP: " + address + "\r\nForwarded: for=" + address + "\r\n\r\n")
                    .receive();
            if (answer.status() == status) {
                return answer;
            }
        }
        throw new AssertionError("no " + status + " among " + MANY + " answers");
    }
}
