package dev.replicator.server.endpoint;

import dev.replicator.document.DocumentWriter;
import dev.replicator.document.JsonBuffer;
import dev.replicator.error.CouchError;
import dev.replicator.local.RevsDiff;
import dev.replicator.revision.Revision;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** {@code _revs_diff}: which revisions that a peer has are missing here. */
public final class RevsDiffEndpoint implements Endpoint {
    private final Databases databases;
    private final EndpointLimits limits;

    RevsDiffEndpoint(Databases databases, EndpointLimits limits) {
        this.databases = databases;
        this.limits = limits;
    }

    @Override
    public String methods() {
        return "POST";
    }

    @Override
    public Audience audience(String method) {
        return Audience.DATABASE_MEMBERS;
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        limits.checkList(request);
        ContentTypes.requireJson(request);
        List<RevsDiff> diffs = RevsDiff.of(database, asked(request));
        JsonBuffer out = new JsonBuffer();
        out.raw('{');
        for (int i = 0; i < diffs.size(); i++) {
            RevsDiff diff = diffs.get(i);
            if (i > 0) {
                out.raw(',');
            }
            out.string(diff.id()).raw(":{\"missing\":");
            revisions(out, diff.missing());
            if (!diff.possibleAncestors().isEmpty()) {
                out.raw(",\"possible_ancestors\":");
                revisions(out, diff.possibleAncestors());
            }
            out.raw('}');
        }
        return Answer.json(200, out.raw('}').toByteArray());
    }

    private static void revisions(JsonBuffer out, List<Revision> revisions) {
        for (int i = 0; i < revisions.size(); i++) {
            out.raw(i == 0 ? '[' : ',');
            DocumentWriter.revision(out, revisions.get(i));
        }
        out.raw(']');
    }

    private static Map<String, List<Revision>> asked(Request request) {
        Map<String, List<Revision>> asked = new LinkedHashMap<>();
        try (JsonParser json = Json.parser(request.body())) {
            Json.beginObject(json);
            for (String id = json.nextName(); id != null; id = json.nextName()) {
                if (json.nextToken() != JsonToken.START_ARRAY) {
                    throw CouchError.badRequest("The revisions of '" + id + "' must be a list")
                            .asException();
                }
                asked.put(id, listed(json));
            }
            if (json.nextToken() != null) {
                throw Json.malformed();
            }
        } catch (JacksonException e) {
            throw Json.malformed();
        }
        return asked;
    }

    private static List<Revision> listed(JsonParser json) {
        List<Revision> revisions = new ArrayList<>(1);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_STRING) {
                throw CouchError.badRequest("Invalid rev format").asException();
            }
            revisions.add(Revision.parse(json.getString()));
        }
        return revisions;
    }
}
