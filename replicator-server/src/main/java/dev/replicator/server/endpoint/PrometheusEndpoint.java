package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Request;
import dev.replicator.server.metrics.Metrics;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code /_node/name/_prometheus}: everything that is measured, in Prometheus's text format. */
public final class PrometheusEndpoint implements NodeEndpoint.Part {
    /** With CouchDB's version; Prometheus goes by the type alone. */
    private static final Headers HEADERS = Headers.of("Content-Type", "text/plain; version=2.0");

    private final Metrics metrics;

    public PrometheusEndpoint(Metrics metrics) {
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
        return new Answer.Whole(200, HEADERS, metrics.prometheus().getBytes(StandardCharsets.UTF_8));
    }
}
