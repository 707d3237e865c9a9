package dev.replicator.document;

import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionPath;
import java.util.List;
import java.util.Optional;

/**
 * A document as a client sent it, its own members taken apart from its body.
 *
 * @param id {@code _id}, checked
 * @param history {@code _revisions}, or {@code _rev} alone where there is none; its head is the revision the client
 *     names
 * @param deleted {@code _deleted}
 * @param attachments {@code _attachments}, in the document's order
 * @param body all other members, compact
 */
public record ParsedDocument(
        Optional<String> id,
        Optional<RevisionPath> history,
        boolean deleted,
        List<SentAttachment> attachments,
        byte[] body) {
    /** The revision the client names: the parent of an edit, or the revision itself of a replicated one. */
    public Optional<Revision> revision() {
        return history.map(RevisionPath::head);
    }
}
