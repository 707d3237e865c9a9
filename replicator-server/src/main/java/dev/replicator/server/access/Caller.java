package dev.replicator.server.access;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Who sent a request.
 *
 * @param name empty for nobody in particular
 * @param roles such as {@code _admin}
 * @param handler how the caller was recognised, in CouchDB's words: {@code default} (Basic), {@code cookie},
 *     {@code proxy}, {@code jwt}
 */
public record Caller(Optional<String> name, Set<String> roles, Optional<String> handler) {
    static final String ADMIN_ROLE = "_admin";
    private static final Caller ANONYMOUS = new Caller(Optional.empty(), Set.of(), Optional.empty());

    public static Caller anonymous() {
        return ANONYMOUS;
    }

    static Caller of(String name, Set<String> roles, Scheme scheme) {
        return new Caller(Optional.of(name), roles, Optional.of(scheme.couchName()));
    }

    /** The same, as no administrator of the server. */
    public Caller withoutAdmin() {
        Set<String> others = new HashSet<>(roles);
        others.remove(ADMIN_ROLE);
        return new Caller(name, Set.copyOf(others), handler);
    }

    public boolean isAdmin() {
        return roles.contains(ADMIN_ROLE);
    }
}
