package dev.replicator.server.endpoint;

import dev.replicator.document.DocumentId;
import dev.replicator.document.ParsedDocument;
import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.local.DocumentReader;
import dev.replicator.local.JsonPage;
import dev.replicator.local.OpenRevisions;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionPath;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.Target;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;

/** {@code /database/id}: a document read, saved, deleted. Local documents are {@link LocalDocuments}' matter. */
public final class DocumentEndpoint implements Endpoint {
    private final Databases databases;
    private final DocumentSaving saving;

    DocumentEndpoint(Databases databases, DocumentSaving saving) {
        this.databases = databases;
        this.saving = saving;
    }

    @Override
    public String methods() {
        return "DELETE,GET,HEAD,PUT";
    }

    @Override
    public Audience audience(String method) {
        return Audience.DATABASE_MEMBERS;
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        String id = ((Target.Document) request.target()).id();
        return switch (request.method()) {
            case "PUT" -> put(request, database, DocumentId.check(id));
            case "DELETE" -> delete(request, database, id);
            default -> DocumentId.isLocal(id) ? LocalDocuments.read(database, id) : get(request, database, id);
        };
    }

    private Answer put(Request request, Database database, String id) {
        return saving.read(request, sent -> put(request, database, id, sent));
    }

    private Answer put(Request request, Database database, String id, ParsedDocument sent) {
        Optional<Revision> named = RevisionParameter.of(request, sent.revision());
        ParsedDocument document = new ParsedDocument(
                sent.id(),
                sent.history().or(() -> named.map(RevisionPath::of)),
                sent.deleted(),
                sent.attachments(),
                sent.body());
        return saving.save(request, database, id, document);
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
                (maker, _) -> maker.delete(id, revision),
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

    private static Answer get(Request request, Database database, String id) {
        Optional<StoredDocument> document = database.document(id);
        ReadOptions options = ReadParameters.of(request.query());
        boolean latest = request.query().flag("latest", false);
        Optional<String> openRevisions = request.query().get("open_revs");
        if (openRevisions.isPresent()) {
            return open(database, document, openRevisions.get(), latest, options);
        }
        StoredDocument stored =
                document.orElseThrow(() -> CouchError.notFound("missing").asException());
        Optional<Revision> revision = request.query().get("rev").map(Revision::parse);
        RevisionNode node = revision.isPresent() ? named(stored, revision.get(), latest) : live(stored);
        if (isPlain(stored, node, options) && EntityTags.isKnown(request, etag(node))) {
            return new Answer.Whole(304, Headers.of("ETag", etag(node)), new byte[0]);
        }
        DocumentReader reader = new DocumentReader(database);
        DocumentReader.ReadRevision read = revision.isPresent()
                ? reader.read(stored, node)
                : reader.winner(stored)
                        .orElseThrow(() -> CouchError.notFound("missing").asException());
        if (revision.isEmpty()) {
            live(read.document());
        }
        JsonPage page = new JsonPage();
        reader.write(page, read, options);
        page.json().raw('\n');
        Headers headers = isPlain(read.document(), read.node(), options)
                ? Answer.jsonHeaders().with("ETag", etag(read.node()))
                : Answer.jsonHeaders();
        if (page.insertions().isEmpty()) {
            return new Answer.Whole(200, headers, page.json().toByteArray());
        }
        return new Answer.Streamed(200, headers, PagedChunks.of(database, page));
    }

    private static String etag(RevisionNode node) {
        return '"' + node.revision().toString() + '"';
    }

    /** The winner, which must not be a tombstone. */
    private static RevisionNode live(StoredDocument document) {
        RevisionNode winner = document.tree().winner();
        if (winner.deleted()) {
            throw CouchError.notFound("deleted").asException();
        }
        return winner;
    }

    private static RevisionNode named(StoredDocument document, Revision revision, boolean latest) {
        List<RevisionNode> nodes = latest
                ? document.tree().leavesFrom(revision)
                : document.tree().find(revision).map(List::of).orElse(List.of());
        return nodes.stream()
                .filter(RevisionNode::stored)
                .max(RevisionNode.BY_STANDING)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
    }

    /** Whether the answer depends on the revision alone, so that its ETag may name it: as CouchDB decides. */
    private static boolean isPlain(StoredDocument document, RevisionNode node, ReadOptions options) {
        boolean others = document.tree().leaves().stream()
                .filter(leaf -> !leaf.revision().equals(node.revision()))
                .anyMatch(leaf -> leaf.deleted() ? options.deletedConflicts() : options.conflicts());
        return !options.revisionsInfo() && !options.localSequence() && !others;
    }

    private static Answer open(
            Database database,
            Optional<StoredDocument> document,
            String revisions,
            boolean latest,
            ReadOptions options) {
        List<DocumentReader.Opened> opened = revisions.equals("all")
                ? DocumentReader.openAll(document.orElseThrow(
                        () -> CouchError.notFound("missing").asException()))
                : DocumentReader.open(document, ReadParameters.revisions(revisions), latest);
        return new Answer.Streamed(
                200,
                Answer.jsonHeaders(),
                PagedChunks.of(database, new OpenRevisions(database, document, opened, options)));
    }
}
