package dev.replicator.server.config;

import dev.replicator.server.access.PasswordHash;
import dev.replicator.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The administrators among the settings, with the hashes of their passwords. Follows the settings. Thread-safe. */
public final class Administrators {
    private static final Logger LOG = LoggerFactory.getLogger(Administrators.class);

    private static final String GENERATED = "admin";
    private static final String SETTING = "admin_hash/";

    /** Without characters that look alike. */
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /** 57 letters: 139 bits. */
    private static final int GENERATED_LENGTH = 24;

    private final Settings settings;
    private final Store store;
    private volatile Map<String, Admin> admins = Map.of();

    /** @param secret as it is configured: the password or its hash */
    private record Admin(String secret, PasswordHash hash) {}

    private Administrators(Settings settings, Store store) {
        this.settings = settings;
        this.store = store;
    }

    /**
     * Finds the administrators; makes one where none is configured, whose hash is then configured.
     *
     * @param store keeps the hashes of configured passwords, so that sessions outlive a restart
     * @param announce told of a generated password, once
     * @throws IOException when the hash of the generated one cannot be kept
     */
    public static Administrators of(Settings settings, Store store, Consumer<String> announce) throws IOException {
        Administrators administrators = new Administrators(settings, store);
        if (settings.admins().isEmpty()) {
            administrators.make(announce);
        }
        administrators.follow();
        settings.onChange(administrators::follow);
        return administrators;
    }

    /** The hash of an administrator's password. */
    public Optional<PasswordHash> hash(String name) {
        return Optional.ofNullable(admins.get(name)).map(Admin::hash);
    }

    /**
     * Makes an administrator, or changes the password of one; takes as long as a hash does.
     *
     * @param secret a password, or its hash as CouchDB writes it
     * @param lasting whether it is kept beyond this run
     * @return the hash before
     * @throws SettingsException for what is not taken, such as a password that is not as [chttpd_auth] password_regexp
     *     asks, or set by environment or flag; nothing is changed
     * @throws IOException when it cannot be kept; nothing is changed
     */
    public Optional<String> put(String name, String secret, boolean lasting) throws IOException {
        Optional<PasswordHash> before = hash(name);
        if (secret.isEmpty() || PasswordHash.isHash(secret)) {
            settings.put(Keys.ADMINS, name, secret, lasting);
        } else if (before.isEmpty() || !before.get().matches(secret)) {
            settings.get(PasswordKeys.REQUIREMENTS).objection(secret).ifPresent(objection -> {
                throw new SettingsException(objection);
            });
            settings.put(Keys.ADMINS, name, hashed(secret).toString(), lasting);
        }
        return before.map(PasswordHash::toString);
    }

    private void follow() {
        Map<String, Admin> known = admins;
        Map<String, Admin> next = new HashMap<>();
        settings.admins().forEach((name, secret) -> {
            Admin before = known.get(name);
            next.put(
                    name,
                    before != null && before.secret().equals(secret) ? before : new Admin(secret, hash(name, secret)));
        });
        admins = Map.copyOf(next);
    }

    private PasswordHash hash(String name, String secret) {
        return PasswordHash.isHash(secret)
                ? PasswordHash.parse(secret)
                : stored(name)
                        .filter(hash -> hash.isMadeBy(PasswordKeys.fresh(settings)) && hash.matches(secret))
                        .orElseGet(() -> keep(name, secret));
    }

    private void make(Consumer<String> announce) throws IOException {
        Optional<PasswordHash> before = stored(GENERATED);
        if (before.isPresent()) {
            settings.put(Keys.ADMINS, GENERATED, before.get().toString(), true);
            return;
        }
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < GENERATED_LENGTH; i++) {
            password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        settings.put(Keys.ADMINS, GENERATED, hashed(password.toString()).toString(), true);
        announce.accept("No administrator is configured: made " + GENERATED + " with the password " + password
                + " (shown this once; only its hash is kept)");
    }

    private PasswordHash keep(String name, String password) {
        PasswordHash hash = hashed(password);
        store.putSetting(SETTING + name, hash.toString().getBytes(StandardCharsets.UTF_8));
        LOG.debug("hashed the password of the administrator {}", name);
        return hash;
    }

    /** As users' passwords are: a refusal does not tell by its time who is an administrator. */
    private PasswordHash hashed(String password) {
        return PasswordHash.of(password, PasswordKeys.fresh(settings));
    }

    private Optional<PasswordHash> stored(String name) {
        return store.setting(SETTING + name).map(hash -> PasswordHash.parse(new String(hash, StandardCharsets.UTF_8)));
    }
}
