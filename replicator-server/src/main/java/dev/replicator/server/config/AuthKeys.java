package dev.replicator.server.config;

import dev.replicator.server.access.Hmac;
import dev.replicator.server.access.LockoutRules;
import dev.replicator.server.access.RequiredClaim;
import dev.replicator.server.access.Scheme;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The part of the table that is about recognising callers. */
public final class AuthKeys {
    private static final Pattern DOMAIN = Pattern.compile("|[A-Za-z0-9.-]+");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** A pause so long as to never end would be a mistake. */
    private static final int MOST_SECONDS = 7 * 24 * 3600;

    public static final Key<List<Scheme>> HANDLERS = new Key<>(
            "chttpd",
            "authentication_handlers",
            "{chttpd_auth, cookie_authentication_handler}, {chttpd_auth, default_authentication_handler}",
            "a list of {chttpd_auth, NAME_authentication_handler}, NAME one of cookie, default, proxy, jwt",
            Scheme::parseList,
            Effect.AT_ONCE,
            "How callers are recognised, in the order in which it is tried; default is Basic.");

    public static final Key<String> AUTHENTICATION_DB = Key.text(
                    "chttpd_auth",
                    "authentication_db",
                    "_users",
                    "The database of those who are no administrators of the configuration.")
            .atRestart();

    public static final Key<String> SECRET = Key.header(
            "chttpd_auth",
            "secret",
            "What session cookies are signed with, and proxies' tokens; where it is not set, cookies are signed with a"
                    + " secret that the server made and keeps in its data folder. What the secret before signed stays"
                    + " valid for the timeout, unless the server is restarted.");

    public static final Key<List<String>> PREVIOUS_SECRETS = new Key<>(
            "chttpd_auth",
            "previous_secrets",
            "",
            "a list of printable ASCII texts, separated by commas",
            AuthKeys::secrets,
            Effect.AT_ONCE,
            "Secrets that sign no more: what they signed stays valid, also after a restart.");

    public static final Key<List<Hmac>> HASH_ALGORITHMS = new Key<>(
            "chttpd_auth",
            "hash_algorithms",
            "sha256, sha",
            "a list of sha, sha224, sha256, sha384, sha512, separated by commas",
            AuthKeys::digests,
            Effect.AT_ONCE,
            "The functions of cookies' signatures and proxies' tokens; the first signs, each is taken.");

    public static final Key<Boolean> PERSISTENT_COOKIES = Key.flag(
            "chttpd_auth",
            "allow_persistent_cookies",
            true,
            "Whether browsers keep a session cookie when they are closed.");

    public static final Key<String> COOKIE_DOMAIN = new Key<>(
            "chttpd_auth",
            "cookie_domain",
            "",
            "the name of a domain",
            value -> matching(value, DOMAIN),
            Effect.AT_ONCE,
            "The domain whose hosts browsers send the session cookie to; where it is not set, this host alone.");

    public static final Key<Optional<String>> SAME_SITE = new Key<>(
            "chttpd_auth",
            "same_site",
            "",
            "one of none, lax, strict",
            AuthKeys::sameSite,
            Effect.AT_ONCE,
            "The SameSite of the session cookie; browsers take none only over TLS.");

    public static final Key<Boolean> PROXY_USE_SECRET = Key.flag(
            "chttpd_auth",
            "proxy_use_secret",
            true,
            "Whether a proxy must send a token, the name signed with the secret. Without, whoever reaches this server"
                    + " can be anybody, once the handler proxy is on.");

    public static final Key<String> PROXY_NAME =
            name("x_auth_username", "X-Auth-CouchDB-UserName", "The header in which a proxy names the user.");

    public static final Key<String> PROXY_ROLES =
            name("x_auth_roles", "X-Auth-CouchDB-Roles", "The header with the user's roles, separated by commas.");

    public static final Key<String> PROXY_TOKEN =
            name("x_auth_token", "X-Auth-CouchDB-Token", "The header with the proxy's token, in hex.");

    public static final Key<LockoutRules.Mode> LOCKOUT_MODE = new Key<>(
            "chttpd_auth_lockout",
            "mode",
            "enforce",
            "one of off, warn, enforce",
            AuthKeys::mode,
            Effect.AT_ONCE,
            "Whether too many wrong passwords for a name from an address are logged, and whether they lock it out (403).");

    public static final Key<Long> LOCKOUT_THRESHOLD = Key.number(
            "chttpd_auth_lockout", "threshold", 5, 1, Integer.MAX_VALUE, "How many wrong passwords are too many.");

    public static final Key<Long> LOCKOUT_OBJECTS = Key.number(
            "chttpd_auth_lockout",
            "max_objects",
            10_000,
            1,
            10_000_000,
            "The most names and addresses that are kept count of; the oldest are forgotten first.");

    public static final Key<Long> LOCKOUT_LIFETIME = Key.number(
            "chttpd_auth_lockout",
            "max_lifetime",
            300_000,
            1,
            Integer.MAX_VALUE,
            "Milliseconds from the first wrong password on after which they are forgotten.");

