package dev.replicator.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import dev.replicator.error.CouchError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys that an issuer of tokens publishes (RFC 7517), fetched when they are needed and kept for a while. A
 * token with a key that is not among them has them fetched anew, but not before a pause: made-up names of keys cost the
 * issuer nothing. Thread-safe; blocks no thread.
 */
final class PublishedKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedKeys.class);

    private static final long MOST_BYTES = 1 << 20;
    private static final int OK = 200;

    /** What stands before the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410). */
    private static final byte[] ED25519_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int ED25519_BYTES = 32;

    private final InstantSource clock;

    // All guarded by this.
    private Optional<HttpClient> client = Optional.empty();
    private Optional<JwtRules.Jwks> from = Optional.empty();
    private List<JWK> keys = List.of();
    private Optional<Instant> fetched = Optional.empty();
    private Optional<Instant> asked = Optional.empty();
    private Optional<CompletableFuture<Void>> underWay = Optional.empty();

    PublishedKeys(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * A key that is to verify tokens.
     *
     * @param id as the token names it; where it does not, the only key that suits
     * @return empty where there is none; fails with a 503 {@link dev.replicator.error.CouchException} where the keys
     *     could not be fetched
     */
    CompletionStage<Optional<Key>> find(JwtRules.Jwks rules, Optional<String> id, JwsAlgorithm algorithm) {
        CompletableFuture<Void> fetch;
        synchronized (this) {
            if (!from.equals(Optional.of(rules))) {
                from = Optional.of(rules);
                keys = List.of();
                fetched = Optional.empty();
                asked = Optional.empty();
                underWay = Optional.empty();
            }
            Optional<Key> known = isYounger(fetched, rules.refresh()) ? select(id, algorithm) : Optional.empty();
            if (known.isPresent()) {
                return CompletableFuture.completedFuture(known);
            }
            if (underWay.isEmpty() && !isYounger(asked, rules.pause())) {
                begin(rules);
            }
            fetch = underWay.orElseGet(() -> CompletableFuture.completedFuture(null));
        }
        return fetch.thenApply(_ -> afterFetch(rules, id, algorithm));
    }

    private synchronized Optional<Key> afterFetch(JwtRules.Jwks rules, Optional<String> id, JwsAlgorithm algorithm) {
        if (!isYounger(fetched, rules.lifetime())) {
            throw CouchError.unavailable("The keys of tokens cannot be fetched from [jwt_auth] jwks_url now.")
                    .asException();
        }
        return select(id, algorithm);
    }

    private boolean isYounger(Optional<Instant> since, Duration age) {
        return since.filter(then -> Duration.between(then, clock.instant()).compareTo(age) < 0)
                .isPresent();
    }

    private void begin(JwtRules.Jwks rules) {
        asked = Optional.of(clock.instant());
        HttpRequest request = HttpRequest.newBuilder(rules.url())
                .timeout(rules.timeout())
                .header("Accept", "application/json")
                .build();
        CompletableFuture<Void> done = new CompletableFuture<>();
        underWay = Optional.of(done);
        // Also what the body takes to come, which the request's own time-out leaves out.
        var _ = client().sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES))
                .orTimeout(rules.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(PublishedKeys::read)
                .whenComplete((read, problem) -> {
                    ended(rules, read, problem);
                    done.complete(null);
                });
    }

    /** Made when it is needed: it takes threads, and few servers have such keys. */
    private HttpClient client() {
        if (client.isEmpty()) {
            client = Optional.of(HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build());
        }
        return client.get();
    }

    private synchronized void ended(JwtRules.Jwks rules, List<JWK> read, Throwable problem) {
        if (!from.equals(Optional.of(rules))) {
            return;
        }
        underWay = Optional.empty();
        if (problem == null) {
            keys = read;
            fetched = Optional.of(clock.instant());
        } else {
            LOG.warn("the keys of tokens could not be fetched from {}: {}", rules.url(), problem.toString());
        }
    }

    private static List<JWK> read(HttpResponse<byte[]> answer) {
        if (answer.statusCode() != OK) {
            throw new UncheckedIOException(new IOException("status " + answer.statusCode()));
        }
        try {
            return JWKSet.parse(new String(answer.body(), StandardCharsets.UTF_8))
                    .getKeys();
        } catch (ParseException e) {
            throw new UncheckedIOException(new IOException("no set of keys: " + e.getMessage(), e));
        }
    }

    private Optional<Key> select(Optional<String> id, JwsAlgorithm algorithm) {
        List<Key> suiting = keys.stream()
                .filter(key -> id.isEmpty() || id.get().equals(key.getKeyID()))
                .filter(key -> key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
                .filter(key -> key.getAlgorithm() == null
                        || JwsAlgorithm.named(key.getAlgorithm().getName()).equals(Optional.of(algorithm)))
                .flatMap(key -> key(key, algorithm.keyType()).stream())
                .filter(algorithm::suits)
                .toList();
        return suiting.size() == 1 ? Optional.of(suiting.getFirst()) : Optional.empty();
    }

    private static Optional<Key> key(JWK key, KeyType type) {
        try {
            return switch (key) {
                case RSAKey rsa when type == KeyType.RSA -> Optional.of(rsa.toRSAPublicKey());
                case ECKey ec when type == KeyType.EC -> Optional.of(ec.toECPublicKey());
                case OctetKeyPair pair
                when type == KeyType.ED25519 && pair.getCurve().equals(Curve.Ed25519) -> ed25519(pair.getDecodedX());
                default -> Optional.empty();
            };
        } catch (JOSEException | GeneralSecurityException e) {
            LOG.debug("a published key cannot be used", e);
            return Optional.empty();
        }
    }

    private static Optional<Key> ed25519(byte[] x) throws GeneralSecurityException {
        if (x.length != ED25519_BYTES) {
            return Optional.empty();
        }
        byte[] encoded = Arrays.copyOf(ED25519_HEAD, ED25519_HEAD.length + x.length);
        System.arraycopy(x, 0, encoded, ED25519_HEAD.length, x.length);
        return Optional.of(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    }

    @Override
    public synchronized void close() {
        client.ifPresent(HttpClient::shutdownNow);
    }
}
