package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;

/** What CouchDB has and this server has not: refused with a reason, and not taken for the name of a database. */
public final class RefusingEndpoint implements Endpoint {
    private final CouchError error;

    private RefusingEndpoint(CouchError error) {
        this.error = error;
    }

    /** {@code favicon.ico}: browsers ask everywhere for it, without credentials. */
    static RefusingEndpoint favicon() {
        return new RefusingEndpoint(CouchError.notFound("missing"));
    }

    /** {@code _utils}: CouchDB's pages for browsers. */
    static RefusingEndpoint fauxton() {
        return new RefusingEndpoint(CouchError.notFound("Fauxton is not a part of this server."));
    }

    @Override
    public String methods() {
        return "GET,HEAD";
    }

    @Override
    public boolean takesLongerPaths() {
        return true;
    }

    @Override
    public Answer handle(Request request) {
        throw error.asException();
    }
}
