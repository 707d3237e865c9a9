package dev.replicator.server.access;

import dev.replicator.error.CouchException;
import dev.replicator.server.address.Addresses;
import java.security.Key;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Recognises those who send a token that somebody signed whose key is configured or published. */
final class JwtAuthenticator implements Authenticator, AutoCloseable {
    private static final String SCHEME = "bearer ";
    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final Supplier<JwtRules> rules;
    private final InstantSource clock;
    private final PublishedKeys published;
    private final VerifiedTokens verified = new VerifiedTokens();
    private final AddressTurns slow;

    /** @param waiting tokens that wait to be verified; asked each time, as {@code rules} are */
    JwtAuthenticator(Supplier<JwtRules> rules, Supplier<WaitingBounds> waiting, InstantSource clock) {
        this.slow = new AddressTurns("tokens", waiting);
        this.rules = rules;
        this.clock = clock;
        this.published = new PublishedKeys(clock);
    }

    @Override
    public CompletionStage<Finding> look(Credentials credentials) {
        Optional<String> text = credentials
                .header("Authorization")
                .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(header -> header.substring(SCHEME.length()).strip());
        if (text.isEmpty()) {
            return CompletableFuture.completedFuture(Finding.NOTHING);
        }
        JwtRules now = rules.get();
        try {
            JsonWebToken token = JsonWebToken.parse(text.get());
            return key(token, now)
                    .thenApply(key -> key.orElseThrow(() -> JsonWebToken.refused("Unknown kid")))
                    .thenCompose(key -> verified(token, text.get(), key, credentials.address()))
                    .thenApply(_ -> believe(token.claims(), now));
        } catch (CouchException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Of the quick kinds at once. Of the others in turn, and then remembered. */
    private CompletionStage<Void> verified(JsonWebToken token, String text, Key key, String address) {
        if (!token.algorithm().isSlow()) {
            token.verify(key);
            return DONE;
        }
        if (verified.contains(text, key)) {
            return DONE;
        }
        return slow.submit(Addresses.keyOf(address), () -> {
            // Another connection of the same client may have been first.
            if (!verified.contains(text, key)) {
                token.verify(key);
                verified.add(text, key);
            }
            return null;
        });
    }

    private CompletionStage<Optional<Key>> key(JsonWebToken token, JwtRules now) {
        String id = token.keyId().orElse(JwtRules.KeyName.STANDARD_ID);
        Optional<Key> configured = Optional.ofNullable(
                now.keys().get(new JwtRules.KeyName(token.algorithm().keyType(), id)));
        return configured.isPresent()
                        || now.jwks().isEmpty()
                        || token.algorithm().keyType() == KeyType.HMAC
                ? CompletableFuture.completedFuture(configured)
                : published.find(now.jwks().get(), token.keyId(), token.algorithm());
    }

    /** Whom a token of a good signature names. */
    private Finding believe(Map<String, Object> claims, JwtRules now) {
        for (RequiredClaim required : now.required()) {
            check(required, claims);
        }
        double seconds = clock.millis() / 1000.0;
        if (claims.containsKey("exp") && time(claims, "exp") <= seconds) {
            throw JsonWebToken.refused("exp not in future");
        }
        if (claims.containsKey("nbf") && time(claims, "nbf") > seconds) {
            throw JsonWebToken.refused("nbf not in past");
        }
        if (claims.containsKey("iat")) {
            time(claims, "iat");
        }
        if (!(claims.get("sub") instanceof String name) || name.isEmpty()) {
            throw JsonWebToken.refused("Token missing sub claim.");
        }
        return new Finding.Recognised(Caller.of(name, roles(claims, now.rolesPath()), Scheme.JWT), Optional.empty());
    }

    private static void check(RequiredClaim required, Map<String, Object> claims) {
        Object value = claims.get(required.name());
        if (value == null) {
            throw JsonWebToken.refused("Missing " + required.name() + " claim");
        }
        boolean right = required.value()
                .map(wanted -> wanted.equals(value) || (value instanceof List<?> list && list.contains(wanted)))
                .orElse(true);
        if (!right) {
            throw JsonWebToken.refused("Invalid " + required.name() + " claim");
        }
    }

    private static double time(Map<String, Object> claims, String name) {
        if (claims.get(name) instanceof Number seconds) {
            return seconds.doubleValue();
        }
        throw JsonWebToken.refused("Invalid " + name + " claim");
    }

    /** The texts of the list that a path leads to; none where it leads to something else. */
    private static Set<String> roles(Map<String, Object> claims, List<String> path) {
        Object at = claims;
        for (String name : path) {
            at = at instanceof Map<?, ?> object ? object.get(name) : null;
        }
        Set<String> roles = new LinkedHashSet<>();
        if (at instanceof List<?> list) {
            for (Object role : list) {
                if (role instanceof String text) {
                    roles.add(text);
                }
            }
        }
        return roles;
    }

    @Override
    public void close() {
        slow.close();
        published.close();
    }
}
