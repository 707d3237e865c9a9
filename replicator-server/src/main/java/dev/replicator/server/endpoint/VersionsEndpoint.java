package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.Version;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Request;
import java.util.List;

/** {@code /_node/name/_versions}: of what the server is made; CouchDB names Erlang and its own libraries there. */
public final class VersionsEndpoint implements NodeEndpoint.Part {
    @Override
    public Answer handle(Request request, List<String> rest) {
        if (!rest.isEmpty()) {
            throw CouchError.notFound("missing").asException();
        }
        if (!request.method().equals("GET")) {
            return NodeEndpoint.notAllowed("GET");
        }
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeObjectPropertyStart("replicator");
            json.writeStringProperty("version", Version.CURRENT);
            json.writeEndObject();
            json.writeObjectPropertyStart("java");
            json.writeStringProperty("version", Runtime.version().toString());
            json.writeStringProperty("vendor", System.getProperty("java.vendor"));
            json.writeEndObject();
            json.writeEndObject();
        });
    }
}
