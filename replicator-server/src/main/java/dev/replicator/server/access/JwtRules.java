package dev.replicator.server.access;

import java.net.URI;
import java.security.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is configured of tokens.
 *
 * @param required what they must claim
 * @param rolesPath the names that lead to the list of roles within the claims
 * @param keys by {@link KeyName}
 * @param jwks where further public keys are published
 */
public record JwtRules(
        List<RequiredClaim> required, List<String> rolesPath, Map<KeyName, Key> keys, Optional<Jwks> jwks) {
    /** CouchDB's, without keys. */
    public static final JwtRules STANDARD = new JwtRules(
            List.of(new RequiredClaim("exp", Optional.empty())), List.of("_couchdb.roles"), Map.of(), Optional.empty());

    /**
     * Which secrets are shorter than the digests that tokens are signed with, and so easier to guess than those: a
     * sentence of each, by its name.
     */
    public List<String> weaknesses() {
        return keys.entrySet().stream()
                .filter(key ->
                        key.getKey().type() == KeyType.HMAC && key.getValue().getEncoded().length < Hmac.SHA256.bytes())
                .map(key -> "[jwt_keys] hmac:" + key.getKey().id() + " has "
                        + key.getValue().getEncoded().length
                        + " bytes: HS256 asks for " + Hmac.SHA256.bytes() + " at least, HS384 for "
                        + Hmac.SHA384.bytes()
                        + ", HS512 for " + Hmac.SHA512.bytes() + " (RFC 7518, section 3.2).")
                .sorted()
                .toList();
    }

    /** A key's name, by which only tokens of its own kind find it. */
    public record KeyName(KeyType type, String id) {
        /** Of tokens that name none. */
        static final String STANDARD_ID = "_default";
    }

    /**
     * Keys at a URL.
     *
     * @param refresh after which they are fetched anew
     * @param pause between two fetches at least, whatever tokens ask for
     * @param lifetime how long they count where they cannot be fetched anew
     * @param timeout of a fetch
     */
    public record Jwks(URI url, Duration refresh, Duration pause, Duration lifetime, Duration timeout) {}

    /** The names of a path such as {@code a.b\.c.d}: dots part them, but for those behind a backslash. */
    public static List<String> path(String text) {
        List<String> names = new ArrayList<>();
        for (String name : text.split("(?<!\\\\)\\.", -1)) {
            names.add(name.replace("\\.", "."));
        }
        return List.copyOf(names);
    }
}
