package dev.replicator.server.endpoint;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.RevisionContent;
import dev.replicator.error.CouchError;
import dev.replicator.local.AttachmentCoding;
import dev.replicator.local.DocumentReader;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.Target;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * {@code GET /database/id/name}: the bytes of one attachment, of the winner or of a revision that {@code rev} names.
 */
final class AttachmentReading {
    private AttachmentReading() {}

    /** @throws dev.replicator.error.CouchException 404 where there is no such document, revision or attachment */
    static Answer get(Request request, Database database, Target.Attachment target) {
        StoredDocument document = database.document(target.id())
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        Optional<Revision> named = request.query().get("rev").map(Revision::parse);
        RevisionContent content =
                named.isPresent() ? named(database, document, named.get()) : winner(database, document);
        Attachment attachment = find(content.attachments(), target.name());
        Blob blob = attachment.blob();
        String etag = "\"" + Base64.getEncoder().encodeToString(blob.md5()) + "\"";
        Headers headers = Headers.of("Content-Type", attachment.contentType())
                .with("ETag", etag)
                .with("Cache-Control", "must-revalidate");
        if (EntityTags.isKnown(request, etag)) {
            return new Answer.Whole(304, headers, new byte[0]);
        }
        headers = headers.with("Content-Length", Long.toString(blob.length()));
        return new Answer.Streamed(200, headers, new BlobChunks(AttachmentCoding.decoded(database, blob)));
    }

    private static RevisionContent named(Database database, StoredDocument document, Revision revision) {
        RevisionNode node = document.tree()
                .find(revision)
                .filter(RevisionNode::stored)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        return new DocumentReader(database).content(document, node);
    }

    private static RevisionContent winner(Database database, StoredDocument document) {
        DocumentReader.ReadRevision winner = new DocumentReader(database)
                .winner(document)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        if (winner.node().deleted()) {
            throw CouchError.notFound("deleted").asException();
        }
        return winner.content();
    }

    /** @throws dev.replicator.error.CouchException 404 */
    static Attachment find(List<Attachment> attachments, String name) {
        return attachments.stream()
                .filter(attachment -> attachment.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        CouchError.notFound("Document is missing attachment").asException());
    }
}
