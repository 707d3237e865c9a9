package dev.replicator.revision;

import java.util.Arrays;

/** A change of a tree in the making: copies a segment when the first of its nodes changes, and shares the others. */
final class TreeChange {
    private RevisionSegment[] segments;
    private boolean happened;

    TreeChange(RevisionSegment[] segments) {
        this.segments = segments;
    }

    boolean happened() {
        return happened;
    }

    RevisionSegment[] segments() {
        return segments;
    }

    RevisionNode find(Revision revision) {
        int segment = RevisionTree.segmentFor(segments, revision);
        if (segment < 0) {
            return null;
        }
        int index = segments[segment].indexOf(revision);
        return index < 0 ? null : segments[segment].node(index);
    }

    /** Adds a node, or replaces the one of the same revision. */
    void put(RevisionNode node) {
        happened = true;
        int at = RevisionTree.segmentFor(segments, node.revision());
        if (at < 0) {
            segments = new RevisionSegment[] {RevisionSegment.of(0, node)};
            return;
        }
        RevisionSegment segment = segments[at];
        int index = segment.indexOf(node.revision());
        RevisionNode[] nodes = index >= 0 ? replaced(segment, index, node) : inserted(segment, -index - 1, node);
        if (nodes.length <= RevisionSegment.CAPACITY) {
            segments = segments.clone();
            segments[at] = RevisionSegment.of(segment.number(), nodes);
        } else {
            split(at, segment.number(), nodes);
        }
    }

    private static RevisionNode[] replaced(RevisionSegment segment, int index, RevisionNode node) {
        RevisionNode[] nodes = segment.nodes().toArray(RevisionNode[]::new);
        nodes[index] = node;
        return nodes;
    }

    private static RevisionNode[] inserted(RevisionSegment segment, int index, RevisionNode node) {
        RevisionNode[] nodes = new RevisionNode[segment.size() + 1];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = i < index ? segment.node(i) : i == index ? node : segment.node(i - 1);
        }
        return nodes;
    }

    /** Splits in halves; but a node appended to the last segment begins a new one, so that a long line stays dense. */
    private void split(int at, int number, RevisionNode[] nodes) {
        boolean appended = at == segments.length - 1;
        int cut = appended ? nodes.length - 1 : nodes.length / 2;
        int next =
                Arrays.stream(segments).mapToInt(RevisionSegment::number).max().orElse(0) + 1;
        RevisionSegment[] grown = new RevisionSegment[segments.length + 1];
        System.arraycopy(segments, 0, grown, 0, at);
        grown[at] = RevisionSegment.of(number, Arrays.copyOfRange(nodes, 0, cut));
        grown[at + 1] = RevisionSegment.of(next, Arrays.copyOfRange(nodes, cut, nodes.length));
        System.arraycopy(segments, at + 1, grown, at + 2, segments.length - at - 1);
        segments = grown;
    }
}
