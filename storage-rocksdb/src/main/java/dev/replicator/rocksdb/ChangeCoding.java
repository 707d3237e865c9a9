package dev.replicator.rocksdb;

import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionTree;
import java.util.Comparator;
import java.util.List;

/** The rows of {@code changes}: an id, and its leaves while they are few. */
final class ChangeCoding {
    /** A document with more leaves than this has them in its tree alone. */
    static final int MAX_LEAVES = 16;

    private static final Comparator<RevisionNode> BY_REVISION = Comparator.comparing(RevisionNode::revision);
    private static final Comparator<RevisionNode> WINNER_FIRST = RevisionNode.BY_STANDING.reversed();

    private ChangeCoding() {}

    /**
     * A row taken apart.
     *
     * @param id the document
     * @param leaves its leaves, the winner first; empty where they are too many and only the tree holds them
     */
    record Row(String id, List<RevisionNode> leaves) {}

    static void write(ByteWriter out, byte[] id, RevisionTree tree) {
        out.u8(RowReader.PLAIN);
        List<RevisionNode> leaves = tree.leafCount() > MAX_LEAVES ? List.of() : tree.leaves();
        if (leaves.size() > 1) {
            leaves = leaves.stream().sorted(BY_REVISION).toList();
        }
        SegmentCoding.write(out, leaves);
        out.raw(id);
    }

    static Row read(RowReader in) {
        List<RevisionNode> leaves = SegmentCoding.read(in);
        if (leaves.size() > 1) {
            leaves.sort(WINNER_FIRST);
        }
        return new Row(in.restText(), leaves);
    }
}
