package dev.replicator.server.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as CouchDB keeps an administrator's: {@code -pbkdf2:sha256-KEY,SALT,ITERATIONS},
 * {@code -pbkdf2-KEY,SALT,ITERATIONS} for SHA-1, or {@code -hashed-KEY,SALT} for a single SHA-1 of password and salt,
 * which documents of users call {@code simple}. The salt is the text as it stands, not the bytes of its hex digits.
 * Documents of users may also have {@code simple+pbkdf2}: PBKDF2 of the hex digits of the simple hash, with its salt,
 * as operators make it of simple hashes whose passwords they do not know.
 */
public final class PasswordHash {
    private static final Pattern FORM =
            Pattern.compile("-pbkdf2(?::([a-z0-9]+))?-([0-9a-fA-F]{2,256}),([^,]{1,256}),([0-9]{1,9})");

    private static final Pattern SIMPLE_FORM = Pattern.compile("-hashed-([0-9a-fA-F]{40}),([^,]{0,256})");

    private static final String SIMPLE = "simple";
    private static final int SALT_BYTES = 16;
    private static final int SIMPLE_KEY_BYTES = 20;
    private static final int MOST_KEY_BYTES = 128;

    /** CouchDB's name of the function; empty for SHA-1 where the text names none; {@link #SIMPLE}. */
    private final String prf;

    private final byte[] key;
    private final String salt;

    /** 0 of the simple kind. */
    private final int iterations;

    /** Whether it is of a simple hash in the password's place. */
    private final boolean ofSimple;

    private PasswordHash(String prf, byte[] key, String salt, int iterations) {
        this(prf, key, salt, iterations, false);
    }

    private PasswordHash(String prf, byte[] key, String salt, int iterations, boolean ofSimple) {
        this.ofSimple = ofSimple;
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
        Matcher simple = SIMPLE_FORM.matcher(text);
        if (simple.matches()) {
            return simple(simple.group(1), simple.group(2));
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()
                || (matcher.group(1) != null && Hmac.named(matcher.group(1)).isEmpty())
                || Integer.parseInt(matcher.group(4)) == 0) {
            throw new IllegalArgumentException("a hash such as -pbkdf2:sha256-KEY,SALT,ITERATIONS");
        }
        return new PasswordHash(
                matcher.group(1) == null ? "" : matcher.group(1),
                HexFormat.of().parseHex(matcher.group(2).toLowerCase(Locale.ROOT)),
                matcher.group(3),
                Integer.parseInt(matcher.group(4)));
    }

    /**
     * A hash by its parts, as documents of users have them.
     *
     * @param prf CouchDB's name of the function
     * @param key in hex
     * @throws IllegalArgumentException for parts that make none
     */
    static PasswordHash pbkdf2(String prf, String key, String salt, long iterations) {
        byte[] bytes = HexFormat.of().parseHex(key.toLowerCase(Locale.ROOT));
        if (Hmac.named(prf).isEmpty()
                || bytes.length == 0
                || bytes.length > MOST_KEY_BYTES
                || salt.isEmpty()
                || iterations < 1
                || iterations > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("no PBKDF2 that can be computed");
        }
        return new PasswordHash(prf, bytes, salt, (int) iterations);
    }

    /** This one, as that of a simple hash in the password's place. */
    PasswordHash ofSimple() {
        return new PasswordHash(prf, key, salt, iterations, true);
    }

    /**
     * A single SHA-1 of the password and the salt behind it.
     *
     * @param key in hex
     * @throws IllegalArgumentException for a key that is none
     */
    static PasswordHash simple(String key, String salt) {
        byte[] bytes = HexFormat.of().parseHex(key.toLowerCase(Locale.ROOT));
        if (bytes.length != SIMPLE_KEY_BYTES) {
            throw new IllegalArgumentException("no SHA-1");
        }
        return new PasswordHash(SIMPLE, bytes, salt, 0);
    }

    /**
     * Hashes a password with a new salt; takes some tenths of a second by the {@linkplain Pbkdf2#STANDARD standard}.
     */
    public static PasswordHash of(String password, Pbkdf2 how) {
        return of(password, newSalt(), how);
    }

    /** This hash's password as a strong one, with the same salt: cookies, which are signed with it, stay valid. */
    PasswordHash strengthened(String password, Pbkdf2 how) {
        return of(password, salt.isEmpty() ? newSalt() : salt, how);
    }

    static PasswordHash of(String password, String salt, Pbkdf2 how) {
        byte[] key =
                derive(how.prf(), password, salt, how.iterations(), how.prf().bytes());
        return new PasswordHash(how.prf().couchName(), key, salt, how.iterations());
    }

    private static String newSalt() {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return HexFormat.of().formatHex(salt);
    }

    /** Whether it is the hash of this password; takes as long whatever the answer. */
    public boolean matches(String password) {
        return MessageDigest.isEqual(key, computed(password));
    }

    /** Takes as long as a new hash does that {@code done} iterations are spent of. */
    static void spendTheRest(String password, Pbkdf2 fresh, int done) {
        if (done < fresh.iterations()) {
            byte[] _ = derive(
                    fresh.prf(),
                    password,
                    "salt",
                    fresh.iterations() - done,
                    fresh.prf().bytes());
        }
    }

    private byte[] computed(String password) {
        if (isSimple()) {
            return simplyHashed(password);
        }
        String hashed = ofSimple ? HexFormat.of().formatHex(simplyHashed(password)) : password;
        return derive(function(), hashed, salt, iterations, key.length);
    }

    private byte[] simplyHashed(String password) {
        try {
            return MessageDigest.getInstance("SHA-1").digest((password + salt).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    private Hmac function() {
        return Hmac.named(prf.isEmpty() ? "sha" : prf).orElseThrow();
    }

    private boolean isSimple() {
        return prf.equals(SIMPLE);
    }

    /** Whether it would be harder to guess the password from a new hash. */
    boolean isWeakerThan(Pbkdf2 fresh) {
        return isSimple()
                || ofSimple
                || iterations < fresh.iterations()
                || function().bytes() < fresh.prf().bytes();
    }

    /** Whether it is made as a new one is. */
    public boolean isMadeBy(Pbkdf2 fresh) {
        return !ofSimple && prf.equals(fresh.prf().couchName()) && iterations == fresh.iterations();
    }

    String prf() {
        return prf;
    }

    String keyHex() {
        return HexFormat.of().formatHex(key);
    }

    String salt() {
        return salt;
    }

    int iterations() {
        return iterations;
    }

    /** Iterations times the blocks of the key, of which each takes all of them: what a password costs. */
    long work() {
        if (isSimple()) {
            return 0;
        }
        int block = function().bytes();
        return (long) iterations * ((key.length + block - 1) / block);
    }

    /** The text that {@link #parse} reads, but for {@code simple+pbkdf2}, which no administrator has. */
    @Override
    public String toString() {
        return isSimple()
                ? "-hashed-" + keyHex() + "," + salt
                : (ofSimple ? "-simple+pbkdf2" : "-pbkdf2") + (prf.isEmpty() ? "" : ":" + prf) + "-" + keyHex() + ","
                        + salt + "," + iterations;
    }

    private static byte[] derive(Hmac prf, String password, String salt, int iterations, int bytes) {
        PBEKeySpec spec = new PBEKeySpec(
                password.toCharArray(), salt.getBytes(StandardCharsets.UTF_8), iterations, bytes * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance(prf.pbkdf2())
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }
}
