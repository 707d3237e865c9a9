package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.local.OldTombstones;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.upkeep.Age;
import dev.replicator.store.Database;
import java.time.Duration;
import java.time.InstantSource;

/**
 * {@code _tombstones?older_than=90d}, which CouchDB has not: tells how many documents were deleted longer ago, and by
 * {@code POST} forgets them; see {@link OldTombstones}. It takes as long as reading all rows of {@code _changes}.
 */
public final class TombstonesEndpoint implements Endpoint {
    private final Databases databases;
    private final InstantSource clock;

    TombstonesEndpoint(Databases databases, InstantSource clock) {
        this.databases = databases;
        this.clock = clock;
    }

    @Override
    public String methods() {
        return "GET,POST";
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        long before = clock.millis() - age(request).toMillis();
        if (request.method().equals("POST")) {
            ContentTypes.requireJson(request);
            return answer(OldTombstones.forget(database, before, () -> true), true);
        }
        return answer(OldTombstones.find(database, before), false);
    }

    private static Duration age(Request request) {
        String text = request.query().get("older_than").orElse("");
        try {
            return Age.parse(text);
        } catch (IllegalArgumentException _) {
            throw CouchError.badRequest("older_than must be a time such as 90d or 2160h")
                    .asException();
        }
    }

    private static Answer answer(OldTombstones tombstones, boolean forgotten) {
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeBooleanProperty("forgotten", forgotten);
            json.writeNumberProperty("documents", tombstones.documents());
            json.writeNumberProperty("bytes", tombstones.bytes());
            json.writeEndObject();
        });
    }
}
