package dev.replicator.server.endpoint;

import dev.replicator.document.Attachment;
import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.DocumentId;
import dev.replicator.document.RevisionContent;
import dev.replicator.document.SentAttachment;
import dev.replicator.error.CouchError;
import dev.replicator.local.AttachmentBody;
import dev.replicator.local.EditMaker;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.BodyTaker;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.Target;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.StoredDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An attachment put or deleted by itself: an edit of its document that leaves the body as it is. */
final class AttachmentSaving {
    private final DocumentSaving saving;
    private final EndpointLimits limits;

    AttachmentSaving(DocumentSaving saving, EndpointLimits limits) {
        this.saving = saving;
        this.limits = limits;
    }

    /**
     * Begins to take an attachment.
     *
     * @param head a request whose body is empty
     * @throws dev.replicator.error.CouchException 400 for names and headers that are none, 409 where the revision named
     *     is no leaf, 413 where its length says that it is too large, 415 for encodings other than gzip
     */
    BodyTaker put(Request head, Database database, Target.Attachment target) {
        String id = DocumentId.check(target.id());
        String name = SentAttachment.checkName(target.name());
        AttachmentBody.Expected expected = AttachmentHeaders.expected(head, id, name);
        expected.checkLength(limits.attachments());
        checkCount(id, name, parentToAddTo(head, database, id));
        AttachmentLease lease = database.lease();
        try {
            AttachmentBody body = new AttachmentBody(lease, expected, limits.attachments());
            return new Put(head, database, id, name, expected.contentType(), lease, body);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private void checkCount(String id, String name, Parent parent) {
        int count = 1 + parent.others(name).size();
        if (count > limits.attachments().count()) {
            throw limits.attachments().tooMany(AttachmentLimits.named(id), name).asException();
        }
    }

    /** One attachment on its way in. */
    private final class Put implements BodyTaker {
        private final Request head;
        private final Database database;
        private final String id;
        private final String name;
        private final String contentType;
        private final AttachmentLease lease;
        private final AttachmentBody body;

        Put(
                Request head,
                Database database,
                String id,
                String name,
                String contentType,
                AttachmentLease lease,
                AttachmentBody body) {
            this.head = head;
            this.database = database;
            this.id = id;
            this.name = name;
            this.contentType = contentType;
            this.lease = lease;
            this.body = body;
        }

        @Override
        public void take(byte[] bytes, int offset, int count) {
            body.take(bytes, offset, count);
        }

        @Override
        public Answer complete() {
            try {
                return saving.commit(head, database, id, lease, this::edit, this::saved);
            } finally {
                body.close();
            }
        }

        private Answer saved(Revision revision) {
            return DocumentSaving.saved(201, id, revision).with("Location", head.url(head.database(), id, name));
        }

        /** The document may have changed since the attachment began to come. */
        private Edit edit(EditMaker maker) {
            Parent parent = parentToAddTo(head, database, id);
            checkCount(id, name, parent);
            List<Attachment> attachments = new ArrayList<>();
            attachments.add(new Attachment(name, contentType, parent.generation() + 1, body.finish()));
            attachments.addAll(parent.kept(lease, name));
            return maker.withAttachments(id, parent.revision(), parent.content(), attachments);
        }

        @Override
        public void abandon() {
            body.close();
            lease.close();
        }
    }

    /** @throws dev.replicator.error.CouchException 404 where there is no such document or attachment, 409 */
    Answer delete(Request request, Database database, Target.Attachment target) {
        String id = target.id();
        AttachmentLease lease = database.lease();
        return saving.commit(
                request,
                database,
                id,
                lease,
                maker -> {
                    Parent parent = parentToTakeFrom(request, database, id);
                    if (parent.content().isPresent()) {
                        AttachmentReading.find(parent.content().get().attachments(), target.name());
                    }
                    return maker.withAttachments(
                            id, parent.revision(), parent.content(), parent.kept(lease, target.name()));
                },
                revision -> DocumentSaving.saved(200, id, revision));
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

        List<Attachment> others(String name) {
            return content.map(RevisionContent::attachments).orElse(List.of()).stream()
                    .filter(attachment -> !attachment.name().equals(name))
                    .toList();
        }

        /** The attachments that stay, held until the commit. */
        List<Attachment> kept(AttachmentLease lease, String name) {
            List<Attachment> others = others(name);
            for (Attachment attachment : others) {
                if (!lease.keep(attachment.blob())) {
                    // The parent was replaced and compacted since it was read.
                    throw CouchError.conflict().asException();
                }
            }
            return others;
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
