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
     * What a request's cookie says, be it true or not.
     *
     * @param text the name and the time, as they were signed
     */
    record Claim(String text, byte[] signature) {
        String name() {
            return text.substring(0, text.lastIndexOf(':'));
        }

        String time() {
            return text.substring(text.lastIndexOf(':') + 1);
        }
    }

    /** The value of a {@code Set-Cookie} header that begins a session. */
    String issue(Principal principal) {
        Instant now = clock.instant();
        String text = principal.name() + ":" + Long.toHexString(now.getEpochSecond());
        byte[] signed = text.getBytes(StandardCharsets.UTF_8);
        byte[] value = Arrays.copyOf(signed, signed.length + Hmac.BYTES);
        System.arraycopy(signature(text, principal), 0, value, signed.length, Hmac.BYTES);
        return cookie(
                Base64.getUrlEncoder().withoutPadding().encodeToString(value),
                now,
                timeout.get().toSeconds());
    }

    /** The value of a {@code Set-Cookie} header that ends a session. */
    static String expired() {
        return cookie("", Instant.EPOCH, 0);
    }

    /** Whether a valid session is old enough to be carried on by a new cookie. */
    boolean isDueForRenewal(Claim claim) {
        return age(claim).multipliedBy(10).compareTo(timeout.get()) >= 0;
    }

    /**
     * What a request's cookie says.
     *
     * @param headers the values of its {@code Cookie} headers
     * @return empty where there is none that can be read
     */
    static Optional<Claim> find(List<String> headers) {
        for (String header : headers) {
            for (String cookie : header.split(";", -1)) {
                String trimmed = cookie.strip();
                if (trimmed.startsWith(NAME + "=")) {
                    String value = trimmed.substring(NAME.length() + 1);
                    return read(value.replace("\"", ""));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Claim> read(String value) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length <= Hmac.BYTES) {
            return Optional.empty();
        }
        int end = bytes.length - Hmac.BYTES;
        String text = new String(bytes, 0, end, StandardCharsets.UTF_8);
        return text.indexOf(':') < 0
                ? Optional.empty()
                : Optional.of(new Claim(text, Arrays.copyOfRange(bytes, end, bytes.length)));
    }

    /** Whether what a cookie says is true of whom it names, and still holds. */
    boolean isValid(Claim claim, Principal named) {
        // Of what this server signed the time is a number.
        return MessageDigest.isEqual(signature(claim.text(), named), claim.signature())
                && !age(claim).isNegative()
                && age(claim).compareTo(timeout.get()) < 0;
    }

    private Duration age(Claim claim) {
        Instant since = Instant.ofEpochSecond(Long.parseLong(claim.time(), 16));
        return Duration.between(since, Instant.ofEpochSecond(clock.instant().getEpochSecond()));
    }

    private byte[] signature(String text, Principal principal) {
        return Hmac.sha256(secret, (text + "\0" + principal.cookieSalt()).getBytes(StandardCharsets.UTF_8));
    }

    /** Both {@code Max-Age} and {@code Expires}: nano's cookie jar drops a cookie without the latter. */
    private static String cookie(String value, Instant from, long seconds) {
        String expires = EXPIRES.format(from.plusSeconds(seconds));
        return NAME + "=" + value + "; Version=1; Expires=" + expires + "; Max-Age=" + seconds + "; Path=/; HttpOnly";
    }
}
