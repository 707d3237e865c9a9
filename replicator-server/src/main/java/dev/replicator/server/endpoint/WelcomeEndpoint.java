package dev.replicator.server.endpoint;

import dev.replicator.server.Version;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;

/**
 * {@code /}: what this server is. Clients look for {@code couchdb}, and make {@code uuid} a part of the ids of their
 * replications, so it must never change.
 */
public final class WelcomeEndpoint implements Endpoint {
    /** The CouchDB that answers are like: drivers choose their calls by the number. */
    private static final String COUCHDB_VERSION = "3.5.2";

    private final String uuid;

    /** @param uuid of the store */
    public WelcomeEndpoint(String uuid) {
        this.uuid = uuid;
    }

    @Override
    public String methods() {
        return "GET,HEAD";
    }

    @Override
    public Answer handle(Request request) {
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeStringProperty("couchdb", "Welcome");
            json.writeStringProperty("version", COUCHDB_VERSION);
            json.writeStringProperty("uuid", uuid);
            json.writeArrayPropertyStart("features");
            json.writeString("scheduler");
            json.writeEndArray();
            json.writeObjectPropertyStart("vendor");
            json.writeStringProperty("name", "Replicator");
            json.writeStringProperty("version", Version.CURRENT);
            json.writeEndObject();
            json.writeEndObject();
        });
    }
}
