package dev.replicator.server.endpoint;

import dev.replicator.revision.TreeSizes;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.DatabaseSpace;
import tools.jackson.core.JsonGenerator;

/** {@code _space}, which CouchDB has not: what takes a database's space, by classes. */
public final class SpaceEndpoint implements Endpoint {
    private final Databases databases;

    SpaceEndpoint(Databases databases) {
        this.databases = databases;
    }

    @Override
    public String methods() {
        return "GET,HEAD";
    }

    @Override
    public Answer handle(Request request) {
        DatabaseSpace space = databases.of(request).space();
        TreeSizes sizes = space.revisions();
        return Json.answer(200, json -> {
            json.writeStartObject();
            write(json, "live", sizes.live(), sizes.liveAttachments());
            write(json, "old", sizes.inner(), sizes.innerAttachments());
            write(json, "tombstones", sizes.tombstones(), sizes.tombstoneAttachments());
            json.writeNumberProperty("trees", sizes.history());
            json.writeObjectPropertyStart("local");
            json.writeNumberProperty("documents", space.locals());
            json.writeNumberProperty("bodies", space.localBytes());
            json.writeEndObject();
            json.writeNumberProperty("attachments", space.attachments());
            json.writeNumberProperty("derived", space.derived());
            json.writeNumberProperty("files", space.files());
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, String name, long bytes, long attachments) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("bodies", bytes - attachments);
        json.writeNumberProperty("attachments", attachments);
        json.writeEndObject();
    }
}
