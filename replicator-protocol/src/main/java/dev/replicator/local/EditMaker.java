package dev.replicator.local;

import dev.replicator.document.Attachment;
import dev.replicator.document.AttachmentIntake;
import dev.replicator.document.DocumentId;
import dev.replicator.document.ParsedDocument;
import dev.replicator.document.Provenance;
import dev.replicator.document.RevisionContent;
import dev.replicator.document.RevisionHash;
import dev.replicator.document.SentAttachment;
import dev.replicator.error.CouchError;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionPath;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.LocalDocument;
import dev.replicator.store.StoredDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Makes edits of what clients send: finds what stubs stand for, computes the revision ids. All of this happens before
 * the edits are sequenced, so that it holds up nobody else.
 *
 * <p>One thread at a time. The lease must stay open until the edits are committed. Each method throws
 * {@link dev.replicator.error.RefusedDocumentException} where the database's {@link DocumentRule} does.
 */
public final class EditMaker {
    private static final byte[] EMPTY_BODY = {'{', '}'};

    private final Database database;
    private final AttachmentLease lease;
    private final String user;
    private final long now;
    private final DocumentRule rule;

    /** A maker for a database that takes all documents. */
    public EditMaker(Database database, AttachmentLease lease, String user, long now) {
        this(database, lease, user, now, DocumentRule.NONE);
    }

    /**
     * @param lease holds the attachments until the commit
     * @param user on whose behalf
     * @param now milliseconds since 1970
     * @param rule what the documents must be
     */
    public EditMaker(Database database, AttachmentLease lease, String user, long now, DocumentRule rule) {
        this.database = database;
        this.lease = lease;
        this.user = user;
        this.now = now;
        this.rule = rule;
    }

    /** Takes the attachments inside the documents that edits are to be made of, while those are parsed. */
    public AttachmentIntake intake() {
        return new InlineAttachments(database, lease);
    }

    /**
     * An edit of a document as a client sent it, made from the revision that the client names.
     *
     * @param id the document's id, with its prefix where it is local
     * @throws dev.replicator.error.CouchException 412 where a stub stands for nothing; 400 for a local document whose
     *     revision is none
     */
    public Edit update(String id, ParsedDocument sent) {
        if (DocumentId.isLocal(id)) {
            return local(id.substring(DocumentId.LOCAL_PREFIX.length()), sent);
        }
        if (sent.attachments().isEmpty()) {
            return update(id, sent.revision(), sent.deleted(), sent.body(), List.of());
        }
        Optional<StoredDocument> stored = database.document(id);
        Optional<Revision> parent = sent.revision().or(() -> tombstone(stored));
        Optional<RevisionContent> before =
                stored.flatMap(document -> parent.flatMap(revision -> database.content(document, revision)));
        long generation = parent.map(Revision::generation).orElse(0L) + 1;
        return update(id, parent, sent.deleted(), sent.body(), attachments(id, sent, before, _ -> generation));
    }

    private static Optional<Revision> tombstone(Optional<StoredDocument> stored) {
        return stored.filter(document -> document.tree().isDeleted())
                .map(document -> document.tree().winner().revision());
    }

    /** A tombstone without a body on top of a revision. */
    public Edit delete(String id, Optional<Revision> parent) {
        if (DocumentId.isLocal(id)) {
            return new Edit.DeleteLocal(id.substring(DocumentId.LOCAL_PREFIX.length()));
        }
        return update(id, parent, true, EMPTY_BODY, List.of());
    }

    /**
     * An edit that leaves a document's body as it is and changes its attachments.
     *
     * @param parent the revision it is made from; empty where the document is to be made
     * @param before the content of the parent
     * @param attachments what the document has afterwards
     */
    public Edit withAttachments(
            String id, Optional<Revision> parent, Optional<RevisionContent> before, List<Attachment> attachments) {
        byte[] body = before.map(RevisionContent::body).orElse(EMPTY_BODY);
        return update(id, parent, false, body, attachments);
    }

    /**
     * An edit that gives a document the content of another, its attachments without moving their bytes.
     *
     * @param id the document to be written, with its prefix where it is local: then without the attachments
     * @param parent the revision of it that is replaced
     * @param deleted whether the content is a tombstone's
     * @throws dev.replicator.error.CouchException 404 where the content was dropped since it was read
     */
    public Edit copy(String id, Optional<Revision> parent, boolean deleted, RevisionContent content) {
        if (DocumentId.isLocal(id)) {
            return local(
                    id.substring(DocumentId.LOCAL_PREFIX.length()),
                    new ParsedDocument(
                            Optional.empty(), parent.map(RevisionPath::of), deleted, List.of(), content.body()));
        }
        if (content.attachments().isEmpty()) {
            return update(id, parent, deleted, content.body(), List.of());
        }
        Optional<Revision> from = parent.or(() -> tombstone(database.document(id)));
        long generation = from.map(Revision::generation).orElse(0L) + 1;
        List<Attachment> attachments = new ArrayList<>(content.attachments().size());
        for (Attachment attachment : content.attachments()) {
            if (!lease.keep(attachment.blob())) {
                throw CouchError.notFound("missing").asException();
            }
            attachments.add(new Attachment(attachment.name(), attachment.contentType(), generation, attachment.blob()));
        }
        return update(id, from, deleted, content.body(), attachments);
    }

