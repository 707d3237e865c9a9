package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/**
 * Who may use a database: what its {@code _security} says. Pure. The rules are CouchDB's (couch_db.erl,
 * {@code is_admin}, {@code is_member}, {@code is_public_db}): administrators of the server may everything, those of the
 * database are members too, and a database without any members is open to all.
 */
public record Security(Group admins, Group members) {
    private static final String ADMIN_ROLE = "_admin";

    /** What a database begins with, as in CouchDB 3. */
    public static final Security ADMINISTRATORS_ONLY =
            new Security(new Group(Set.of(), Set.of(ADMIN_ROLE)), new Group(Set.of(), Set.of(ADMIN_ROLE)));

    /** Some users, by their names and by their roles. */
    public record Group(Set<String> names, Set<String> roles) {
        public static final Group NOBODY = new Group(Set.of(), Set.of());

        public Group {
            names = Set.copyOf(names);
            roles = Set.copyOf(roles);
        }

        private boolean isEmpty() {
            return names.isEmpty() && roles.isEmpty();
        }

        private boolean isOfServerAdmins() {
            return names.isEmpty() && Set.of(ADMIN_ROLE).containsAll(roles);
        }

        private boolean has(Caller caller) {
            return caller.name().filter(names::contains).isPresent() || !Collections.disjoint(roles, caller.roles());
        }
    }

    /** Whether a caller may change design documents, the security itself and the database's limits. */
    public boolean isAdmin(Caller caller) {
        return caller.isAdmin() || admins.has(caller);
    }

    /** Whether a caller may read and write documents. */
    public boolean admits(Caller caller) {
        return members.isEmpty() || members.has(caller) || isAdmin(caller);
    }

    /** Whether it admits administrators of the server alone. */
    public boolean isForServerAdmins() {
        return !members.isEmpty() && members.isOfServerAdmins() && admins.isOfServerAdmins();
    }

    /** Why a caller may not read and write documents, in CouchDB's words; empty where they may. */
    public Optional<CouchError> refusal(Caller caller) {
        if (admits(caller)) {
            return Optional.empty();
        }
        return Optional.of(
                caller.name().isPresent()
                        ? CouchError.forbidden("You are not allowed to access this db.")
                        : CouchError.unauthorized("You are not authorized to access this db."));
    }

    /** Why one who is no administrator of a database may not do what is for those, in CouchDB's words. */
    public static CouchError notAdmin(Caller caller) {
        String reason = "You are not a db or server admin.";
        return caller.name().isPresent() ? CouchError.forbidden(reason) : CouchError.unauthorized(reason);
    }
}
