package dev.replicator.server.endpoint;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.DocumentId;
import dev.replicator.document.RevisionContent;
import dev.replicator.document.SentAttachment;
import dev.replicator.error.CouchError;
import dev.replicator.local.AttachmentCoding;
import dev.replicator.local.DocumentReader;
import dev.replicator.local.IncomingAttachment;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.Target;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;

/** {@code /database/id/name}: an attachment read, put, deleted by itself. */
public final class AttachmentEndpoint implements Endpoint {
    private final Databases databases;
    private final DocumentSaving saving;

    AttachmentEndpoint(Databases databases, DocumentSaving saving) {
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

    /** Attachments are stored gzipped as they come; others decode them. */
    @Override
    public boolean takesEncodedBodies() {
        return true;
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        Target.Attachment target = (Target.Attachment) request.target();
        if (DocumentId.isLocal(target.id())) {
            throw CouchError.badRequest("Invalid _local document id.").asException();
        }
        return switch (request.method()) {
            case "PUT" -> put(request, database, target);
            case "DELETE" -> delete(request, database, target);
            default -> get(request, database, target);
        };
    }

    private static Answer get(Request request, Database database, Target.Attachment target) {
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

    private static Attachment find(List<Attachment> attachments, String name) {
        return attachments.stream()
                .filter(attachment -> attachment.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        CouchError.notFound("Document is missing attachment").asException());
    }

    private Answer put(Request request, Database database, Target.Attachment target) {
        String id = DocumentId.check(target.id());
        String name = SentAttachment.checkName(target.name());
        String contentType = request.header("Content-Type").orElse("application/octet-stream");
        boolean gzipped = isGzipped(request);
        return saving.commit(
                request,
                database,
                id,
                (maker, lease) -> {
                    Parent parent = parentToAddTo(request, database, id);
                    Attachment added = new Attachment(
                            name, contentType, parent.generation() + 1, store(request, lease, contentType, gzipped));
                    List<Attachment> attachments = new ArrayList<>();
                    attachments.add(added);
                    attachments.addAll(parent.without(lease, name));
                    return maker.withAttachments(id, parent.revision(), parent.content(), attachments);
                },
                saved -> DocumentSaving.saved(201, id, saved)
                        .with("Location", request.url(request.database(), id, name)));
    }

    private static boolean isGzipped(Request request) {
        String encoding = request.header("Content-Encoding").orElse("identity");
        return switch (encoding) {
            case "identity" -> false;
            case "gzip" -> true;
            default ->
                throw CouchError.badContentType("Only gzip and identity content-encodings are supported")
                        .asException();
        };
    }

    private static Blob store(Request request, AttachmentLease lease, String contentType, boolean gzipped) {
        try {
            return gzipped
                    ? IncomingAttachment.gzipped(lease).storeAll(request.body().open())
                    : IncomingAttachment.plain(lease, contentType)
                            .storeAll(request.body().open());
        } catch (ZipException | EOFException e) {
            throw CouchError.badRequest("The attachment is not gzip, though its Content-Encoding says so")
                    .asException();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer delete(Request request, Database database, Target.Attachment target) {
        String id = target.id();
        return saving.commit(
                request,
                database,
                id,
                (maker, lease) -> {
                    Parent parent = parentToTakeFrom(request, database, id);
                    parent.content().ifPresent(content -> find(content.attachments(), target.name()));
                    return maker.withAttachments(
                            id, parent.revision(), parent.content(), parent.without(lease, target.name()));
                },
                saved -> DocumentSaving.saved(200, id, saved));
    }

    /**
     * What an attachment is added to or taken from.
     *
     * @param revision empty where the document is to be made
     */
    private record Parent(Optional<Revision> revision, Optional<RevisionContent> content) {
        long generation() {
            return revision.map(Revision::generation).orElse(0L);
        }

        /** The attachments that stay, held until the commit. */
        List<Attachment> without(AttachmentLease lease, String name) {
            return content.map(RevisionContent::attachments).orElse(List.of()).stream()
                    .filter(attachment -> !attachment.name().equals(name))
                    .filter(attachment -> lease.keep(attachment.blob()))
                    .toList();
        }
    }

    /** A document that is not there, or no more, is made by an attachment put without a revision. */
    private static Parent parentToAddTo(Request request, Database database, String id) {
        Optional<Revision> named = RevisionParameter.of(request);
        Optional<StoredDocument> document = database.document(id);
        if (named.isPresent()
                || document.filter(stored -> !stored.tree().isDeleted()).isPresent()) {
            return leaf(database, document, named);
        }
        return new Parent(document.map(stored -> stored.tree().winner().revision()), Optional.empty());
    }

    private static Parent parentToTakeFrom(Request request, Database database, String id) {
        Optional<Revision> named = RevisionParameter.of(request);
        StoredDocument document = database.document(id)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        if (named.isEmpty() && document.tree().isDeleted()) {
            throw CouchError.notFound("deleted").asException();
        }
        return leaf(database, Optional.of(document), named);
    }

    /** The named revision, which must be a leaf: any other would make a conflict. */
    private static Parent leaf(Database database, Optional<StoredDocument> document, Optional<Revision> named) {
        Optional<RevisionContent> content = document.flatMap(stored -> named.flatMap(stored.tree()::find)
                .filter(RevisionNode::leaf)
                .flatMap(node -> database.content(stored, node.revision())));
        // Also where it was a leaf when the tree was read, and was replaced and compacted since.
        if (content.isEmpty()) {
            throw CouchError.conflict().asException();
        }
        return new Parent(named, content);
    }
}
