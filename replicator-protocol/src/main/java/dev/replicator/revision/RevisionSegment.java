package dev.replicator.revision;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A run of a tree's revisions in their order, the part of a large tree that is written anew when one of them changes.
 *
 * <p>Immutable; a changed tree shares the segments that did not change, so a store writes those whose {@link #number()}
 * and contents are new, known by reference.
 */
public final class RevisionSegment {
    /** A segment that grows beyond this many revisions is split. */
    static final int CAPACITY = 128;

    private final int number;
    private final RevisionNode[] nodes;
    private final RevisionNode best;
    private final int leaves;
    private final int liveLeaves;
    private final TreeSizes sizes;

    private RevisionSegment(int number, RevisionNode[] nodes) {
        this.number = number;
        this.nodes = nodes;
        RevisionNode best = null;
        int leaves = 0;
        int live = 0;
        for (RevisionNode node : nodes) {
            if (!node.leaf()) {
                continue;
            }
            leaves++;
            if (node.live()) {
                live++;
            }
            if (best == null || RevisionNode.BY_STANDING.compare(node, best) > 0) {
                best = node;
            }
        }
        this.best = best;
        this.leaves = leaves;
        this.liveLeaves = live;
        this.sizes = TreeSizes.of(nodes);
    }

    /**
     * A segment from the nodes it holds.
     *
     * @param number unique within the tree
     * @param nodes at least one, in strictly ascending order of revision
     */
    public static RevisionSegment of(int number, List<RevisionNode> nodes) {
        return of(number, nodes.toArray(RevisionNode[]::new));
    }

    static RevisionSegment of(int number, RevisionNode... nodes) {
        for (int i = 1; i < nodes.length; i++) {
            if (nodes[i - 1].revision().compareTo(nodes[i].revision()) >= 0) {
                throw new IllegalArgumentException("revisions out of order: " + nodes[i].revision());
            }
        }
        return new RevisionSegment(number, nodes);
    }

    /** What a store files this segment under; stays the same while the segment changes. */
    public int number() {
        return number;
    }

    /** Its revisions, ascending. */
    public List<RevisionNode> nodes() {
        return Collections.unmodifiableList(Arrays.asList(nodes));
    }

    int size() {
        return nodes.length;
    }

    RevisionNode node(int index) {
        return nodes[index];
    }

    RevisionNode first() {
        return nodes[0];
    }

    RevisionNode last() {
        return nodes[nodes.length - 1];
    }

    /** The leaf that stands highest, or null where there is none. */
    RevisionNode bestLeaf() {
        return best;
    }

    int leafCount() {
        return leaves;
    }

    int liveLeafCount() {
        return liveLeaves;
    }

    TreeSizes sizes() {
        return sizes;
    }

    /** The index of a revision, or {@code -(where it would stand) - 1}. */
    int indexOf(Revision revision) {
        int low = 0;
        int high = nodes.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = nodes[middle].revision().compareTo(revision);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }
}
