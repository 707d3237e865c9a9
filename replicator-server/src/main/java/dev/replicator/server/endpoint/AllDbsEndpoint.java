package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Request;
import dev.replicator.store.Store;
import java.util.List;

/** {@code _all_dbs}: the names of the databases, all or a range of them. */
public final class AllDbsEndpoint implements Endpoint {
    private final Store store;

    AllDbsEndpoint(Store store) {
        this.store = store;
    }

    @Override
    public String methods() {
        return "GET,HEAD";
    }

    @Override
    public Answer handle(Request request) {
        List<String> names = DatabaseNames.of(store, JsonParameters.ofQuery(request));
        Answer.Whole answer = Json.answer(200, json -> {
            json.writeStartArray();
            names.forEach(json::writeString);
            json.writeEndArray();
        });
        String tag = EntityTags.ofBytes(answer.body());
        return EntityTags.isKnown(request, tag)
                ? new Answer.Whole(304, Headers.of("ETag", tag), new byte[0])
                : answer.with("ETag", tag);
    }
}
