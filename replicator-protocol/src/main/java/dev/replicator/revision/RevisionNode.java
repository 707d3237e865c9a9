package dev.replicator.revision;

import java.util.Comparator;
import java.util.Optional;

/**
 * What a tree knows of one revision.
 *
 * @param revision its name
 * @param parentOrNull the revision it was made from, where that is known and not stemmed away
 * @param leaf whether no revision is known to have been made from it
 * @param deleted whether it is a tombstone
 * @param stored whether its body is kept; false for the inner revisions of a replicated history and for compacted ones
 * @param size the bytes of its body and attachments, 0 where it is not stored
 * @param attachments how many of them are those of attachments, as they are stored
 */
public record RevisionNode(
        Revision revision,
        Revision parentOrNull,
        boolean leaf,
        boolean deleted,
        boolean stored,
        long size,
        long attachments) {
    /** The order in which leaves win, the winner greatest: live before deleted, then the greater revision. */
    public static final Comparator<RevisionNode> BY_STANDING =
            Comparator.comparing(RevisionNode::live).thenComparing(RevisionNode::revision);

    static RevisionNode inner(Revision revision, Revision parentOrNull) {
        return new RevisionNode(revision, parentOrNull, false, false, false, 0, 0);
    }

    public Optional<Revision> parent() {
        return Optional.ofNullable(parentOrNull);
    }

    public boolean live() {
        return !deleted;
    }

    RevisionNode asInner() {
        return new RevisionNode(revision, parentOrNull, false, deleted, stored, size, attachments);
    }

    RevisionNode withParent(Revision parent) {
        return new RevisionNode(revision, parent, leaf, deleted, stored, size, attachments);
    }

    RevisionNode withoutBody() {
        return new RevisionNode(revision, parentOrNull, leaf, deleted, false, 0, 0);
    }
}
