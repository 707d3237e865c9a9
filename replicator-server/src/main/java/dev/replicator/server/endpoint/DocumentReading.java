package dev.replicator.server.endpoint;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.local.AnswerPage;
import dev.replicator.local.DocumentReader;
import dev.replicator.local.MultipartRevision;
import dev.replicator.local.MultipartRevisions;
import dev.replicator.local.OpenRevisions;
import dev.replicator.multipart.MultipartFraming;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.server.access.Sight;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;

/** {@code GET /database/id}: one revision, or several by {@code open_revs}, as JSON or as multipart bodies. */
final class DocumentReading {
    private static final String MIXED = "multipart/mixed";
    private static final String RELATED = "multipart/related";

    private DocumentReading() {}

    /** @throws dev.replicator.error.CouchException 404 where there is no such document or revision */
    static Answer get(Request request, Database database, String id) {
        Optional<StoredDocument> document = database.document(id);
        ReadOptions options = ReadParameters.of(request.query());
        boolean latest = request.query().flag("latest", false);
        Optional<String> openRevisions = request.query().get("open_revs");
        if (openRevisions.isPresent()) {
            return open(request, database, document, openRevisions.get(), latest, options);
        }
        StoredDocument stored =
                document.orElseThrow(() -> CouchError.notFound("missing").asException());
        Optional<Revision> revision = request.query().get("rev").map(Revision::parse);
        RevisionNode node = revision.isPresent() ? named(stored, revision.get(), latest) : live(stored);
        if (isPlain(stored, node, options) && EntityTags.isKnown(request, etag(node))) {
            return new Answer.Whole(304, Headers.of("ETag", etag(node)), new byte[0]);
        }
        AnswerPage page = new AnswerPage();
        boolean handedOver = false;
        try {
            DocumentReader reader = new DocumentReader(database);
            DocumentReader.ReadRevision read = revision.isPresent()
                    ? reader.read(page, stored, node, options)
                    : reader.winner(page, stored, options)
                            .orElseThrow(() -> CouchError.notFound("missing").asException());
            if (revision.isEmpty()) {
                live(read.document());
            }
            Answer answer = answer(request, database, page, read, options);
            handedOver = answer instanceof Answer.Streamed;
            return answer;
        } finally {
            if (!handedOver) {
                page.close();
            }
        }
    }

    /**
     * Some members of the document as it stands, whatever else is asked for.
     *
     * @throws dev.replicator.error.CouchException 404 where there is no such document, or it has none of them
     */
    static Answer fields(Database database, String id, Sight.Fields fields) {
        DocumentReader.ReadRevision read = database.document(id)
                .flatMap(new DocumentReader(database)::winner)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        live(read.document());
        JsonBuffer json = new JsonBuffer().raw("{\"_id\":").string(id);
        json.raw(",\"_rev\":").string(read.node().revision().toString());
        fields.of(read.content().body())
                .forEach((name, value) -> json.raw(',').string(name).raw(':').raw(value));
        return Answer.json(200, json.raw('}').toByteArray());
    }

    /** @param page holds what is inserted; of a streamed answer from now on */
    private static Answer answer(
            Request request,
            Database database,
            AnswerPage page,
            DocumentReader.ReadRevision read,
            ReadOptions options) {
        MultipartRevision multipart = new MultipartRevision(read, options);
        boolean related = AcceptedTypes.of(request).name(RELATED)
                && !multipart.following().isEmpty();
        Headers headers = Answer.jsonHeaders();
        if (related) {
            MultipartFraming framing = new MultipartFraming(RandomIds.next());
            multipart.write(page, framing);
            headers = Headers.of("Content-Type", framing.related())
                    .with("Cache-Control", "must-revalidate")
                    .with("Content-Length", Long.toString(page.length()));
        } else {
            new DocumentReader(database).write(page, read, options);
            page.text().raw('\n');
        }
        headers = isPlain(read.document(), read.node(), options) ? headers.with("ETag", etag(read.node())) : headers;
        return page.insertions().isEmpty()
                ? new Answer.Whole(200, headers, page.text().toByteArray())
                : new Answer.Streamed(200, headers, PagedChunks.of(database, page));
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
            Request request,
            Database database,
            Optional<StoredDocument> document,
            String revisions,
            boolean latest,
            ReadOptions options) {
        List<DocumentReader.Opened> opened = revisions.equals("all")
                ? DocumentReader.openAll(document.orElseThrow(
                        () -> CouchError.notFound("missing").asException()))
                : DocumentReader.open(document, ReadParameters.revisions(revisions), latest);
        if (!AcceptedTypes.of(request).preferToJson(MIXED)) {
            return new Answer.Streamed(
                    200,
                    Answer.jsonHeaders(),
                    PagedChunks.of(database, new OpenRevisions(database, document, opened, options)));
        }
        MultipartFraming framing = new MultipartFraming(RandomIds.next());
        return new Answer.Streamed(
                200,
                Headers.of("Content-Type", framing.mixed()),
                PagedChunks.of(
                        database,
                        new MultipartRevisions(
                                database,
                                document,
                                opened,
                                // As CouchDB: its replicator asks for the attachments by this form of the answer alone.
                                options.withAttachments(),
                                framing,
                                new MultipartFraming(RandomIds.next()))));
    }
}
