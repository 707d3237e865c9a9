package dev.replicator.server.endpoint;

import dev.replicator.server.http.Router;
import dev.replicator.store.Store;
import java.time.InstantSource;
import java.util.Set;

/** All endpoints of the server, by their paths. */
public final class Endpoints {
    /** Databases of the server's own: clients expect them, so they are there from the first start. */
    public static final Set<String> SYSTEM_DATABASES = Set.of("_replicator", "_users");

    private Endpoints() {}

    /**
     * Adds the endpoints that stand on the store.
     *
     * @param maxDocumentBytes of one document's body
     */
    public static Router.Builder add(Router.Builder router, Store store, long maxDocumentBytes, InstantSource clock) {
        Databases databases = new Databases(store);
        DocumentSaving saving = new DocumentSaving(maxDocumentBytes, clock);
        return router.server("_all_dbs", new AllDbsEndpoint(store))
                .database(new DatabaseEndpoint(databases, saving))
                .document(new DocumentEndpoint(databases, saving))
                .attachment(new AttachmentEndpoint(databases, saving))
                .part("_all_docs", new AllDocsEndpoint(databases))
                .part("_bulk_docs", new BulkDocsEndpoint(databases, saving))
                .part("_bulk_get", new BulkGetEndpoint(databases))
                .part("_changes", new ChangesEndpoint(databases))
                .part("_compact", MaintenanceEndpoint.compact(databases))
                .part("_ensure_full_commit", MaintenanceEndpoint.ensureFullCommit(databases))
                .part("_revs_diff", new RevsDiffEndpoint(databases))
                .part("_revs_limit", new RevsLimitEndpoint(databases))
                .part("_security", new SecurityEndpoint(databases));
    }
}
