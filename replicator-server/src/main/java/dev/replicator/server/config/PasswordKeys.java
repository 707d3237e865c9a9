package dev.replicator.server.config;

import dev.replicator.server.access.Hmac;
import dev.replicator.server.access.PasswordRequirements;
import dev.replicator.server.access.Pbkdf2;
import java.util.List;

/** The part of the table that is about passwords and their hashes. */
public final class PasswordKeys {
    private static final String SECTION = "chttpd_auth";

    public static final Key<Hmac> PRF = new Key<>(
            SECTION,
            "pbkdf2_prf",
            "sha256",
            "one of sha, sha224, sha256, sha384, sha512",
            value -> Hmac.named(value).orElseThrow(IllegalArgumentException::new),
            Effect.AT_ONCE,
            "The function of PBKDF2 in new hashes of passwords.");

    public static final Key<Long> ITERATIONS = Key.number(
            SECTION,
            "iterations",
            600_000,
            1,
            Integer.MAX_VALUE,
            "The iterations of PBKDF2 in new hashes of passwords. A refusal takes as long as such a hash.");

    public static final Key<Long> MIN_ITERATIONS = Key.number(
            SECTION, "min_iterations", 1, 1, Integer.MAX_VALUE, "Users whose hash has fewer iterations get 403.");

    public static final Key<Long> MAX_ITERATIONS = Key.number(
            SECTION,
            "max_iterations",
            2_000_000,
            1,
            Integer.MAX_VALUE,
            "Users whose hash has more iterations get 403: all passwords wait for one processor.");

    public static final Key<Boolean> UPGRADE_HASH = Key.flag(
            SECTION,
            "upgrade_hash_on_auth",
            true,
            "Whether a user's hash that is weaker than a new one would be, by its iterations or by its function's"
                    + " length, is replaced when the user logs in.");

    public static final Key<PasswordRequirements> REQUIREMENTS = new Key<>(
            SECTION,
            "password_regexp",
            "",
            "a list of regular expressions such as [{\".{10,}\", \"Min length is 10 chars.\"}, \"[A-Z]\", \"\\\\d\"],"
                    + " backslashes doubled",
            PasswordRequirements::parse,
            Effect.AT_ONCE,
            "What must be found in new passwords of users, and of administrators where they are written over HTTP;"
                    + " others get 400 with the reason that stands beside.");

    static final List<Key<?>> ALL =
            List.of(PRF, ITERATIONS, MIN_ITERATIONS, MAX_ITERATIONS, UPGRADE_HASH, REQUIREMENTS);

    private PasswordKeys() {}

    /** How new passwords are hashed. */
    public static Pbkdf2 fresh(Settings settings) {
        return new Pbkdf2(settings.get(PRF), Math.toIntExact(settings.get(ITERATIONS)));
    }
}
