package dev.replicator.server.access;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Recognises given callers by their names and the password {@value #PASSWORD}. */
public final class KnownCallers {
    public static final String PASSWORD = "secret";

    /** One iteration, since the tests hash often. */
    private static final PasswordHash HASH = PasswordHash.parse(
            "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1");

    private KnownCallers() {}

    /**
     * @param roles by the callers' names
     * @param usersOnly whether nobody may ask anything without credentials
     */
    public static Access access(Map<String, Set<String>> roles, byte[] secret, boolean usersOnly, InstantSource clock) {
        AccessRules standard = AccessRules.standard(secret);
        AccessRules rules = new AccessRules(
                usersOnly,
                standard.challenge(),
                List.of(Scheme.COOKIE, Scheme.BASIC),
                standard.usersDatabase(),
                standard.signing(),
                standard.cookies(),
                standard.hashes(),
                AccessTest.NO_LOCKOUT,
                standard.proxy(),
                standard.jwt());
        Users users = name -> CompletableFuture.completedFuture(Optional.ofNullable(roles.get(name))
                .map(known -> new Principal(name, known, HASH, "salt", Principal.Source.DOCUMENT)));
        return new Access(_ -> Optional.empty(), users, () -> rules, clock);
    }
}