    private Edit update(
            String id, Optional<Revision> parent, boolean deleted, byte[] sent, List<Attachment> attachments) {
        byte[] body = rule.apply(id, deleted, sent);
        Revision expected = RevisionHash.of(deleted, parent, body, attachments);
        return new Edit.Update(
                id,
                parent,
                deleted,
                from -> from.equals(parent) ? expected : RevisionHash.of(deleted, from, body, attachments),
                new RevisionContent(body, attachments, new Provenance(now, user, Provenance.Origin.EDIT)));
    }

    /**
     * A replicated revision as a client sent it.
     *
     * @throws dev.replicator.error.CouchException 400 where it names no revision, 412 where a stub stands for nothing
     */
    public Edit replicated(String id, ParsedDocument sent) {
        if (DocumentId.isLocal(id)) {
            return local(id.substring(DocumentId.LOCAL_PREFIX.length()), sent);
        }
        RevisionPath path = sent.history()
                .orElseThrow(() -> CouchError.badRequest(
                                "When `new_edits: false`, the document needs `_rev` or `_revisions` specified")
                        .asException());
        List<Attachment> attachments = List.of();
        if (!sent.attachments().isEmpty()) {
            long generation = path.head().generation();
            attachments = attachments(
                    id,
                    sent,
                    nearestStored(id, path),
                    received -> Math.min(received.revpos().orElse(generation), generation));
        }
        return new Edit.Replicated(
                id,
                path,
                sent.deleted(),
                new RevisionContent(
                        rule.apply(id, sent.deleted(), sent.body()),
                        attachments,
                        new Provenance(now, user, Provenance.Origin.REPLICATION)));
    }

    /** The content of the newest revision of a path that is kept: itself, where it came before. */
    private Optional<RevisionContent> nearestStored(String id, RevisionPath path) {
        Optional<StoredDocument> stored = database.document(id);
        return stored.flatMap(document -> path.revisions().stream()
                .filter(revision ->
                        document.tree().find(revision).map(RevisionNode::stored).orElse(false))
                .findFirst()
                .flatMap(revision -> database.content(document, revision)));
    }

    private List<Attachment> attachments(
            String id,
            ParsedDocument sent,
            Optional<RevisionContent> before,
            ToLongFunction<SentAttachment.Received> revpos) {
        List<Attachment> attachments = new ArrayList<>(sent.attachments().size());
        for (SentAttachment attachment : sent.attachments()) {
            attachments.add(
                    switch (attachment) {
                        case SentAttachment.Stub stub -> kept(id, stub.name(), before);
                        case SentAttachment.Received received ->
                            new Attachment(
                                    received.name(),
                                    received.contentType(),
                                    revpos.applyAsLong(received),
                                    received.blob());
                        case SentAttachment.Following following ->
                            throw new IllegalStateException("nothing was received for " + following);
                    });
        }
        return attachments;
    }

    private Attachment kept(String id, String name, Optional<RevisionContent> before) {
        return before.flatMap(content -> content.attachments().stream()
                        .filter(attachment -> attachment.name().equals(name))
                        .findFirst())
                .filter(attachment -> lease.keep(attachment.blob()))
                .orElseThrow(() -> CouchError.missingStub(id, name).asException());
    }

    /** CouchDB's rule: the number of the revision that the client names and one more, whatever is stored. */
    private static Edit local(String id, ParsedDocument sent) {
        if (sent.deleted()) {
            return new Edit.DeleteLocal(id);
        }
        long before = sent.revision().map(EditMaker::localNumber).orElse(0L);
        return new Edit.PutLocal(new LocalDocument(id, before + 1, sent.body()));
    }

    private static long localNumber(Revision revision) {
        try {
            long number = revision.generation() == 0 ? Long.parseLong(revision.id()) : -1;
            return number >= 0 && number < Long.MAX_VALUE ? number : invalidLocal();
        } catch (NumberFormatException e) {
            return invalidLocal();
        }
    }

    private static long invalidLocal() {
        throw CouchError.badRequest("Invalid rev format").asException();
    }
}
