package dev.replicator.server.replication;

import dev.replicator.document.DocumentId;
import dev.replicator.error.CouchError;
import dev.replicator.local.DocumentRule;
import dev.replicator.server.access.Caller;
import dev.replicator.server.access.DesignDocuments;
import dev.replicator.server.access.Securities;
import dev.replicator.server.access.Security;
import dev.replicator.server.access.UserDatabases;
import java.util.Optional;
import java.util.Set;

/** What the owner of a replication may do with the databases here: what they might do by requests of their own. */
record Rights(Caller owner, Securities securities, UserDatabases users) {
    /** In place of the owner where administrators of the server alone could ask for a replication. */
    static final Caller ADMINISTRATOR = new Caller(Optional.empty(), Set.of("_admin"), Optional.empty());

    /** Whether there is nothing the owner may not do. */
    boolean areUnlimited() {
        return owner.isAdmin();
    }

    /**
     * Why the owner may not read and write a database; empty where they may. The server's own databases show and do
     * more than they should to who does not come through the endpoints.
     */
    Optional<CouchError> refusal(String database, Security security) {
        boolean isOfServer = database.startsWith("_") || users.isOne(database) || ReplicatorDatabases.isOne(database);
        return isOfServer && !areUnlimited() ? Optional.of(notServerAdmin()) : security.refusal(owner);
    }

    /** The rule for documents that the owner writes to a database, in front of the database's own. */
    DocumentRule rule(String database, DocumentRule own) {
        DocumentRule ofMembers = DesignDocuments.refused(owner, own);
        return (id, deleted, body) -> {
            boolean isFree = !DocumentId.isDesign(id) || securities.of(database).isAdmin(owner);
            return (isFree ? own : ofMembers).apply(id, deleted, body);
        };
    }

    /** Why the owner may not make a database, or end what another began. */
    static CouchError notServerAdmin() {
        return CouchError.unauthorized("You are not a server admin.");
    }
}
