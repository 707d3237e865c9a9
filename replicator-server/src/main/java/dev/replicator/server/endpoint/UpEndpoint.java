package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;

/** {@code /_up}: whether the server serves, for load balancers. */
public final class UpEndpoint implements Endpoint {
    @Override
    public String methods() {
        return "GET,HEAD";
    }

    @Override
    public Answer handle(Request request) {
        return Answer.json(200, "{\"status\":\"ok\",\"seeds\":{}}");
    }
}
