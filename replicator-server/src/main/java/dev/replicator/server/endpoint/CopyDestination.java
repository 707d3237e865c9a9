package dev.replicator.server.endpoint;

import dev.replicator.document.DocumentId;
import dev.replicator.error.CouchError;
import dev.replicator.revision.Revision;
import dev.replicator.server.http.PercentCoding;
import dev.replicator.server.http.Query;
import dev.replicator.server.http.Request;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The document that a COPY writes.
 *
 * @param id checked
 * @param revision the revision of it that is replaced
 */
record CopyDestination(String id, Optional<Revision> revision) {
    private static final Pattern ABSOLUTE = Pattern.compile("^https?://");

    /**
     * Reads the {@code Destination} header: an id in the same database, percent-encoded, and its revision as in a
     * query. As in CouchDB all before the question mark is the id, slashes too.
     *
     * @throws dev.replicator.error.CouchException 400 where it is missing, a URL, or names no id or no revision
     */
    static CopyDestination of(Request request) {
        String destination = request.header("Destination")
                .orElseThrow(() -> CouchError.badRequest("Destination header is mandatory for COPY.")
                        .asException());
        if (ABSOLUTE.matcher(destination).find()) {
            throw CouchError.badRequest("Destination URL must be relative.").asException();
        }
        int question = destination.indexOf('?');
        String id = question < 0 ? destination : destination.substring(0, question);
        Query query = Query.of(question < 0 ? "" : destination.substring(question + 1));
        return new CopyDestination(
                DocumentId.check(PercentCoding.text(PercentCoding.decode(id))
                        .orElseThrow(() -> CouchError.illegalDocumentId("Document id must be valid UTF-8")
                                .asException())),
                query.get("rev").map(Revision::parse));
    }
}
