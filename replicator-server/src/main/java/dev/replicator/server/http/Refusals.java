package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import dev.replicator.server.access.Caller;
import dev.replicator.server.access.Security;
import java.util.Optional;

/**
 * Why a caller does not belong to an audience, in CouchDB's words and with its statuses: nobody in particular gets 401
 * everywhere; who is signed in gets 403 of a database, and 401 of the server.
 */
final class Refusals {
    private Refusals() {}

    /**
     * What can be told without a database.
     *
     * @param usersOnly whether nobody may ask anything without credentials
     */
    static Optional<CouchError> of(Audience audience, Caller caller, boolean usersOnly) {
        boolean isKnown = caller.name().isPresent();
        if (usersOnly && !isKnown && audience != Audience.LOGGING_IN) {
            return Optional.of(CouchError.unauthorized("Authentication required."));
        }
        if (audience == Audience.SERVER_ADMINS && !caller.isAdmin()) {
            return Optional.of(CouchError.unauthorized("You are not a server admin."));
        }
        if (audience == Audience.SIGNED_IN && !isKnown) {
            return Optional.of(CouchError.unauthorized("You are not logged in."));
        }
        return Optional.empty();
    }

    /** @param audience one of a database */
    static Optional<CouchError> of(Audience audience, Caller caller, Security security) {
        Optional<CouchError> refusal = security.refusal(caller);
        if (refusal.isPresent() || audience == Audience.DATABASE_MEMBERS || security.isAdmin(caller)) {
            return refusal;
        }
        return Optional.of(
                audience == Audience.DATABASE_CARETAKERS
                        ? CouchError.unauthorized("You are not a server or db admin.")
                        : Security.notAdmin(caller));
    }
}
