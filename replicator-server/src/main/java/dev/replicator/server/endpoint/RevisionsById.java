package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.revision.Revision;
import dev.replicator.server.http.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The body that names revisions of documents: {@code {"id": ["1-a", …], …}}. */
final class RevisionsById {
    private RevisionsById() {}

    /**
     * Reads the body of a request, which is held whole.
     *
     * @return in the order of the request; of a repeated id the last
     * @throws dev.replicator.error.CouchException 400 where it is of another shape, 413 where it is too large
     */
    static Map<String, List<Revision>> of(Request request, EndpointLimits limits) {
        limits.checkList(request);
        ContentTypes.requireJson(request);
        Map<String, List<Revision>> revisions = new LinkedHashMap<>();
        try (JsonParser json = Json.parser(request.body())) {
            Json.beginObject(json);
            for (String id = json.nextName(); id != null; id = json.nextName()) {
                if (json.nextToken() != JsonToken.START_ARRAY) {
                    throw CouchError.badRequest("Invalid list of revisions").asException();
                }
                revisions.put(id, Json.revisions(json));
            }
            Json.expectEnd(json);
        } catch (JacksonException e) {
            throw Json.malformed();
        }
        return revisions;
    }
}
