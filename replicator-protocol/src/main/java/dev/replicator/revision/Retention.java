package dev.replicator.revision;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Which bodies of revisions that are no leaves are kept, so that a history can be read and a three-way merge finds the
 * common ancestor. Bodies of leaves are always kept.
 *
 * <p>Its cost grows with the tree, not with leaves times depth.
 */
public sealed interface Retention {
    /** No body but those of leaves: what CouchDB's compaction keeps. */
    Retention NONE = new Newest(0);

    /** Every body, for ever. */
    Retention ALL = new Newest(Integer.MAX_VALUE);

    /**
     * The revisions whose bodies are to go, ascending.
     *
     * @param receivedAt when a revision whose body is kept was received, in milliseconds since 1970; asked for as few
     *     as the rule needs
     */
    List<Revision> expired(RevisionTree tree, ToLongFunction<Revision> receivedAt);

    /**
     * Of each leaf's history the newest kept bodies, the leaf's own aside.
     *
     * @param count how many, at least 0
     */
    record Newest(int count) implements Retention {
        public Newest {
            if (count < 0) {
                throw new IllegalArgumentException("a retention of " + count + " revisions");
            }
        }

        @Override
        public List<Revision> expired(RevisionTree tree, ToLongFunction<Revision> receivedAt) {
            if (count == Integer.MAX_VALUE) {
                return List.of();
            }
            // How many kept bodies stand between a revision and the nearest leaf that came of it.
            Map<Revision, Integer> between = new HashMap<>();
            List<Revision> expired = new ArrayList<>();
            for (RevisionNode node : tree.nodes().reversed()) {
                int newer = node.leaf() ? 0 : between.getOrDefault(node.revision(), 0);
                boolean inner = node.stored() && !node.leaf();
                if (inner && newer >= count) {
                    expired.addFirst(node.revision());
                }
                if (node.parentOrNull() != null) {
                    between.merge(node.parentOrNull(), newer + (inner ? 1 : 0), Math::min);
                }
            }
            return expired;
        }
    }

    /**
     * The bodies that some revision superseded at or after a moment. What superseded it is the next revision that came
     * of it and has a body; the latest, where several did. All that came of a body that is kept is kept too: no history
     * has holes.
     *
     * @param moment in milliseconds since 1970
     */
    record Since(long moment) implements Retention {
        @Override
        public List<Revision> expired(RevisionTree tree, ToLongFunction<Revision> receivedAt) {
            List<RevisionNode> nodes = tree.nodes();
            Map<Revision, List<RevisionNode>> children = new HashMap<>();
            for (RevisionNode node : nodes) {
                if (node.parentOrNull() != null) {
                    children.computeIfAbsent(node.parentOrNull(), _ -> new ArrayList<>(1))
                            .add(node);
                }
            }
            List<Revision> expired = new ArrayList<>();
            Set<Revision> kept = new HashSet<>();
            for (RevisionNode node : nodes) {
                if (node.leaf()) {
                    continue;
                }
                if (node.parentOrNull() != null && kept.contains(node.parentOrNull())) {
                    kept.add(node.revision());
                } else if (node.stored()) {
                    if (supersededSince(children.get(node.revision()), children, receivedAt)) {
                        kept.add(node.revision());
                    } else {
                        expired.add(node.revision());
                    }
                }
            }
            return expired;
        }

        private boolean supersededSince(
                Collection<RevisionNode> next,
                Map<Revision, List<RevisionNode>> children,
                ToLongFunction<Revision> receivedAt) {
            List<RevisionNode> open = new ArrayList<>(next);
            while (!open.isEmpty()) {
                RevisionNode node = open.removeLast();
                if (!node.stored()) {
                    open.addAll(children.getOrDefault(node.revision(), List.of()));
                } else if (receivedAt.applyAsLong(node.revision()) >= moment) {
                    return true;
                }
            }
            return false;
        }
    }
}
