package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;

/** {@code /database}: made, described, deleted; and a document posted into it. */
public final class DatabaseEndpoint implements Endpoint {
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
        DatabaseInfo info = DatabaseInfo.of(database);
        return Json.answer(200, info::write);
    }
}
