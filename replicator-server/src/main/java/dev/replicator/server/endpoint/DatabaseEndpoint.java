package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;
import dev.replicator.store.DatabaseStatus;

/** {@code /database}: made, described, deleted; and a document posted into it. */
public final class DatabaseEndpoint implements Endpoint {
    /** Of CouchDB's files; drivers show it. */
    private static final int DISK_FORMAT_VERSION = 8;

    private final Databases databases;
    private final DocumentSaving saving;

    DatabaseEndpoint(Databases databases, DocumentSaving saving) {
        this.databases = databases;
        this.saving = saving;
    }

    @Override
    public String methods() {
        return "DELETE,GET,HEAD,POST,PUT";
    }

    @Override
    public Audience audience(String method) {
        return method.equals("PUT") || method.equals("DELETE") ? Audience.SERVER_ADMINS : Audience.DATABASE_MEMBERS;
    }

    @Override
    public Answer handle(Request request) {
        return switch (request.method()) {
            case "PUT" -> create(request);
            case "DELETE" -> delete(request);
            case "POST" -> post(request);
            default -> describe(databases.of(request));
        };
    }

    private Answer create(Request request) {
        String name = Databases.checkName(request.database());
        if (databases.store().create(name).isEmpty()) {
            throw CouchError.databaseExists().asException();
        }
        return Answer.ok(201).with("Location", request.url(name));
    }

    private Answer delete(Request request) {
        if (request.query().has("rev")) {
            throw CouchError.badRequest("You tried to DELETE a database with a ?=rev parameter. "
                            + "Did you mean to DELETE a document instead?")
                    .asException();
        }
        if (!databases.store().delete(request.database())) {
            throw CouchError.noDatabase().asException();
        }
        return Answer.ok(200);
    }

    private Answer post(Request request) {
        Database database = databases.of(request);
        ContentTypes.requireJson(request);
        return saving.read(
                request,
                database,
                (document, lease) ->
                        saving.save(request, database, document.id().orElseGet(saving::newId), document, lease));
    }

    private static Answer describe(Database database) {
        DatabaseStatus status = database.status();
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeStringProperty("instance_start_time", database.instanceStartTime());
            json.writeStringProperty("db_name", database.name());
            json.writeStringProperty("purge_seq", Long.toString(status.purges()));
            json.writeStringProperty("update_seq", status.last().token());
            json.writeObjectPropertyStart("sizes");
            json.writeNumberProperty("file", status.fileBytes());
            json.writeNumberProperty("external", status.liveBytes() + status.tombstoneBytes());
            json.writeNumberProperty("active", status.liveBytes() + status.tombstoneBytes() + status.innerBytes());
            json.writeEndObject();
            json.writeObjectPropertyStart("props");
            json.writeEndObject();
            json.writeNumberProperty("doc_del_count", status.deletedDocuments());
            json.writeNumberProperty("doc_count", status.documents());
            json.writeNumberProperty("disk_format_version", DISK_FORMAT_VERSION);
            json.writeBooleanProperty("compact_running", status.compacting());
            json.writeObjectPropertyStart("cluster");
            for (String quorum : new String[] {"q", "n", "w", "r"}) {
                json.writeNumberProperty(quorum, 1);
            }
            json.writeEndObject();
            json.writeEndObject();
        });
    }
}
