package dev.replicator.server.endpoint;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.DocumentId;
import dev.replicator.document.RevisionContent;
import dev.replicator.document.SentAttachment;
import dev.replicator.error.CouchError;
import dev.replicator.local.AttachmentCoding;
import dev.replicator.local.DocumentReader;
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
        RevisionNode node = named.map(revision -> document.tree()
                        .find(revision)
                        .filter(RevisionNode::stored)
                        .orElseThrow(() -> CouchError.notFound("missing").asException()))
                .orElseGet(() -> document.tree().winner());
        if (named.isEmpty() && node.deleted()) {
            throw CouchError.notFound("deleted").asException();
        }
        Attachment attachment =
                find(new DocumentReader(database).content(document, node).attachments(), target.name());
        Blob blob = attachment.blob();
        String etag = "\"" + Base64.getEncoder().encodeToString(blob.md5()) + "\"";
        Headers headers = Headers.of("Content-Type", attachment.contentType())
                .with("ETag", etag)
                .with("Cache-Control", "must-revalidate");
        if (request.header("If-None-Match").filter(etag::equals).isPresent()) {
            return new Answer.Whole(304, headers, new byte[0]);
        }
        return new Answer.Streamed(200, headers, new BlobChunks(AttachmentCoding.decoded(database, blob)));
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
                (maker, lease) -> {
                    Parent parent = parent(request, database, id);
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
                    ? AttachmentCoding.storeGzipped(lease, request.body().open())
                    : AttachmentCoding.store(lease, contentType, request.body().open());
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
                (maker, lease) -> {
                    Parent parent = parent(request, database, id);
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

    private static Parent parent(Request request, Database database, String id) {
        Optional<Revision> named = RevisionParameter.of(request);
        Optional<StoredDocument> document = database.document(id);
        if (document.isEmpty() || (named.isEmpty() && document.get().tree().isDeleted())) {
            boolean recreated = document.isPresent();
            return new Parent(
                    recreated ? Optional.of(document.get().tree().winner().revision()) : Optional.empty(),
                    Optional.empty());
        }
        Revision revision = named.orElseThrow(() -> CouchError.conflict().asException());
        RevisionNode node = document.get()
                .tree()
                .find(revision)
                .filter(RevisionNode::leaf)
                .orElseThrow(() -> CouchError.conflict().asException());
        return new Parent(
                Optional.of(revision), Optional.of(new DocumentReader(database).content(document.get(), node)));
    }
}
