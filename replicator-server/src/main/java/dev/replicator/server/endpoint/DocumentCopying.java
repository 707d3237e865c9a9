package dev.replicator.server.endpoint;

import dev.replicator.document.DocumentId;
import dev.replicator.document.Provenance;
import dev.replicator.document.RevisionContent;
import dev.replicator.error.CouchError;
import dev.replicator.local.DocumentReader;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;

/** {@code COPY}: a revision of one document saved as an edit of another in the same database. */
final class DocumentCopying {
    private final DocumentSaving saving;

    DocumentCopying(DocumentSaving saving) {
        this.saving = saving;
    }

    /** What is copied. */
    private record Source(boolean deleted, RevisionContent content) {}

    /**
     * Copies a document where the request's {@code Destination} says.
     *
     * @param id of the source
     */
    Answer copy(Request request, Database database, String id) {
        Optional<Revision> revision = RevisionParameter.of(request);
        CopyDestination destination = CopyDestination.of(request);
        return saving.inTurn(database, destination.id(), () -> copy(request, database, id, revision, destination));
    }

    private Answer copy(
            Request request, Database database, String id, Optional<Revision> revision, CopyDestination destination) {
        return saving.commit(
                request,
                database,
                destination.id(),
                database.lease(),
                maker -> {
                    Source source = DocumentId.isLocal(id) ? local(database, id) : source(database, id, revision);
                    return maker.copy(destination.id(), destination.revision(), source.deleted(), source.content());
                },
                saved -> DocumentSaving.saved(201, destination.id(), saved)
                        .with("Location", request.url(request.database(), destination.id()))
                        .with("ETag", "\"" + saved + "\""));
    }

    private static Source source(Database database, String id, Optional<Revision> revision) {
        StoredDocument document = database.document(id)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        DocumentReader reader = new DocumentReader(database);
        if (revision.isPresent()) {
            RevisionNode node = document.tree()
                    .find(revision.get())
                    .filter(RevisionNode::stored)
                    .orElseThrow(() -> CouchError.notFound("missing").asException());
            return new Source(node.deleted(), reader.content(document, node));
        }
        DocumentReader.ReadRevision winner = reader.winner(document)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        if (winner.node().deleted()) {
            throw CouchError.notFound("deleted").asException();
        }
        return new Source(false, winner.content());
    }

    private static Source local(Database database, String id) {
        byte[] body = database.local(id.substring(DocumentId.LOCAL_PREFIX.length()))
                .orElseThrow(() -> CouchError.notFound("missing").asException())
                .body();
        return new Source(false, new RevisionContent(body, List.of(), new Provenance(0, "", Provenance.Origin.EDIT)));
    }
}
