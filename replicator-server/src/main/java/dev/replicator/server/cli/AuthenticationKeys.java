package dev.replicator.server.cli;

import dev.replicator.server.access.Access;
import dev.replicator.server.access.AccessRules;
import dev.replicator.server.access.CookieRules;
import dev.replicator.server.access.HashRules;
import dev.replicator.server.access.JwtRules;
import dev.replicator.server.access.KeyType;
import dev.replicator.server.access.LockoutRules;
import dev.replicator.server.access.ProxyRules;
import dev.replicator.server.access.SecretRotation;
import dev.replicator.server.access.Signing;
import dev.replicator.server.access.UserDocuments;
import dev.replicator.server.access.WaitingBounds;
import dev.replicator.server.config.Administrators;
import dev.replicator.server.config.AuthKeys;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.LimitKeys;
import dev.replicator.server.config.PasswordKeys;
import dev.replicator.server.config.Settings;
import dev.replicator.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is configured of recognising callers, read anew when it changes. */
final class AuthenticationKeys {
    private static final Logger LOG = LoggerFactory.getLogger(AuthenticationKeys.class);
    private static final String COOKIE_SECRET = "cookie_secret";
    private static final int SECRET_BYTES = 32;

    private final Settings settings;
    private final byte[] ownSecret;
    private final SecretRotation rotation;
    private volatile AccessRules rules;

    private AuthenticationKeys(Settings settings, byte[] ownSecret, InstantSource clock) {
        this.settings = settings;
        this.ownSecret = ownSecret;
        this.rotation = new SecretRotation(clock);
        this.rules = read();
    }

    static Access start(Settings settings, Store store, Administrators administrators) {
        InstantSource clock = InstantSource.system();
        AuthenticationKeys keys = new AuthenticationKeys(settings, ownSecret(store), clock);
        settings.onChange(keys::refresh);
        keys.rules.jwt().weaknesses().forEach(LOG::warn);
        UserDocuments users = new UserDocuments(store, settings.get(AuthKeys.AUTHENTICATION_DB), clock);
        return new Access(administrators::hash, users, keys::now, clock);
    }

    private AccessRules now() {
        if (rotation.isOutdated()) {
            refresh();
        }
        return rules;
    }

    private synchronized void refresh() {
        rules = read();
    }

    private AccessRules read() {
        return new AccessRules(
                settings.get(Keys.REQUIRE_USER)
                        || settings.get(Keys.AUTH_REQUIRE_USER)
                        || settings.get(Keys.REQUIRE_USER_EXCEPT_FOR_UP),
                Stream.of(Keys.CHALLENGE, Keys.OLD_CHALLENGE)
                        .flatMap(key -> text(key).stream())
                        .findFirst(),
                settings.get(AuthKeys.HANDLERS),
                text(AuthKeys.AUTHENTICATION_DB).filter(name -> !name.equals(AuthKeys.AUTHENTICATION_DB.standard())),
                signing(),
                new CookieRules(
                        Duration.ofSeconds(settings.get(Keys.SESSION_TIMEOUT)),
                        settings.get(AuthKeys.PERSISTENT_COOKIES),
                        text(AuthKeys.COOKIE_DOMAIN),
                        settings.get(AuthKeys.SAME_SITE)),
                new HashRules(
                        PasswordKeys.fresh(settings),
                        Math.toIntExact(settings.get(PasswordKeys.MIN_ITERATIONS)),
                        Math.toIntExact(settings.get(PasswordKeys.MAX_ITERATIONS)),
                        settings.get(PasswordKeys.UPGRADE_HASH)),
                waiting(LimitKeys.WAITING_PASSWORDS, LimitKeys.ADDRESS_WAITING_PASSWORDS),
                waiting(LimitKeys.WAITING_TOKENS, LimitKeys.ADDRESS_WAITING_TOKENS),
                new LockoutRules(
                        settings.get(AuthKeys.LOCKOUT_MODE),
                        settings.get(AuthKeys.LOCKOUT_THRESHOLD),
                        Math.toIntExact(settings.get(AuthKeys.LOCKOUT_OBJECTS)),
                        Duration.ofMillis(settings.get(AuthKeys.LOCKOUT_LIFETIME))),
                new ProxyRules(
                        settings.get(AuthKeys.PROXY_USE_SECRET),
                        settings.get(AuthKeys.PROXY_NAME),
                        settings.get(AuthKeys.PROXY_ROLES),
                        settings.get(AuthKeys.PROXY_TOKEN)),
                jwt());
    }

    private WaitingBounds waiting(
            dev.replicator.server.config.Key<Long> all, dev.replicator.server.config.Key<Long> ofAddress) {
        return new WaitingBounds(Math.toIntExact(settings.get(all)), Math.toIntExact(settings.get(ofAddress)));
    }

    private Optional<String> text(dev.replicator.server.config.Key<String> key) {
        return Optional.of(settings.get(key)).filter(value -> !value.isEmpty());
    }

    private Signing signing() {
        byte[] current = text(AuthKeys.SECRET)
                .map(secret -> secret.getBytes(StandardCharsets.UTF_8))
                .orElse(ownSecret);
        Duration life = Duration.ofSeconds(settings.get(Keys.SESSION_TIMEOUT));
        List<byte[]> secrets = new ArrayList<>(rotation.secrets(current, life));
        settings.get(AuthKeys.PREVIOUS_SECRETS).forEach(secret -> secrets.add(secret.getBytes(StandardCharsets.UTF_8)));
        return new Signing(List.copyOf(secrets), settings.get(AuthKeys.HASH_ALGORITHMS));
    }

    private JwtRules jwt() {
        Map<JwtRules.KeyName, Key> keys = new HashMap<>();
        settings.tokenKeys().forEach((name, text) -> {
            int colon = name.indexOf(':');
            KeyType type = KeyType.named(name.substring(0, colon)).orElseThrow();
            keys.put(new JwtRules.KeyName(type, name.substring(colon + 1)), type.read(text));
        });
        return new JwtRules(
                settings.get(AuthKeys.REQUIRED_CLAIMS),
                text(AuthKeys.ROLES_CLAIM_PATH)
                        .map(JwtRules::path)
                        .orElseGet(() -> List.of(settings.get(AuthKeys.ROLES_CLAIM_NAME))),
                Map.copyOf(keys),
                settings.get(AuthKeys.JWKS_URL)
                        .map(url -> new JwtRules.Jwks(
                                url,
                                Duration.ofSeconds(settings.get(AuthKeys.JWKS_REFRESH)),
                                Duration.ofSeconds(settings.get(AuthKeys.JWKS_PAUSE)),
                                Duration.ofSeconds(settings.get(AuthKeys.JWKS_LIFETIME)),
                                Duration.ofMillis(settings.get(AuthKeys.JWKS_TIMEOUT)))));
    }

    /** Made at the first start, and kept in the data folder. */
    private static byte[] ownSecret(Store store) {
        return store.setting(COOKIE_SECRET).orElseGet(() -> {
            byte[] secret = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(secret);
            store.putSetting(COOKIE_SECRET, secret);
            return secret;
        });
    }
}
