package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Request;
import java.util.List;

/** {@code /_node/name/_restart}: CouchDB has it for its own tests; here it is refused. */
public final class RestartEndpoint implements NodeEndpoint.Part {
    @Override
    public Answer handle(Request request, List<String> rest) {
        if (!rest.isEmpty()) {
            throw CouchError.notFound("missing").asException();
        }
        if (!request.method().equals("POST")) {
            return NodeEndpoint.notAllowed("POST");
        }
        throw new CouchError(403, "forbidden", "This server is restarted by whoever started it, not over HTTP.")
                .asException();
    }
}
