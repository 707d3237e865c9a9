package dev.replicator.server.endpoint;

import dev.replicator.document.DocumentId;
import dev.replicator.document.ParsedDocument;
import dev.replicator.error.CouchError;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionPath;
import dev.replicator.server.access.Sight;
import dev.replicator.server.access.UserDatabases;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.BodyTaker;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.StreamingEndpoint;
import dev.replicator.server.http.Target;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.Optional;

/**
 * {@code /database/id}: a document read, saved, deleted, copied. Local documents are {@link LocalDocuments}' matter.
 */
public final class DocumentEndpoint implements StreamingEndpoint {
    private final Databases databases;
    private final UserDatabases users;
    private final DocumentSaving saving;
    private final RelatedSaving related;

    DocumentEndpoint(Databases databases, UserDatabases users, DocumentSaving saving, RelatedSaving related) {
        this.databases = databases;
        this.users = users;
        this.saving = saving;
        this.related = related;
    }

    @Override
    public String methods() {
        return "DELETE,GET,HEAD,PUT,COPY";
    }

    @Override
    public boolean streams(String method, Headers headers) {
        return method.equals("PUT") && RelatedSaving.isRelated(headers.first("Content-Type"));
    }

    @Override
    public BodyTaker begin(Request head) {
        Database database = databases.of(head);
        String id = DocumentId.check(((Target.Document) head.target()).id());
        return related.take(
                head, database, id, (sent, lease) -> saving.save(head, database, id, named(head, sent), lease));
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        String id = ((Target.Document) request.target()).id();
        return switch (request.method()) {
            case "PUT" -> put(request, database, DocumentId.check(id));
            case "DELETE" -> delete(request, database, id);
            case "COPY" -> {
                sight(request, id).requireAll();
                yield new DocumentCopying(saving).copy(request, database, id);
            }
            default -> read(request, database, id);
        };
    }

    private Sight sight(Request request, String id) {
        return users.sight(request.database(), request.caller(), request.byAdmin(), id);
    }

    private Answer read(Request request, Database database, String id) {
        if (DocumentId.isLocal(id)) {
            return LocalDocuments.read(database, id);
        }
        Sight sight = sight(request, id);
        if (sight instanceof Sight.Fields fields) {
            return DocumentReading.fields(database, id, fields);
        }
        sight.requireAll();
        return DocumentReading.get(request, database, id);
    }

    private Answer put(Request request, Database database, String id) {
        return saving.read(
                request, database, (sent, lease) -> saving.save(request, database, id, named(request, sent), lease));
    }

    /** With the revision that the request names where the document does not. */
    private static ParsedDocument named(Request request, ParsedDocument sent) {
        Optional<Revision> named = RevisionParameter.of(request, sent.revision());
        return new ParsedDocument(
                sent.id(),
                sent.history().or(() -> named.map(RevisionPath::of)),
                sent.deleted(),
                sent.attachments(),
                sent.body());
    }

    private Answer delete(Request request, Database database, String id) {
        Optional<Revision> revision = RevisionParameter.of(request);
        if (!DocumentId.isLocal(id)) {
            requireDeletable(database, id, revision);
        }
        return saving.commit(
                request,
                database,
                id,
                database.lease(),
                maker -> maker.delete(id, revision),
                saved -> DocumentSaving.saved(200, id, saved).with("ETag", "\"" + saved + "\""));
    }

    /** CouchDB's words for a document that is not there, or no more: 404, not the conflict that the edit would be. */
    private static void requireDeletable(Database database, String id, Optional<Revision> revision) {
        StoredDocument document = database.document(id)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        RevisionNode winner = document.tree().winner();
        if (winner.deleted() && revision.map(winner.revision()::equals).orElse(true)) {
            throw CouchError.notFound("deleted").asException();
        }
    }
}
