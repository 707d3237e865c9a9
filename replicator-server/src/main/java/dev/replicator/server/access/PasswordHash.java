package dev.replicator.server.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as CouchDB keeps an administrator's: {@code -pbkdf2:sha256-KEY,SALT,ITERATIONS}, or
 * {@code -pbkdf2-KEY,SALT,ITERATIONS} for SHA-1. The salt is the text as it stands, not the bytes of its hex digits.
 */
public final class PasswordHash {
    private static final Pattern FORM =
            Pattern.compile("-pbkdf2(?::([a-z0-9]+))?-([0-9a-fA-F]{2,256}),([^,]{1,256}),([0-9]{1,9})");

    private static final Map<String, String> ALGORITHMS = Map.of(
            "sha", "PBKDF2WithHmacSHA1",
            "sha224", "PBKDF2WithHmacSHA224",
            "sha256", "PBKDF2WithHmacSHA256",
            "sha384", "PBKDF2WithHmacSHA384",
            "sha512", "PBKDF2WithHmacSHA512");

    /** CouchDB's number for SHA-256, and OWASP's. */
    private static final int ITERATIONS = 600_000;

    private static final int SALT_BYTES = 16;
    private static final int KEY_BYTES = 32;

    /** CouchDB's name of the function; empty for SHA-1 where the text names none. */
    private final String prf;

    private final byte[] key;
    private final String salt;
    private final int iterations;

    private PasswordHash(String prf, byte[] key, String salt, int iterations) {
        this.prf = prf;
        this.key = key;
        this.salt = salt;
        this.iterations = iterations;
    }

    /** Whether a text has the form of a hash rather than being a password itself. */
    public static boolean isHash(String text) {
        return text.startsWith("-pbkdf2") || text.startsWith("-hashed-");
    }

    /**
     * Reads a hash.
     *
     * @throws IllegalArgumentException for what is none, or one of a kind that is not taken; the message says what is
     */
    public static PasswordHash parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()
                || (matcher.group(1) != null && !ALGORITHMS.containsKey(matcher.group(1)))
                || Integer.parseInt(matcher.group(4)) == 0) {
            throw new IllegalArgumentException("a hash such as -pbkdf2:sha256-KEY,SALT,ITERATIONS");
        }
        return new PasswordHash(
                matcher.group(1) == null ? "" : matcher.group(1),
                HexFormat.of().parseHex(matcher.group(2).toLowerCase(Locale.ROOT)),
                matcher.group(3),
                Integer.parseInt(matcher.group(4)));
    }

    /** Hashes a password with a new salt; takes some tenths of a second. */
    public static PasswordHash of(String password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        String text = HexFormat.of().formatHex(salt);
        return new PasswordHash("sha256", derive("sha256", password, text, ITERATIONS, KEY_BYTES), text, ITERATIONS);
    }

    /** Whether it is the hash of this password; takes as long whatever the answer. */
    public boolean matches(String password) {
        return MessageDigest.isEqual(key, derive(prf.isEmpty() ? "sha" : prf, password, salt, iterations, key.length));
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return "-pbkdf2" + (prf.isEmpty() ? "" : ":" + prf) + "-"
                + HexFormat.of().formatHex(key) + "," + salt + "," + iterations;
    }

    private static byte[] derive(String prf, String password, String salt, int iterations, int bytes) {
        PBEKeySpec spec = new PBEKeySpec(
                password.toCharArray(), salt.getBytes(StandardCharsets.UTF_8), iterations, bytes * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance(ALGORITHMS.get(prf))
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }
}