    public static final Key<List<RequiredClaim>> REQUIRED_CLAIMS = new Key<>(
            "jwt_auth",
            "required_claims",
            "exp",
            "a list of names, and of pairs such as {iss, \"https://example.org\"}, separated by commas",
            RequiredClaim::parseList,
            Effect.AT_ONCE,
            "What tokens must claim; exp and nbf hold wherever they stand.");

    public static final Key<String> ROLES_CLAIM_NAME = Key.text(
            "jwt_auth",
            "roles_claim_name",
            "_couchdb.roles",
            "The claim with the list of roles, where roles_claim_path is not set.");

    public static final Key<String> ROLES_CLAIM_PATH = Key.header(
            "jwt_auth",
            "roles_claim_path",
            "The names that lead to the list of roles, with dots between them; a dot within a name as \\\\.");

    public static final Key<Optional<URI>> JWKS_URL = new Key<>(
            "jwt_auth",
            "jwks_url",
            "",
            "a URL that begins with http:// or https://",
            AuthKeys::url,
            Effect.AT_ONCE,
            "Where further public keys of tokens are published, as a JSON Web Key Set.");

    public static final Key<Long> JWKS_REFRESH = Key.number(
            "jwt_auth", "jwks_refresh", 300, 1, MOST_SECONDS, "Seconds after which those keys are fetched anew.");

    public static final Key<Long> JWKS_PAUSE = Key.number(
            "jwt_auth",
            "jwks_pause",
            30,
            0,
            MOST_SECONDS,
            "Seconds between two fetches at least, whatever keys tokens name.");

    public static final Key<Long> JWKS_LIFETIME = Key.number(
            "jwt_auth",
            "jwks_lifetime",
            3600,
            1,
            MOST_SECONDS,
            "Seconds for which those keys count while they cannot be fetched anew.");

    public static final Key<Long> JWKS_TIMEOUT =
            Key.number("jwt_auth", "jwks_timeout", 5000, 1, 600_000, "Milliseconds after which a fetch has failed.");

    static final List<Key<?>> ALL = List.of(
            HANDLERS,
            AUTHENTICATION_DB,
            SECRET,
            PREVIOUS_SECRETS,
            HASH_ALGORITHMS,
            PERSISTENT_COOKIES,
            COOKIE_DOMAIN,
            SAME_SITE,
            PROXY_USE_SECRET,
            PROXY_NAME,
            PROXY_ROLES,
            PROXY_TOKEN,
            LOCKOUT_MODE,
            LOCKOUT_THRESHOLD,
            LOCKOUT_OBJECTS,
            LOCKOUT_LIFETIME,
            REQUIRED_CLAIMS,
            ROLES_CLAIM_NAME,
            ROLES_CLAIM_PATH,
            JWKS_URL,
            JWKS_REFRESH,
            JWKS_PAUSE,
            JWKS_LIFETIME,
            JWKS_TIMEOUT);

    private AuthKeys() {}

    private static Key<String> name(String key, String standard, String sentence) {
        return new Key<>(
                "chttpd_auth",
                key,
                standard,
                "the name of a header",
                value -> matching(value, HEADER),
                Effect.AT_ONCE,
                sentence);
    }

    private static String matching(String value, Pattern pattern) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(value);
        }
        return value;
    }

    private static List<String> items(String value) {
        List<String> items = value.isEmpty()
                ? List.of()
                : Stream.of(value.split(",", -1)).map(String::strip).toList();
        if (items.contains("")) {
            throw new IllegalArgumentException(value);
        }
        return items;
    }

    private static List<String> secrets(String value) {
        return items(SECRET.reader().apply(value));
    }

    private static List<Hmac> digests(String value) {
        List<Hmac> digests = items(value).stream()
                .map(name -> Hmac.named(name).orElseThrow(IllegalArgumentException::new))
                .toList();
        if (digests.isEmpty()) {
            throw new IllegalArgumentException(value);
        }
        return digests;
    }

    private static Optional<String> sameSite(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "" -> Optional.empty();
            case "none" -> Optional.of("None");
            case "lax" -> Optional.of("Lax");
            case "strict" -> Optional.of("Strict");
            default -> throw new IllegalArgumentException(value);
        };
    }

    private static LockoutRules.Mode mode(String value) {
        return switch (value) {
            case "off" -> LockoutRules.Mode.OFF;
            case "warn" -> LockoutRules.Mode.WARN;
            case "enforce" -> LockoutRules.Mode.ENFORCE;
            default -> throw new IllegalArgumentException(value);
        };
    }

    private static Optional<URI> url(String value) {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI url = new URI(value);
            boolean taken = ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                    && url.getHost() != null
                    && url.getUserInfo() == null;
            if (!taken) {
                throw new IllegalArgumentException(value);
            }
            return Optional.of(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(value, e);
        }
    }
}
