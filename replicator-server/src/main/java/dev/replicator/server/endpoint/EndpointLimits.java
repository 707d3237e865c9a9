package dev.replicator.server.endpoint;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.error.CouchError;
import dev.replicator.server.http.Request;

/**
 * The limits of what one request may bring or ask for, from the settings. The errors name size, limit and key.
 *
 * @param documentBytes of one document, its attachments aside
 * @param attachments of one document
 * @param bulkDocs documents of one {@code _bulk_docs}
 * @param bulkGet revisions of one {@code _bulk_get}
 * @param listBytes of a body that is held whole while it is answered, such as the revisions of a {@code _revs_diff}
 */
public record EndpointLimits(
        long documentBytes, AttachmentLimits attachments, long bulkDocs, long bulkGet, long listBytes) {
    /** @throws dev.replicator.error.CouchException 413 */
    void checkDocument(String id, long bytes) {
        if (bytes > documentBytes) {
            throw new CouchError(
                            413,
                            "document_too_large",
                            "Document '" + id + "' has " + bytes + " bytes, more than the " + documentBytes
                                    + " of couchdb/max_document_size.")
                    .asException();
        }
    }

    /** @throws dev.replicator.error.CouchException 413 */
    void checkBulkDocs(long documents) {
        if (documents > bulkDocs) {
            throw new CouchError(
                            413,
                            "max_bulk_docs_count_exceeded",
                            "More than " + bulkDocs + " documents (couchdb/max_bulk_docs_count).")
                    .asException();
        }
    }

    /** @throws dev.replicator.error.CouchException 413 */
    void checkBulkGet(long revisions) {
        if (revisions > bulkGet) {
            throw new CouchError(
                            413,
                            "max_bulk_get_count_exceeded",
                            "More than " + bulkGet + " revisions (couchdb/max_bulk_get_count).")
                    .asException();
        }
    }

    /** @throws dev.replicator.error.CouchException 413 for a body that is too large to be held */
    void checkList(Request request) {
        if (request.body().length() > listBytes) {
            throw CouchError.tooLarge("The body has " + request.body().length() + " bytes, more than the " + listBytes
                            + " of replicator/max_list_size.")
                    .asException();
        }
    }
}
