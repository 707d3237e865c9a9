package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.revision.Revision;
import dev.replicator.server.http.Request;
import java.util.Optional;

/** The revision that a request names outside its body: by {@code rev} in the query or by {@code If-Match}. */
final class RevisionParameter {
    private RevisionParameter() {}

    /** @throws dev.replicator.error.CouchException 400 where it is no revision, or the two differ */
    static Optional<Revision> of(Request request) {
        Optional<Revision> query = request.query().get("rev").map(Revision::parse);
        Optional<Revision> etag =
                request.header("If-Match").map(EntityTags::text).map(Revision::parse);
        if (query.isPresent() && etag.isPresent() && !query.equals(etag)) {
            throw CouchError.badRequest("Document rev and etag have different values")
                    .asException();
        }
        return query.or(() -> etag);
    }

    /**
     * The revision named by the query, the header or the body.
     *
     * @param body that of the body
     * @throws dev.replicator.error.CouchException 400 where they differ
     */
    static Optional<Revision> of(Request request, Optional<Revision> body) {
        Optional<Revision> outside = of(request);
        if (outside.isPresent() && body.isPresent() && !outside.equals(body)) {
            throw CouchError.badRequest(
                            request.query().has("rev")
                                    ? "Document rev from request body and query string have different values"
                                    : "Document rev and etag have different values")
                    .asException();
        }
        return body.or(() -> outside);
    }
}
