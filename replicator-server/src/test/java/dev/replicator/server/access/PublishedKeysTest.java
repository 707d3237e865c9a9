package dev.replicator.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys fetched from an issuer that changes them, is slow, or is down, with a clock that the test moves. */
class PublishedKeysTest {
    private static final TestKeys KEYS = TestKeys.make();

    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private final PublishedKeys published = new PublishedKeys(() -> now);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile int status = 200;
    private volatile byte[] answer = set(rsa("one"));
    private volatile CountDownLatch held = new CountDownLatch(0);
    private HttpServer issuer;
    private JwtRules.Jwks rules;

    @BeforeEach
    void start() throws IOException {
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.setExecutor(threads);
        issuer.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            byte[] body = answer;
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        issuer.start();
        rules = rules(Duration.ofSeconds(30));
    }

    private JwtRules.Jwks rules(Duration timeout) {
        URI url = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
        return new JwtRules.Jwks(url, Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofHours(1), timeout);
    }

    @AfterEach
    void stop() {
        held.countDown();
        published.close();
        issuer.stop(0);
        threads.close();
    }

    private static RSAKey.Builder rsaKey(String id) {
        return new RSAKey.Builder((RSAPublicKey) KEYS.rsa().getPublic()).keyID(id);
    }

    private static JWK rsa(String id) {
        return rsaKey(id).build();
    }

    private static byte[] set(JWK... keys) {
        return new JWKSet(List.of(keys)).toString(false).getBytes(StandardCharsets.UTF_8);
    }

    private CompletableFuture<Optional<Key>> begin(String id, JwsAlgorithm algorithm) {
        return published.find(rules, Optional.ofNullable(id), algorithm).toCompletableFuture();
    }

    private boolean isThere(String id) {
        return begin(id, JwsAlgorithm.RS256).join().isPresent();
    }

    @Test
    void keysAreFetchedOnceAndThenAtHand() {
        assertEquals(0, asked.get());
        assertEquals(
                Optional.of(KEYS.rsa().getPublic()),
                begin("one", JwsAlgorithm.RS256).join());
        assertTrue(begin("one", JwsAlgorithm.RS512).isDone());
        assertEquals(1, asked.get());
        now = now.plusSeconds(299);
        assertTrue(isThere("one"));
        assertEquals(1, asked.get());
        now = now.plusSeconds(1);
        assertTrue(isThere("one"));
        assertEquals(2, asked.get());
    }

    @Test
    void aNewKeyIsFetchedWhenATokenNamesItAndOneTakenBackIsForgotten() {
        assertTrue(isThere("one"));
        answer = set(rsa("two"));
        assertTrue(!isThere("two"), "not before the pause is over");
        assertEquals(1, asked.get());
        now = now.plusSeconds(30);
        assertTrue(isThere("two"));
        assertTrue(!isThere("one"));
        assertEquals(2, asked.get());
    }

    @Test
    void madeUpNamesCostTheIssuerNothing() {
        for (int i = 0; i < 1000; i++) {
            assertTrue(!isThere("x" + i));
        }
        assertEquals(1, asked.get());
    }

    @Test
    void allWaitForOneFetch() {
        held = new CountDownLatch(1);
        List<CompletableFuture<Optional<Key>>> waiting = IntStream.range(0, 100)
                .mapToObj(_ -> begin("one", JwsAlgorithm.RS256))
                .toList();
        assertTrue(waiting.stream().noneMatch(CompletableFuture::isDone));
        held.countDown();
        waiting.forEach(key -> assertTrue(key.join().isPresent()));
        assertEquals(1, asked.get());
    }

    @Test
    void whileTheIssuerIsDownWhatWasFetchedCountsForItsLifetime() {
        status = 500;
        assertEquals(503, Requests.status(begin("one", JwsAlgorithm.RS256)));
        status = 200;
        now = now.plusSeconds(30);
        assertTrue(isThere("one"));
        for (byte[] broken : List.of("{".getBytes(StandardCharsets.UTF_8), new byte[(1 << 20) + 1])) {
            answer = broken;
            now = now.plusSeconds(300);
            assertTrue(isThere("one"));
        }
        assertEquals(4, asked.get());
        now = now.plusSeconds(3000);
        assertEquals(503, Requests.status(begin("one", JwsAlgorithm.RS256)));
    }

    @Test
    void aFetchEndsAfterItsTimeOut() throws Exception {
        held = new CountDownLatch(1);
        rules = rules(Duration.ofMillis(50));
        CompletableFuture<Optional<Key>> waiting = begin("one", JwsAlgorithm.RS256);
        assertEquals(503, Requests.status(waiting.orTimeout(30, TimeUnit.SECONDS)));
    }

    @Test
    void anotherUrlHasItsOwnKeys() {
        assertTrue(isThere("one"));
        answer = set(rsa("two"));
        rules = rules(Duration.ofSeconds(31));
        assertTrue(isThere("two"));
    }

    @Test
    void keysAreUsedForWhatTheyAreMadeFor() {
        byte[] x = KEYS.ed25519().getPublic().getEncoded();
        Base64URL tail = Base64URL.encode(Arrays.copyOfRange(x, x.length - 32, x.length));
        answer = set(
                rsaKey("encrypts").keyUse(KeyUse.ENCRYPTION).build(),
                rsaKey("rs512").algorithm(JWSAlgorithm.RS512).build(),
                new ECKey.Builder(Curve.P_256, (ECPublicKey) KEYS.p256().getPublic())
                        .keyID("ec")
                        .build(),
                new OctetKeyPair.Builder(Curve.Ed25519, tail).keyID("ed").build(),
                new OctetKeyPair.Builder(Curve.X25519, tail).keyID("x").build(),
                new OctetSequenceKey.Builder(KEYS.secret()).keyID("secret").build());
        assertTrue(!isThere("encrypts"));
        assertTrue(!isThere("rs512"));
        assertTrue(begin("rs512", JwsAlgorithm.RS512).join().isPresent());
        assertEquals(
                Optional.of(KEYS.p256().getPublic()),
                begin("ec", JwsAlgorithm.ES256).join());
        assertEquals(Optional.empty(), begin("ec", JwsAlgorithm.ES384).join());
        assertEquals(Optional.empty(), begin("ec", JwsAlgorithm.RS256).join());
        assertEquals(
                Optional.of(KEYS.ed25519().getPublic()),
                begin("ed", JwsAlgorithm.EDDSA).join());
        assertEquals(Optional.empty(), begin("x", JwsAlgorithm.EDDSA).join());
        // Without a name, the only one that suits.
        assertEquals(
                Optional.of(KEYS.p256().getPublic()),
                begin(null, JwsAlgorithm.ES256).join());
        assertTrue(begin(null, JwsAlgorithm.RS512).join().isPresent());
        assertEquals(1, asked.get());
        answer = set(rsa("one"), rsa("two"));
        now = now.plusSeconds(300);
        assertEquals(Optional.empty(), begin(null, JwsAlgorithm.RS256).join());
    }
}
