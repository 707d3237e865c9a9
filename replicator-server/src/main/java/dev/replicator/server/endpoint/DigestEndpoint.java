package dev.replicator.server.endpoint;

import dev.replicator.document.JsonBuffer;
import dev.replicator.local.RangeDigests;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;

/**
 * {@code _digest}, which CouchDB has not: what all leaves of a database come to, or by {@code POST} those of ranges of
 * ids; see {@link dev.replicator.revision.LeafDigest}. Two databases with one digest hold the same.
 */
public final class DigestEndpoint implements Endpoint {
    private final Databases databases;
    private final EndpointLimits limits;

    DigestEndpoint(Databases databases, EndpointLimits limits) {
        this.databases = databases;
        this.limits = limits;
    }

    @Override
    public String methods() {
        return "GET,HEAD,POST";
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        if (!request.method().equals("POST")) {
            JsonBuffer out = new JsonBuffer();
            RangeDigests.writeWhole(out, database.digest());
            return Answer.json(200, out.toByteArray());
        }
        ContentTypes.requireJson(request);
        limits.checkList(request);
        RangeDigests.Query query = DigestQuery.read(request.body());
        return new Answer.Streamed(
                200, Answer.jsonHeaders(), PagedChunks.of(database, new RangeDigests(database, query)));
    }
}
