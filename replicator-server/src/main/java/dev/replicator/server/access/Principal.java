package dev.replicator.server.access;

import java.util.Set;

/**
 * Whom a name stands for, and how the name is proved.
 *
 * @param roles what the name may do, such as {@code _admin}
 * @param hash of the password
 * @param cookieSalt goes into the signatures of the name's cookies: when it changes, they end
 * @param source where it was found
 */
public record Principal(String name, Set<String> roles, PasswordHash hash, String cookieSalt, Source source) {
    /** Where a principal was found. */
    public enum Source {
        CONFIGURATION,
        DOCUMENT,
        /** A document with conflicts: which of its passwords and roles hold is not known, so none do. */
        DOCUMENT_IN_CONFLICT
    }

    /** An administrator of the configuration. */
    static Principal administrator(String name, PasswordHash hash) {
        return new Principal(name, Set.of(Caller.ADMIN_ROLE), hash, hash.toString(), Source.CONFIGURATION);
    }

    Caller as(Scheme scheme) {
        return Caller.of(name, roles, scheme);
    }
}
