package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Whom names stand for: first the configuration's administrators, then users. A user of an administrator's name is
 * nobody. Thread-safe.
 *
 * @param admins tells the hash of an administrator's password by the name; asked each time
 */
record Principals(Function<String, Optional<PasswordHash>> admins, Users users) {
    /** Does not block; fails as {@link Users#find} does. */
    CompletionStage<Optional<Principal>> find(String name) {
        Optional<PasswordHash> hash = admins.apply(name);
        return hash.isPresent()
                ? CompletableFuture.completedFuture(hash.map(known -> Principal.administrator(name, known)))
                : users.find(name);
    }

    /** Why a principal is not let in though its name is proved, in CouchDB's words. */
    static Optional<CouchError> objection(Principal proved) {
        return proved.source() == Principal.Source.DOCUMENT_IN_CONFLICT
                ? Optional.of(CouchError.unauthorized("User document conflicts must be resolved before the document is"
                        + " used for authentication purposes."))
                : Optional.empty();
    }
}
