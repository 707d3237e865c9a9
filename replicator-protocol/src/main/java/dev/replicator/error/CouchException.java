package dev.replicator.error;

/** Ends a request with a {@link CouchError}. Failures of single rows in bulk calls are values instead. */
public sealed class CouchException extends RuntimeException permits RefusedDocumentException {
    private static final long serialVersionUID = 1L;

    private final transient CouchError error;

    public CouchException(CouchError error) {
        // No stack trace: these are answers to bad requests, frequent and cheap to provoke, not faults of the server.
        super(error.error() + ": " + error.reason(), null, false, false);
        this.error = error;
    }

    public CouchError error() {
        return error;
    }
}
