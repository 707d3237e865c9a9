package dev.replicator.server.access;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A token, read and not yet believed.
 *
 * @param keyId which key it says it is signed with
 */
record JsonWebToken(
        JwsAlgorithm algorithm, Optional<String> keyId, Map<String, Object> claims, byte[] signed, byte[] signature) {
    /**
     * Reads a token.
     *
     * @throws CouchException 401, in CouchDB's words
     */
    static JsonWebToken parse(String token) {
        List<String> parts = List.of(token.split("\\.", -1));
        if (parts.size() != 3) {
            throw refused("Malformed token");
        }
        Map<String, Object> header = object(parts.get(0));
        if (!header.containsKey("alg")) {
            throw refused("Missing alg header parameter");
        }
        JwsAlgorithm algorithm = Optional.ofNullable(header.get("alg"))
                .filter(String.class::isInstance)
                .flatMap(alg -> JwsAlgorithm.named((String) alg))
                .orElseThrow(() -> refused("Invalid alg header parameter"));
        if (header.containsKey("crit")) {
            // RFC 7515, section 4.1.11: what must be understood, and is not here.
            throw refused("Invalid crit header parameter");
        }
        return new JsonWebToken(
                algorithm,
                Optional.ofNullable(header.get("kid")).map(Object::toString),
                object(parts.get(1)),
                (parts.get(0) + "." + parts.get(1)).getBytes(StandardCharsets.US_ASCII),
                decoded(parts.get(2)));
    }

    /** @throws CouchException 401 where the key did not sign it */
    void verify(Key key) {
        if (!algorithm.verify(key, signed, signature)) {
            throw refused(algorithm.keyType() == KeyType.HMAC ? "Bad HMAC" : "Bad signature");
        }
    }

    static CouchException refused(String reason) {
        return CouchError.unauthorized(reason).asException();
    }

    private static Map<String, Object> object(String part) {
        try {
            Map<String, Object> object = JSONObjectUtils.parse(new String(decoded(part), StandardCharsets.UTF_8));
            if (object == null) {
                throw refused("Malformed token");
            }
            return object;
        } catch (ParseException e) {
            throw refused("Malformed token");
        }
    }

    private static byte[] decoded(String part) {
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            throw refused("Malformed token");
        }
    }
}
