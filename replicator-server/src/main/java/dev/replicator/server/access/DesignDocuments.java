package dev.replicator.server.access;

import dev.replicator.document.DocumentId;
import dev.replicator.error.RefusedDocumentException;
import dev.replicator.local.DocumentRule;

/**
 * Who may write design documents: administrators of the database, however the documents come (couch_db:validate_ddoc).
 */
public final class DesignDocuments {
    private DesignDocuments() {}

    /**
     * The rule for one who does not administer a database.
     *
     * @param own the database's own rule, for other documents
     */
    public static DocumentRule refused(Caller caller, DocumentRule own) {
        return (id, deleted, body) -> {
            if (DocumentId.isDesign(id)) {
                throw new RefusedDocumentException(Security.notAdmin(caller));
            }
            return own.apply(id, deleted, body);
        };
    }
}
