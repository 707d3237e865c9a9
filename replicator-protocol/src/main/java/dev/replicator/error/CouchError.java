package dev.replicator.error;

/**
 * An error as CouchDB words it. Clients compare {@code error} and {@code reason} literally (PouchDB makes its own
 * errors of them), so both are part of the protocol.
 *
 * @param status the HTTP status, 400 to 599
 * @param error the short name, such as {@code not_found}
 * @param reason the sentence that says what is wrong
 */
public record CouchError(int status, String error, String reason) {
    public static CouchError badRequest(String reason) {
        return new CouchError(400, "bad_request", reason);
    }

    /** A document member that may not be there or has the wrong type. */
    public static CouchError invalidDocument(String reason) {
        return new CouchError(400, "doc_validation", reason);
    }

    public static CouchError illegalDocumentId(String reason) {
        return new CouchError(400, "illegal_docid", reason);
    }

    public static CouchError illegalDatabaseName(String name) {
        return new CouchError(
                400,
                "illegal_database_name",
                "Name: '" + name + "'. Only lowercase characters (a-z), digits (0-9), and any of the characters"
                        + " _, $, (, ), +, -, and / are allowed. Must begin with a letter.");
    }

    public static CouchError unparsableQuery(String reason) {
        return new CouchError(400, "query_parse_error", reason);
    }

    public static CouchError unauthorized(String reason) {
        return new CouchError(401, "unauthorized", reason);
    }

    /** What somebody may not do who is known: to log in would not help. */
    public static CouchError forbidden(String reason) {
        return new CouchError(403, "forbidden", reason);
    }

    /** @param reason {@code missing} or {@code deleted} for documents: PouchDB tells them apart */
    public static CouchError notFound(String reason) {
        return new CouchError(404, "not_found", reason);
    }

    public static CouchError noDatabase() {
        return notFound("Database does not exist.");
    }

    /** @param allowed the methods the path takes, comma-separated, as in the {@code Allow} header */
    public static CouchError methodNotAllowed(String allowed) {
        return new CouchError(405, "method_not_allowed", "Only " + allowed + " allowed");
    }

    public static CouchError conflict() {
        return new CouchError(409, "conflict", "Document update conflict.");
    }

    public static CouchError databaseExists() {
        return new CouchError(412, "file_exists", "The database could not be created, the file already exists.");
    }

    /** A stub whose attachment the document's own stored ancestor does not have. */
    public static CouchError missingStub(String id, String attachment) {
        return new CouchError(412, "missing_stub", "Invalid attachment stub in " + id + " for " + attachment);
    }

    public static CouchError tooLarge(String reason) {
        return new CouchError(413, "too_large", reason);
    }

    public static CouchError badContentType(String reason) {
        return new CouchError(415, "bad_content_type", reason);
    }

    public static CouchError rangeNotSatisfiable() {
        return new CouchError(416, "requested_range_not_satisfiable", "Requested range not satisfiable");
    }

    public static CouchError internal(String reason) {
        return new CouchError(500, "internal_server_error", reason);
    }

    /** The store cannot serve now; the client may try again. */
    public static CouchError unavailable(String reason) {
        return new CouchError(503, "service_unavailable", reason);
    }

    /** There is no room for what is to be written; the client may try again later. */
    public static CouchError insufficientStorage(String reason) {
        return new CouchError(507, "insufficient_storage", reason);
    }

    /** This error as an exception, to leave a request with. */
    public CouchException asException() {
        return new CouchException(this);
    }
}
