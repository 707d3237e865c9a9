package dev.replicator.server.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The {@code AuthSession} cookie: name and time, signed. Nothing is kept on the server for a session; one ends by its
 * age, and all of a name's when its password changes, since the signature covers the password's hash. Thread-safe.
 */
final class SessionCookies {
    private static final String NAME = "AuthSession";

    /** How CouchDB writes {@code Expires}: with dashes, as browsers and cookie jars read since Netscape. */
    private static final DateTimeFormatter EXPIRES = DateTimeFormatter.ofPattern(
                    "EEE, dd-MMM-yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final byte[] secret;
    private final Supplier<Duration> timeout;
    private final InstantSource clock;

    SessionCookies(byte[] secret, Supplier<Duration> timeout, InstantSource clock) {
        this.secret = secret.clone();
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * A session found in a request.
     *
     * @param hash of the name's password, which it was signed with
     */
    record Session(String name, Instant since, PasswordHash hash) {}

    /** The value of a {@code Set-Cookie} header that begins a session. */
    String issue(String name, PasswordHash hash) {
        Instant now = clock.instant();
        byte[] signed = signed(name, now);
        byte[] value = Arrays.copyOf(signed, signed.length + Hmac.BYTES);
        System.arraycopy(signature(signed, hash), 0, value, signed.length, Hmac.BYTES);
        return cookie(
                Base64.getUrlEncoder().withoutPadding().encodeToString(value),
                now,
                timeout.get().toSeconds());
    }

    /** The value of a {@code Set-Cookie} header that ends a session. */
    static String expired() {
        return cookie("", Instant.EPOCH, 0);
    }

    /** Whether a session is old enough to be carried on by a new cookie. */
    boolean isDueForRenewal(Session session) {
        return age(session.since()).multipliedBy(10).compareTo(timeout.get()) >= 0;
    }

    /**
     * The session of a request, if it holds a valid one.
     *
     * @param headers the values of its {@code Cookie} headers
     * @param hashes the hash of a name's password
     */
    Optional<Session> find(List<String> headers, Function<String, Optional<PasswordHash>> hashes) {
        for (String header : headers) {
            for (String cookie : header.split(";", -1)) {
                String trimmed = cookie.strip();
                if (trimmed.startsWith(NAME + "=")) {
                    String value = trimmed.substring(NAME.length() + 1);
                    return read(value.replace("\"", ""), hashes);
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Session> read(String value, Function<String, Optional<PasswordHash>> hashes) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length <= Hmac.BYTES) {
            return Optional.empty();
        }
        byte[] signed = Arrays.copyOf(bytes, bytes.length - Hmac.BYTES);
        String text = new String(signed, StandardCharsets.UTF_8);
        int colon = text.lastIndexOf(':');
        Optional<PasswordHash> hash = colon < 0 ? Optional.empty() : hashes.apply(text.substring(0, colon));
        if (hash.isEmpty()
                || !MessageDigest.isEqual(
                        signature(signed, hash.get()), Arrays.copyOfRange(bytes, signed.length, bytes.length))) {
            return Optional.empty();
        }
        // Signed by this server, so the number is one.
        Instant since = Instant.ofEpochSecond(Long.parseLong(text.substring(colon + 1), 16));
        boolean alive = !age(since).isNegative() && age(since).compareTo(timeout.get()) < 0;
        return alive ? Optional.of(new Session(text.substring(0, colon), since, hash.get())) : Optional.empty();
    }

    private Duration age(Instant since) {
        return Duration.between(since, Instant.ofEpochSecond(clock.instant().getEpochSecond()));
    }

    private byte[] signature(byte[] signed, PasswordHash hash) {
        byte[] text = hash.toString().getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(signed, signed.length + 1 + text.length);
        System.arraycopy(text, 0, all, signed.length + 1, text.length);
        return Hmac.sha256(secret, all);
    }

    private static byte[] signed(String name, Instant time) {
        return (name + ":" + Long.toHexString(time.getEpochSecond())).getBytes(StandardCharsets.UTF_8);
    }

    /** Both {@code Max-Age} and {@code Expires}: nano's cookie jar drops a cookie without the latter. */
    private static String cookie(String value, Instant from, long seconds) {
        String expires = EXPIRES.format(from.plusSeconds(seconds));
        return NAME + "=" + value + "; Version=1; Expires=" + expires + "; Max-Age=" + seconds + "; Path=/; HttpOnly";
    }
}
