package dev.replicator.server.access;

import java.util.List;
import java.util.Optional;

/**
 * All that is configured of recognising callers.
 *
 * @param usersOnly whether nobody may ask anything without credentials
 * @param challenge the {@code WWW-Authenticate} of every 401
 * @param schemes the ways that are open, in the order in which they are tried
 * @param usersDatabase the name of the users' database, where it is not the usual one
 */
public record AccessRules(
        boolean usersOnly,
        Optional<String> challenge,
        List<Scheme> schemes,
        Optional<String> usersDatabase,
        Signing signing,
        CookieRules cookies,
        HashRules hashes,
        WaitingBounds waitingPasswords,
        WaitingBounds waitingTokens,
        LockoutRules lockout,
        ProxyRules proxy,
        JwtRules jwt) {
    /** Everybody is nobody in particular, whatever they send. */
    public static final AccessRules RECOGNISING_NOBODY = of(List.of(), new byte[1]);

    /** CouchDB's way to begin with; cookies are signed with a secret. */
    public static AccessRules standard(byte[] secret) {
        return of(List.of(Scheme.COOKIE, Scheme.BASIC), secret);
    }

    private static AccessRules of(List<Scheme> schemes, byte[] secret) {
        return new AccessRules(
                false,
                Optional.empty(),
                schemes,
                Optional.empty(),
                new Signing(List.of(secret), List.of(Hmac.SHA256, Hmac.SHA)),
                CookieRules.STANDARD,
                HashRules.STANDARD,
                WaitingBounds.PASSWORDS,
                WaitingBounds.TOKENS,
                LockoutRules.STANDARD,
                ProxyRules.STANDARD,
                JwtRules.STANDARD);
    }
}
