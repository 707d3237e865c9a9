package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import java.util.function.LongSupplier;

/** {@code /_uuids?count=}: random ids for new documents. */
public final class UuidsEndpoint implements Endpoint {
    private final LongSupplier most;

    /** @param most that one request gets; asked each time */
    public UuidsEndpoint(LongSupplier most) {
        this.most = most;
    }

    @Override
    public String methods() {
        return "GET";
    }

    @Override
    public Audience audience(String method) {
        return Audience.EVERYONE;
    }

    @Override
    public Answer handle(Request request) {
        int count = count(request);
        return Json.answer(200, json -> {
                    json.writeStartObject();
                    json.writeArrayPropertyStart("uuids");
                    for (int i = 0; i < count; i++) {
                        json.writeString(RandomIds.next());
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                })
                .with("Cache-Control", "no-cache");
    }

    private int count(Request request) {
        int count;
        try {
            count = Integer.parseInt(request.query().get("count").orElse("1"));
        } catch (NumberFormatException e) {
            count = -1;
        }
        if (count < 0) {
            throw CouchError.badRequest("count must be a positive integer").asException();
        }
        if (count > most.getAsLong()) {
            throw CouchError.badRequest("count parameter too large").asException();
        }
        return count;
    }
}
