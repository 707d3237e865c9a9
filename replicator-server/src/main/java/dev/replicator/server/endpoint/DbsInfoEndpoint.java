package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Chunks;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Store;
import java.util.List;

/** {@code _dbs_info}: what is said of each database, of a range of them or, by POST, of some that are named. */
public final class DbsInfoEndpoint implements Endpoint {
    private final Store store;
    private final EndpointLimits limits;

    DbsInfoEndpoint(Store store, EndpointLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    @Override
    public String methods() {
        return "GET,HEAD,POST";
    }

    @Override
    public Answer handle(Request request) {
        Chunks rows = request.method().equals("POST")
                ? DatabaseInfoRows.named(store, keys(request))
                : DatabaseInfoRows.present(store, DatabaseNames.of(store, JsonParameters.ofQuery(request)));
        return new Answer.Streamed(200, Answer.jsonHeaders(), rows);
    }

    private List<String> keys(Request request) {
        ContentTypes.requireJson(request);
        limits.checkList(request);
        byte[] keys = Json.members(request.body()).get("keys");
        if (keys == null) {
            throw CouchError.badRequest("`keys` member must exist.").asException();
        }
        List<String> names = Json.array(keys).stream()
                .map(key -> key.orElseThrow(() -> CouchError.badRequest("`keys` must be the names of databases.")
                        .asException()))
                .toList();
        limits.checkDbsInfo(names.size());
        return names;
    }
}
