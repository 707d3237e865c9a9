package dev.replicator.revision;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Forgets the oldest of histories: a revision stays while some leaf is fewer than {@code limit} generations above it. A
 * leaf always stays. What loses its parent this way is a root afterwards.
 *
 * <p>One pass from the newest generation to the oldest, whatever the number of leaves; trees that cannot be too deep
 * are returned as they are after looking at two nodes.
 */
final class Stemming {
    private Stemming() {}

    static RevisionTree stem(RevisionTree tree, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, not " + limit);
        }
        if (tree.isEmpty() || depth(tree) <= limit) {
            return tree;
        }
        return tree.keeping(kept(tree, limit).keySet());
    }

    private static long depth(RevisionTree tree) {
        List<RevisionSegment> segments = tree.segments();
        return segments.getLast().last().revision().generation()
                - segments.getFirst().first().revision().generation()
                + 1;
    }

    /** The kept revisions, each with its distance to the nearest leaf above it. */
    private static Map<Revision, Integer> kept(RevisionTree tree, int limit) {
        Map<Revision, Integer> distances = new HashMap<>();
        for (RevisionNode node : tree.nodes().reversed()) {
            if (node.leaf()) {
                distances.put(node.revision(), 0);
            }
            Integer distance = distances.get(node.revision());
            if (distance != null && node.parentOrNull() != null && distance + 1 < limit) {
                distances.merge(node.parentOrNull(), distance + 1, Math::min);
            }
        }
        return distances;
    }
}
