package dev.replicator.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proxy's word; the tokens were computed with Python's hmac, of {@code ann} by the secret {@code s3cret}. */
class ProxyAuthenticatorTest {
    private static final String SHA = "ca4469c38e2a96fdf55002761d6e938b9621e561";
    private static final String SHA256 = "1d1914399cc4a1d1dc0f159ec30c59ed9f2abaada564ff29a1910422e2406cc2";

    private static final Signing SIGNING = new Signing(
            List.of("new".getBytes(StandardCharsets.UTF_8), "s3cret".getBytes(StandardCharsets.UTF_8)),
            List.of(Hmac.SHA256, Hmac.SHA));

    private ProxyRules rules = ProxyRules.STANDARD;
    private final ProxyAuthenticator proxy = new ProxyAuthenticator(() -> rules, () -> SIGNING);

    private Finding look(String... headers) {
        return proxy.look(Requests.of(headers)).toCompletableFuture().join();
    }

    @Test
    void takesTheNameAndTheRolesOfAProxyThatKnowsTheSecret() {
        for (String token : List.of(SHA, SHA256, SHA256.toUpperCase(Locale.ROOT))) {
            Caller ann = ((Finding.Recognised) look(
                            "X-Auth-CouchDB-UserName", "ann",
                            "x-auth-couchdb-roles", "b, a,,",
                            "X-Auth-CouchDB-Token", token))
                    .caller();
            assertEquals(Optional.of("ann"), ann.name());
            assertEquals(List.of("b", "a"), List.copyOf(ann.roles()));
            assertEquals(Optional.of("proxy"), ann.handler());
        }
    }

    @Test
    void refusesWhoDoesNotKnowIt() {
        for (String token : List.of("", "xy", SHA.substring(2), "0" + SHA256, SHA256.replace('a', 'b'))) {
            assertEquals(
                    401,
                    Requests.status(
                            proxy.look(Requests.of("X-Auth-CouchDB-UserName", "ann", "X-Auth-CouchDB-Token", token))),
                    token);
        }
        assertEquals(401, Requests.status(proxy.look(Requests.of("X-Auth-CouchDB-UserName", "ann"))));
        assertEquals(
                401,
                Requests.status(
                        proxy.look(Requests.of("X-Auth-CouchDB-UserName", "bob", "X-Auth-CouchDB-Token", SHA256))));
        assertEquals(Finding.NOTHING, look("X-Auth-CouchDB-Roles", "_admin", "X-Auth-CouchDB-Token", SHA));
        assertEquals(Finding.NOTHING, look("X-Auth-CouchDB-UserName", ""));
    }

    /** A user's own document says what salt there is; a key of HMAC is filled up with zeros. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"password_sha\":\"1f31c8aedd37d66725e89e99d93269cb48b30f46\"",
                "\"salt\":\"\",\"password_sha\":\"1f31c8aedd37d66725e89e99d93269cb48b30f46\"",
                "\"password_scheme\":\"pbkdf2\",\"salt\":\"\\u0000\\u0000\",\"iterations\":1,\"derived_key\":\"ab\""
            })
    void aCookieOfAUserProvesNothing(String password) {
        String document = "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[]," + password + "}";
        Principal ann = UserDocument.of(document.getBytes(StandardCharsets.UTF_8))
                .principal("ann", Principal.Source.DOCUMENT)
                .orElseThrow();
        SessionCookies cookies =
                new SessionCookies(() -> SIGNING, () -> CookieRules.STANDARD, InstantSource.fixed(Instant.EPOCH));
        byte[] cookie = Base64.getUrlDecoder().decode(cookies.issue(ann, false).replaceAll("^AuthSession=|;.*", ""));
        String signed = new String(cookie, 0, "ann:0".length(), StandardCharsets.UTF_8);
        assertEquals("ann:0", signed);
        String signature = HexFormat.of().formatHex(cookie, signed.length() + 1, cookie.length);
        assertEquals(
                401,
                Requests.status(
                        proxy.look(Requests.of("X-Auth-CouchDB-UserName", signed, "X-Auth-CouchDB-Token", signature))));
    }

    /** A proxy that adds its headers to those of its client, rather than replacing them. */
    @ParameterizedTest
    @ValueSource(strings = {"X-Auth-CouchDB-UserName", "X-Auth-CouchDB-Roles", "X-Auth-CouchDB-Token"})
    void aHeaderThatCameTwiceIsNotBelieved(String twice) {
        Map<String, String> sent =
                Map.of("X-Auth-CouchDB-UserName", "ann", "X-Auth-CouchDB-Roles", "r", "X-Auth-CouchDB-Token", SHA256);
        Credentials credentials = new Credentials(
                name -> name.equals(twice) ? List.of(sent.get(name), "_admin") : List.of(sent.get(name)),
                Requests.ADDRESS,
                false,
                false);
        assertEquals(400, Requests.status(proxy.look(credentials)));
    }

    @Test
    void headersAndSecretAreAsConfigured() {
        rules = new ProxyRules(false, "X-User", "X-Roles", "X-Token");
        Caller ann = ((Finding.Recognised) look("X-User", "ann", "X-Roles", "r")).caller();
        assertEquals(List.of("r"), List.copyOf(ann.roles()));
        assertEquals(Finding.NOTHING, look("X-Auth-CouchDB-UserName", "ann"));
    }
}
