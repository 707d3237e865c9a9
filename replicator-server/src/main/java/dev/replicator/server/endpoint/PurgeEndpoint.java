package dev.replicator.server.endpoint;

import dev.replicator.document.DocumentWriter;
import dev.replicator.document.JsonBuffer;
import dev.replicator.error.CouchError;
import dev.replicator.revision.Revision;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.metrics.Count;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import java.util.List;
import java.util.Map;

/** {@code _purge}: leaves removed as if they had never been. */
public final class PurgeEndpoint implements Endpoint {
    /** As CouchDB's {@code [purge] max_document_id_number}: one request is one commit here, and so bounded. */
    static final int MAX_DOCUMENTS = 100;

    private final Databases databases;
    private final EndpointLimits limits;

    PurgeEndpoint(Databases databases, EndpointLimits limits) {
        this.databases = databases;
        this.limits = limits;
    }

    @Override
    public String methods() {
        return "POST";
    }

    @Override
    public Answer handle(Request request) {
        databases.count(Count.PURGE_REQUESTS);
        Database database = databases.of(request);
        Map<String, List<Revision>> asked = RevisionsById.of(request, limits);
        if (asked.size() > MAX_DOCUMENTS) {
            throw CouchError.badRequest("Exceeded maximum number of documents: " + MAX_DOCUMENTS)
                    .asException();
        }
        List<Edit> edits = asked.entrySet().stream()
                .map(entry -> (Edit) new Edit.Purge(entry.getKey(), entry.getValue()))
                .toList();
        return new Answer.Later(database.commit(edits)
                .thenApply(outcomes -> Answer.json(201, answer(asked.keySet(), outcomes))));
    }

    private static byte[] answer(Iterable<String> ids, List<EditOutcome> outcomes) {
        JsonBuffer out = new JsonBuffer();
        // CouchDB gives no number here either.
        out.raw("{\"purge_seq\":null,\"purged\":{");
        int position = 0;
        for (String id : ids) {
            out.raw(position == 0 ? "" : ",").string(id).raw(':');
            DocumentWriter.revisions(out, ((EditOutcome.Purged) outcomes.get(position++)).revisions());
        }
        return out.raw("}}").toByteArray();
    }
}
