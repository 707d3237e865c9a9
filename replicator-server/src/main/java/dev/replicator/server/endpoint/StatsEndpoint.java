package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Request;
import dev.replicator.server.metrics.Metrics;
import java.util.List;
import java.util.Map;

/**
 * {@code /_node/name/_stats/…}: the tree of statistics, or what stands at a path of it; null where nothing does, as in
 * CouchDB. Its {@code flush} has nothing to do: what is read is never older than the request.
 */
public final class StatsEndpoint implements NodeEndpoint.Part {
    private final Metrics metrics;

    public StatsEndpoint(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Answer handle(Request request, List<String> path) {
        if (!request.method().equals("GET")) {
            return NodeEndpoint.notAllowed("GET");
        }
        Object node = metrics.stats();
        for (String name : path) {
            node = node instanceof Map<?, ?> map ? map.get(name) : null;
        }
        Object found = node;
        return Json.answer(200, json -> Json.write(json, found));
    }
}
