package dev.replicator.server.endpoint;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.JsonDepth;
import dev.replicator.document.JsonScanner;
import dev.replicator.error.CouchError;
import dev.replicator.server.http.Request;
import java.util.function.Supplier;

/**
 * The limits of what one request may bring or ask for, as they are set now. The errors name size, limit and key.
 *
 * @param now asked each time
 */
public record EndpointLimits(Supplier<Values> now) {
    /**
     * What they are at a time.
     *
     * @param documentBytes of one document, its attachments aside
     * @param documentDepth containers within each other, the document itself among them
     * @param attachments of one document
     * @param bulkDocs documents of one {@code _bulk_docs}
     * @param bulkGet revisions of one {@code _bulk_get}
     * @param dbsInfo databases of one {@code _dbs_info}
     * @param listBytes of a body that is held whole while it is answered, such as the revisions of a {@code _revs_diff}
     * @param waitingUsers documents of users that wait for their passwords to be hashed
     * @param waitingBulkUsers requests to {@code _bulk_docs} that do
     */
    public record Values(
            long documentBytes,
            int documentDepth,
            AttachmentLimits attachments,
            long bulkDocs,
            long bulkGet,
            long dbsInfo,
            long listBytes,
            long waitingUsers,
            long waitingBulkUsers) {}

    long waitingUsers() {
        return now.get().waitingUsers();
    }

    long waitingBulkUsers() {
        return now.get().waitingBulkUsers();
    }

    /** A document, and how deep its members are read. */
    private static final int DEEPEST = 1 + JsonScanner.MAX_DEPTH;

    AttachmentLimits attachments() {
        return now.get().attachments();
    }

    long documentBytes() {
        return now.get().documentBytes();
    }

    /** @throws dev.replicator.error.CouchException 413 where it is too large, 400 where it is nested too deep */
    void checkDocument(String id, byte[] body) {
        long most = documentBytes();
        long bytes = body.length;
        if (bytes > most) {
            throw new CouchError(
                            413,
                            "document_too_large",
                            "Document '" + id + "' has " + bytes + " bytes, more than the " + most
                                    + " of couchdb/max_document_size.")
                    .asException();
        }
        int deepest = now.get().documentDepth();
        // Nothing that was read is deeper than the greatest value of this limit.
        if (deepest < DEEPEST && JsonDepth.exceeds(body, deepest)) {
            throw CouchError.badRequest("Document '" + id + "' is nested deeper than the " + deepest
                            + " of limits/max_document_depth.")
                    .asException();
        }
    }

    /** @throws dev.replicator.error.CouchException 413 */
    void checkBulkDocs(long documents) {
        long most = now.get().bulkDocs();
        if (documents > most) {
            throw new CouchError(
                            413,
                            "max_bulk_docs_count_exceeded",
                            "More than " + most + " documents (couchdb/max_bulk_docs_count).")
                    .asException();
        }
    }

    /** @throws dev.replicator.error.CouchException 413 */
    void checkBulkGet(long revisions) {
        long most = now.get().bulkGet();
        if (revisions > most) {
            throw new CouchError(
                            413,
                            "max_bulk_get_count_exceeded",
                            "More than " + most + " revisions (couchdb/max_bulk_get_count).")
                    .asException();
        }
    }

    /** @throws dev.replicator.error.CouchException 400, as in CouchDB */
    void checkDbsInfo(long databases) {
        long most = now.get().dbsInfo();
        if (databases > most) {
            throw CouchError.badRequest("More than " + most + " keys (chttpd/max_db_number_for_dbs_info_req).")
                    .asException();
        }
    }

    /** @throws dev.replicator.error.CouchException 413 for a body that is too large to be held */
    void checkList(Request request) {
        long most = now.get().listBytes();
        if (request.body().length() > most) {
            throw CouchError.tooLarge("The body has " + request.body().length() + " bytes, more than the " + most
                            + " of replicator/max_list_size.")
                    .asException();
        }
    }
}
