package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.nio.charset.StandardCharsets;
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
 * The {@code AuthSession} cookie, as CouchDB makes it: name, time and signature, joined by colons. Nothing is kept on
 * the server for a session; one ends by its age, and all of a name's when its salt changes. Thread-safe.
 */
final class SessionCookies {
    private static final String NAME = "AuthSession";

    /** How CouchDB writes {@code Expires}: with dashes, as browsers and cookie jars read since Netscape. */
    private static final DateTimeFormatter EXPIRES = DateTimeFormatter.ofPattern(
                    "EEE, dd-MMM-yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Supplier<Signing> signing;
    private final Supplier<CookieRules> rules;
    private final InstantSource clock;

    SessionCookies(Supplier<Signing> signing, Supplier<CookieRules> rules, InstantSource clock) {
        this.signing = signing;
        this.rules = rules;
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

    /**
     * The value of a {@code Set-Cookie} header that begins a session.
     *
     * @param encrypted whether it is sent by TLS: then it is never sent back otherwise
     */
    String issue(Principal principal, boolean encrypted) {
        Instant now = clock.instant();
        String text =
                principal.name() + ":" + Long.toHexString(now.getEpochSecond()).toUpperCase(Locale.ROOT);
        byte[] signature = signing.get().sign(text, principal.cookieSalt());
        byte[] signed = (text + ":").getBytes(StandardCharsets.UTF_8);
        byte[] value = Arrays.copyOf(signed, signed.length + signature.length);
        System.arraycopy(signature, 0, value, signed.length, signature.length);
        Optional<Instant> end =
                rules.get().persistent() ? Optional.of(now.plus(rules.get().timeout())) : Optional.empty();
        return cookie(
                Base64.getUrlEncoder().withoutPadding().encodeToString(value),
                end.map(at -> until(at, rules.get().timeout().toSeconds())).orElse(""),
                encrypted);
    }

    /** The value of a {@code Set-Cookie} header that ends a session. */
    String expired(boolean encrypted) {
        return cookie("", until(Instant.EPOCH, 0), encrypted);
    }

    /** Whether a valid session is old enough to be carried on by a new cookie. */
    boolean isDueForRenewal(Claim claim) {
        return age(claim).multipliedBy(10).compareTo(rules.get().timeout()) >= 0;
    }

    /**
     * What a request's cookie says.
     *
     * @param headers the values of its {@code Cookie} headers
     * @return empty where there is none
     * @throws CouchException 400, in CouchDB's words, for one that cannot be read
     */
    Optional<Claim> find(List<String> headers) {
        for (String header : headers) {
            for (String cookie : header.split(";", -1)) {
                String trimmed = cookie.strip();
                if (trimmed.startsWith(NAME + "=")) {
                    String value = trimmed.substring(NAME.length() + 1).replace("\"", "");
                    return value.isEmpty() ? Optional.empty() : Optional.of(read(value));
                }
            }
        }
        return Optional.empty();
    }

    private Claim read(String value) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
        // A name may hold colons, and so may a signature: where it begins is told by its length alone.
        for (Hmac digest : signing.get().digests()) {
            int end = bytes.length - digest.bytes() - 1;
            String text = end <= 0 || bytes[end] != ':' ? "" : new String(bytes, 0, end, StandardCharsets.UTF_8);
            if (text.matches("(?s).*:[0-9A-Fa-f]{1,12}")) {
                return new Claim(text, Arrays.copyOfRange(bytes, end + 1, bytes.length));
            }
        }
        throw malformed();
    }

    private static CouchException malformed() {
        return CouchError.badRequest("Malformed AuthSession cookie. Please clear your cookies.")
                .asException();
    }

    /** Whether what a cookie says is true of whom it names, and still holds. */
    boolean isValid(Claim claim, Principal named) {
        return signing.get().verify(claim.text(), named.cookieSalt(), claim.signature())
                && !age(claim).isNegative()
                && age(claim).compareTo(rules.get().timeout()) < 0;
    }

    private Duration age(Claim claim) {
        Instant since = Instant.ofEpochSecond(Long.parseLong(claim.time(), 16));
        return Duration.between(since, Instant.ofEpochSecond(clock.instant().getEpochSecond()));
    }

    /** Both {@code Max-Age} and {@code Expires}: nano's cookie jar drops a cookie without the latter. */
    private static String until(Instant end, long seconds) {
        return "; Expires=" + EXPIRES.format(end) + "; Max-Age=" + seconds;
    }

    private String cookie(String value, String until, boolean encrypted) {
        return NAME + "=" + value + "; Version=1" + until + "; Path=/; HttpOnly"
                + (encrypted ? "; Secure" : "")
                + rules.get().domain().map(domain -> "; Domain=" + domain).orElse("")
                + rules.get().sameSite().map(site -> "; SameSite=" + site).orElse("");
    }
}
