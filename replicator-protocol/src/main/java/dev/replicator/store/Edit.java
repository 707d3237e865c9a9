package dev.replicator.store;

import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionPath;
import dev.replicator.revision.RevisionTree;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Something to be written. {@link OfDocument#applyTo} holds the rule of the kinds that change a document. */
public sealed interface Edit {
    /** The document's id; that of a local document without {@code _local/}. */
    String id();

    /** An edit of a replicated document. */
    sealed interface OfDocument extends Edit {
        /**
         * What this edit makes of a document: a pure function.
         *
         * @param tree the document's tree, {@link RevisionTree#EMPTY} where it is not there
         * @param revsLimit how many generations of history leaves keep
         */
        Applied applyTo(RevisionTree tree, int revsLimit);
    }

    /**
     * What an edit made of a document.
     *
     * @param outcome the answer to the client
     * @param tree the tree afterwards; the same object as before where nothing is to be written
     * @param content the content to keep for the outcome's revision; empty where it is kept already or there is none
     */
    record Applied(EditOutcome outcome, RevisionTree tree, Optional<RevisionContent> content) {}

    /**
     * A client's edit, which must be made from a leaf.
     *
     * @param parent the revision it was made from, where the client named one
     * @param deleted whether it makes a tombstone
     * @param revisions the id of the revision it makes, which depends on its parent
     */
    record Update(
            String id, Optional<Revision> parent, boolean deleted, RevisionMaker revisions, RevisionContent content)
            implements OfDocument {
        /** The revision that an edit makes, by the revision it is made from. Pure; called while others wait. */
        @FunctionalInterface
        public interface RevisionMaker {
            Revision madeFrom(Optional<Revision> parent);
        }

        /**
         * {@inheritDoc}
         *
         * <p>CouchDB's rules: a named parent must be a leaf, or the document unknown; without one the document must be
         * unknown or deleted, and a deleted one is continued from its winning tombstone, but not by a further
         * tombstone.
         */
        @Override
        public Applied applyTo(RevisionTree tree, int revsLimit) {
            Optional<Revision> from = parent;
            if (!tree.isEmpty()) {
                if (parent.isPresent()) {
                    if (!tree.find(parent.get()).map(RevisionNode::leaf).orElse(false)) {
                        return new Applied(new EditOutcome.Conflict(), tree, Optional.empty());
                    }
                } else if (tree.isDeleted() && !deleted) {
                    from = Optional.of(tree.winner().revision());
                } else {
                    return new Applied(new EditOutcome.Conflict(), tree, Optional.empty());
                }
            }
            Revision made = revisions.madeFrom(from);
            RevisionPath path = from.map(known -> RevisionPath.of(made, known)).orElseGet(() -> RevisionPath.of(made));
            return merged(tree, path, deleted, content, revsLimit);
        }
    }

    /**
     * A revision that was made elsewhere and is added as it is, whatever it conflicts with ({@code new_edits=false}).
     *
     * @param path the revision and its history
     * @param deleted whether it is a tombstone
     */
    record Replicated(String id, RevisionPath path, boolean deleted, RevisionContent content) implements OfDocument {
        /** {@inheritDoc} A revision that is known keeps the content it has. */
        @Override
        public Applied applyTo(RevisionTree tree, int revsLimit) {
            return merged(tree, path, deleted, content, revsLimit);
        }
    }

    /**
     * Removes leaves as if they had never been, and with them what only they came of. Not replicated: a peer that has
     * them brings them back.
     *
     * @param revisions those that are no leaves stay
     */
    record Purge(String id, List<Revision> revisions) implements OfDocument {
        /** {@inheritDoc} The tree is empty where nothing is left: the document is there no more. */
        @Override
        public Applied applyTo(RevisionTree tree, int revsLimit) {
            RevisionTree.Purge purge = tree.purge(revisions);
            return new Applied(new EditOutcome.Purged(purge.removed()), purge.tree(), Optional.empty());
        }
    }

    /**
     * Removes a deleted document, as {@link Purge} does, but without a record: what is forgotten with time is no news.
     * Not replicated.
     *
     * @param tombstones its leaves; where there is another, or one is no tombstone, the document was edited meanwhile
     *     and stays as it is
     */
    record Forget(String id, List<Revision> tombstones) implements OfDocument {
        @Override
        public Applied applyTo(RevisionTree tree, int revsLimit) {
            Set<Revision> known = new HashSet<>(tombstones);
            boolean unchanged =
                    tree.leaves().stream().allMatch(leaf -> leaf.deleted() && known.contains(leaf.revision()));
            RevisionTree.Purge purge = tree.purge(unchanged ? tombstones : List.of());
            return new Applied(new EditOutcome.Purged(purge.removed()), purge.tree(), Optional.empty());
        }
    }

    private static Applied merged(
            RevisionTree tree, RevisionPath path, boolean deleted, RevisionContent content, int revsLimit) {
        RevisionTree.Merge merge = tree.merge(path, deleted, content.size(), content.attachmentBytes(), revsLimit);
        return new Applied(
                new EditOutcome.Saved(path.head()),
                merge.tree(),
                merge.added() ? Optional.of(content) : Optional.empty());
    }

    /**
     * A local document put in place of the one of its id, without a check: the last wins, as in CouchDB. Saved as
     * revision {@code 0-N}, N its {@link LocalDocument#revision}.
     */
    record PutLocal(LocalDocument document) implements Edit {
        @Override
        public String id() {
            return document.id();
        }
    }

    /** A local document deleted: saved as revision {@code 0-0}; {@link EditOutcome.Missing} where there is none. */
    record DeleteLocal(String id) implements Edit {}
}
