package dev.replicator.server.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Passwords found right or used lately, so that clients that send Basic credentials with every request do not pay for a
 * slow hash each time. It keeps keyed digests under a key that lives as long as the process, never the passwords.
 * Thread-safe.
 */
final class VerifiedPasswords {
    private static final int MOST = 10_000;
    private static final Duration LIFE = Duration.ofMinutes(10);

    private final byte[] key = new byte[32];
    private final InstantSource clock;
    private final Map<String, Instant> verified = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST;
        }
    };

    VerifiedPasswords(InstantSource clock) {
        this.clock = clock;
        new SecureRandom().nextBytes(key);
    }

    /** Whether this password was right for this hash, and not too long ago. */
    boolean contains(PasswordHash hash, String password) {
        String digest = digest(hash, password);
        synchronized (verified) {
            Instant since = verified.get(digest);
            if (since == null) {
                return false;
            }
            if (Duration.between(since, clock.instant()).compareTo(LIFE) >= 0) {
                verified.remove(digest);
                return false;
            }
            // Counted from its last use: who is at work must not queue behind a flood of wrong passwords to go on.
            verified.put(digest, clock.instant());
            return true;
        }
    }

    void add(PasswordHash hash, String password) {
        String digest = digest(hash, password);
        synchronized (verified) {
            verified.put(digest, clock.instant());
        }
    }

    private String digest(PasswordHash hash, String password) {
        // The hash holds no zero byte, so the two cannot run into each other.
        return HexFormat.of().formatHex(Hmac.SHA256.of(key, (hash + "\0" + password).getBytes(StandardCharsets.UTF_8)));
    }
}
