package dev.replicator.server.metrics;

/** What is done to documents and counted, under CouchDB's names. */
public enum Count {
    DATABASE_READS(
            "database_reads", "contents of documents that were read, for answers, filters and edits; local ones too"),
    DATABASE_WRITES("database_writes", "commits that changed a database"),
    DOCUMENT_WRITES("document_writes", "edits that were kept, replicated revisions among them that were known already"),
    DOCUMENT_INSERTS("document_inserts", "kept edits that made a first revision"),
    LOCAL_DOCUMENT_WRITES("local_document_writes", "local documents written or deleted"),
    DATABASE_PURGES("database_purges", "commits that purged something"),
    DOCUMENT_PURGES("document_purges.total", "documents that a purge was asked of"),
    DOCUMENT_PURGES_SUCCESS("document_purges.success", "documents that something was purged of"),
    DOCUMENT_PURGES_FAILURE("document_purges.failure", "documents that nothing was to be purged of"),
    BULK_REQUESTS("httpd.bulk_requests", "requests to _bulk_docs and _bulk_get"),
    PURGE_REQUESTS("httpd.purge_requests", "requests to _purge"),
    /** The one that goes down again. */
    CHANGES_FEEDS("httpd.clients_requesting_changes", "open feeds of _changes: longpoll, continuous and eventsource");

    private final String path;
    private final String meaning;

    Count(String path, String meaning) {
        this.path = path;
        this.meaning = meaning;
    }

    /** Its place in the tree below {@code couchdb}, with dots. */
    String path() {
        return path;
    }

    String meaning() {
        return meaning;
    }
}
