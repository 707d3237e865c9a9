package dev.replicator.server.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tokens whose signature was found right lately, each with the key that made it, so that clients that send one with
 * every request do not pay for it each time. What a token claims is not kept: time and rules pass over it each time. It
 * holds digests, not the tokens. Thread-safe.
 */
final class VerifiedTokens {
    /** Each takes some 200 bytes, and a share of its key. */
    private static final int MOST = 10_000;

    private final Map<String, Key> verified = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Key> eldest) {
            return size() > MOST;
        }
    };

    /** Whether this key made this token's signature, as far as that is remembered. */
    boolean contains(String token, Key key) {
        String digest = digest(token);
        synchronized (verified) {
            return key.equals(verified.get(digest));
        }
    }

    void add(String token, Key key) {
        String digest = digest(token);
        synchronized (verified) {
            verified.put(digest, key);
        }
    }

    private static String digest(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
