package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code _all_dbs}: the names of the databases, all or a range of them. */
public final class AllDbsEndpoint implements Endpoint {
    private final Store store;

    AllDbsEndpoint(Store store) {
        this.store = store;
    }

    @Override
    public String methods() {
        return "GET";
    }

    @Override
    public Audience audience(String method) {
        return Audience.SERVER_ADMINS;
    }

    @Override
    public Answer handle(Request request) {
        JsonParameters parameters = JsonParameters.of(request);
        boolean descending = parameters.flag("descending", false);
        boolean inclusive = parameters.flag("inclusive_end", true);
        Optional<String> from = parameters.json("startkey", "start_key").flatMap(Json::text);
        Optional<String> to = parameters.json("endkey", "end_key").flatMap(Json::text);
        int direction = descending ? -1 : 1;
        List<String> names = store.names();
        Stream<String> rows = (descending ? names.reversed() : names)
                .stream()
                        .filter(name -> from.map(key -> direction * name.compareTo(key) >= 0)
                                .orElse(true))
                        .filter(name -> to.map(key -> direction * name.compareTo(key) < (inclusive ? 1 : 0))
                                .orElse(true))
                        .skip(parameters.count("skip").orElse(0))
                        .limit(parameters.count("limit").orElse(Long.MAX_VALUE));
        return Json.answer(200, json -> {
            json.writeStartArray();
            rows.forEach(json::writeString);
            json.writeEndArray();
        });
    }
}
