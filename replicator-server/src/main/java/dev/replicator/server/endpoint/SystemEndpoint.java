package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Request;
import dev.replicator.server.metrics.Metrics;
import java.util.List;

/** {@code /_node/name/_system}: the process, as far as CouchDB's words fit it. */
public final class SystemEndpoint implements NodeEndpoint.Part {
    private final Metrics metrics;

    public SystemEndpoint(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Answer handle(Request request, List<String> rest) {
        if (!rest.isEmpty()) {
            throw CouchError.notFound("missing").asException();
        }
        if (!request.method().equals("GET")) {
            return NodeEndpoint.notAllowed("GET");
        }
        return Json.answer(200, json -> Json.write(json, metrics.system()));
    }
}
