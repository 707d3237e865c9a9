package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import java.util.function.LongSupplier;

/** {@code /_uuids?count=}: ids for new documents. */
public final class UuidsEndpoint implements Endpoint {
    /** Long ago, for caches that know nothing newer. */
    private static final String EXPIRED = "Mon, 01 Jan 1990 00:00:00 GMT";

    private final DocumentIds ids;
    private final LongSupplier most;

    /** @param most that one request gets; asked each time */
    public UuidsEndpoint(DocumentIds ids, LongSupplier most) {
        this.ids = ids;
        this.most = most;
    }

    @Override
    public String methods() {
        return "GET";
    }

    @Override
    public Answer handle(Request request) {
        int count = count(request);
        Answer.Whole answer = Json.answer(200, json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("uuids");
            for (int i = 0; i < count; i++) {
                json.writeString(ids.next());
            }
            json.writeEndArray();
            json.writeEndObject();
        });
        return answer.with("Cache-Control", "no-cache")
                .with("Pragma", "no-cache")
                .with("Expires", EXPIRED)
                .with("ETag", EntityTags.ofBytes(answer.body()));
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
