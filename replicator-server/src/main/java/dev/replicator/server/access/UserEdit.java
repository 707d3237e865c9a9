package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A change of a user's document, judged by CouchDB's rules (couch_users_db:before_doc_update, and what its
 * {@code _design/_auth} asks), in CouchDB's words. Pure.
 *
 * <p>Stricter than CouchDB in one thing: who is no administrator is measured by the document as it stands, also where a
 * replicated revision stands beside it. Otherwise anybody could put a revision of their own beside a user's and shut
 * the user out, and users could go back to roles they had.
 *
 * @param id the document's
 * @param after what is saved
 * @param before what the document says now; empty where it is not there, or deleted
 * @param byAdmin whether the caller administers the database, or the server
 */
record UserEdit(
        String id, boolean deleted, UserDocument after, Optional<UserDocument> before, Caller caller, boolean byAdmin) {
    private static final Set<String> SCHEMES = Set.of("simple", "pbkdf2", "simple+pbkdf2");

    /** The one role of CouchDB's own that users may be given. */
    private static final String METRICS_ROLE = "_metrics";

    /** Why it is not saved; empty where it is. */
    Optional<CouchError> refusal() {
        Optional<CouchError> refusal = whose();
        if (refusal.isPresent()) {
            return refusal;
        }
        return (deleted ? deletion() : form().or(this::roles).or(this::name)).map(CouchError::forbidden);
    }

    /** Another's document is none for who signed in; who signs up finds the name taken. */
    private Optional<CouchError> whose() {
        if (byAdmin || isOwn()) {
            return Optional.empty();
        }
        if (caller.name().isPresent()) {
            return Optional.of(CouchError.notFound("missing"));
        }
        return before.isPresent() && !deleted ? Optional.of(CouchError.conflict()) : Optional.empty();
    }

    private boolean isOwn() {
        return caller.name().map(name -> UserDocument.ID_PREFIX + name).equals(Optional.of(id));
    }

    private Optional<String> deletion() {
        return caller.isAdmin() || isOwn() ? Optional.empty() : Optional.of("Only admins may delete other user docs.");
    }

    private Optional<String> form() {
        if (!after.text("type").equals(Optional.of("user"))) {
            return Optional.of("doc.type must be user");
        }
        if (!after.says("name")) {
            return Optional.of("doc.name is required");
        }
        if (!after.says("roles")) {
            return Optional.of("doc.roles must exist");
        }
        if (!after.isList("roles")) {
            return Optional.of("doc.roles must be an array");
        }
        if (after.givenRoles().isEmpty()) {
            return Optional.of("doc.roles can only contain strings");
        }
        if (!after.text("name").map(name -> UserDocument.ID_PREFIX + name).equals(Optional.of(id))) {
            return Optional.of("Doc ID must be of the form org.couchdb.user:name");
        }
        if (before.isPresent() && !before.get().text("name").equals(after.text("name"))) {
            return Optional.of("Usernames can not be changed.");
        }
        return after.has("password") && !after.isNull("password") ? password() : hash();
    }

    /** It is hashed, whatever hash stands beside it. */
    private Optional<String> password() {
        return after.text("password").isPresent() ? Optional.empty() : Optional.of("The password must be a string.");
    }

    private Optional<String> hash() {
        if (after.says("password_sha") && !after.says("salt")) {
            return Optional.of("Users with password_sha must have a salt.");
        }
        Optional<String> scheme = after.text("password_scheme");
        if (after.says("password_scheme") && scheme.filter(SCHEMES::contains).isEmpty()) {
            return Optional.of("Password scheme `" + scheme.orElse("") + "` not supported.");
        }
        if (scheme.equals(Optional.of("pbkdf2"))) {
            if (!after.isNumber("iterations")) {
                return Optional.of("iterations must be a number.");
            }
            if (after.text("derived_key").isEmpty()) {
                return Optional.of("derived_key must be a string.");
            }
        }
        return Optional.empty();
    }

    private Optional<String> roles() {
        List<String> now = after.givenRoles().orElseThrow();
        if (!byAdmin) {
            if (before.isEmpty() && !now.isEmpty()) {
                return Optional.of("Only _admin may set roles");
            }
            if (before.isPresent()
                    && !sorted(now).equals(sorted(before.get().givenRoles().orElse(List.of())))) {
                return Optional.of("Only _admin may edit roles");
            }
        }
        return now.stream().anyMatch(role -> role.startsWith("_") && !role.equals(METRICS_ROLE))
                ? Optional.of("No system roles (starting with underscore) in users db.")
                : Optional.empty();
    }

    private static List<String> sorted(List<String> roles) {
        return roles.stream().sorted().toList();
    }

    private Optional<String> name() {
        String name = after.text("name").orElseThrow();
        if (name.startsWith("_")) {
            return Optional.of("Username may not start with underscore.");
        }
        return name.contains(":") ? Optional.of("Character `:` is not allowed in usernames.") : Optional.empty();
    }
}
