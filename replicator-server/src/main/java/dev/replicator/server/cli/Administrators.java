package dev.replicator.server.cli;

import dev.replicator.server.access.PasswordHash;
import dev.replicator.server.config.Settings;
import dev.replicator.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the administrators' password hashes; makes an administrator where none is configured. */
final class Administrators {
    private static final Logger LOG = LoggerFactory.getLogger(Administrators.class);

    private static final String GENERATED = "admin";
    private static final String SETTING = "admin_hash/";

    /** Without characters that look alike. */
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /** 57 letters: 139 bits. */
    private static final int GENERATED_LENGTH = 24;

    private Administrators() {}

    /**
     * The administrators by name.
     *
     * @param store keeps the hashes of configured passwords, so that sessions outlive a restart, and that of the
     *     generated one
     * @param announce told of a generated password, once
     * @throws dev.replicator.server.config.SettingsException for a configured hash that cannot be read
     */
    static Map<String, PasswordHash> of(Settings settings, Store store, Consumer<String> announce) {
        if (settings.admins().isEmpty()) {
            return Map.of(GENERATED, stored(store, GENERATED).orElseGet(() -> generated(store, announce)));
        }
        Map<String, PasswordHash> admins = new HashMap<>();
        settings.admins()
                .forEach((name, secret) -> admins.put(
                        name, PasswordHash.isHash(secret) ? parsed(name, secret) : hashed(store, name, secret)));
        return admins;
    }

    private static PasswordHash parsed(String name, String hash) {
        try {
            return PasswordHash.parse(hash);
        } catch (IllegalArgumentException e) {
            throw Settings.refused("[admins] " + name + ": expected a password, or " + e.getMessage());
        }
    }

    private static PasswordHash hashed(Store store, String name, String password) {
        return stored(store, name).filter(hash -> hash.matches(password)).orElseGet(() -> keep(store, name, password));
    }

    private static PasswordHash generated(Store store, Consumer<String> announce) {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < GENERATED_LENGTH; i++) {
            password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        PasswordHash hash = keep(store, GENERATED, password.toString());
        announce.accept("No administrator is configured: made " + GENERATED + " with the password " + password
                + " (shown this once; only its hash is kept)");
        return hash;
    }

    private static PasswordHash keep(Store store, String name, String password) {
        PasswordHash hash = PasswordHash.of(password);
        store.putSetting(SETTING + name, hash.toString().getBytes(StandardCharsets.UTF_8));
        LOG.debug("hashed the password of the administrator {}", name);
        return hash;
    }

    private static Optional<PasswordHash> stored(Store store, String name) {
        return store.setting(SETTING + name).map(hash -> PasswordHash.parse(new String(hash, StandardCharsets.UTF_8)));
    }
}
