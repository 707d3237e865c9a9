package dev.replicator.rocksdb;

import dev.replicator.revision.RevisionTree;

/**
 * A document as its row holds it.
 *
 * @param tree its revisions, {@link RevisionTree#EMPTY} where it is not there
 * @param sequence the number of its latest change
 * @param inlineOrNull the winner's content as {@link ContentCoding} writes it, where it is kept in the row
 */
record DocumentState(RevisionTree tree, long sequence, byte[] inlineOrNull) {
    static final DocumentState NONE = new DocumentState(RevisionTree.EMPTY, 0, null);

    /** Whether the tree is kept in rows of its own. */
    boolean segmented() {
        return tree.segments().size() > 1;
    }
}
