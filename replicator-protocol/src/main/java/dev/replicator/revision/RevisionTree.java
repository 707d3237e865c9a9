package dev.replicator.revision;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The revisions of one document and which was made from which; more of a forest, since a history may be known from
 * different points on.
 *
 * <pre>
 *   1-a ── 2-b ── 3-c      a leaf, and the winner
 *             └── 3-b      a leaf: a conflict, as long as it is live
 *   7-f ── 8-x             a leaf that is a tombstone, its beginnings unknown
 * </pre>
 *
 * <p>Immutable. A tree is the set of its nodes, kept in the order of their revisions and cut into segments of at most
 * {@value RevisionSegment#CAPACITY}; a merge copies only the segments it touches. So a further edit of a document with
 * ten thousand leaves costs the length of its path, neither the leaves nor their histories, and a store writes as
 * little.
 *
 * <p>Two facts make merging commutative, associative and idempotent: that a revision is known, and that it is the
 * parent of a known one, are never taken back by a merge; and where two histories give one revision different parents,
 * which honest ids rule out, the greater parent stays. Stemming forgets and so does depend on what came before it.
 */
public final class RevisionTree {
    /** The tree of a document that is not there. */
    public static final RevisionTree EMPTY = new RevisionTree(new RevisionSegment[0]);

    private final RevisionSegment[] segments;
    private final RevisionNode winner;
    private final int leafCount;
    private final int liveLeafCount;

    RevisionTree(RevisionSegment[] segments) {
        this.segments = segments;
        RevisionNode best = null;
        int leaves = 0;
        int live = 0;
        for (RevisionSegment segment : segments) {
            RevisionNode candidate = segment.bestLeaf();
            if (candidate != null && (best == null || RevisionNode.BY_STANDING.compare(candidate, best) > 0)) {
                best = candidate;
            }
            leaves += segment.leafCount();
            live += segment.liveLeafCount();
        }
        this.winner = best;
        this.leafCount = leaves;
        this.liveLeafCount = live;
    }

    /** A tree as a store held it: its segments, in order. */
    public static RevisionTree of(List<RevisionSegment> segments) {
        for (int i = 1; i < segments.size(); i++) {
            if (segments.get(i - 1)
                            .last()
                            .revision()
                            .compareTo(segments.get(i).first().revision())
                    >= 0) {
                throw new IllegalArgumentException("segments out of order");
            }
        }
        return new RevisionTree(segments.toArray(RevisionSegment[]::new));
    }

    /** The segments, in the order of their revisions. */
    public List<RevisionSegment> segments() {
        return List.of(segments);
    }

    public boolean isEmpty() {
        return segments.length == 0;
    }

    /**
     * The winning leaf: what a reader who names no revision gets.
     *
     * @throws IllegalStateException where the tree is empty
     */
    public RevisionNode winner() {
        if (winner == null) {
            throw new IllegalStateException("an empty tree has no winner");
        }
        return winner;
    }

    /** Whether the winner is a tombstone, and so the document deleted. */
    public boolean isDeleted() {
        return winner().deleted();
    }

    public int leafCount() {
        return leafCount;
    }

    /** How many leaves are live; above 1 the document is in conflict. */
    public int liveLeafCount() {
        return liveLeafCount;
    }

    /** What its revisions take. */
    public TreeSizes sizes() {
        TreeSizes sizes = TreeSizes.NONE;
        for (RevisionSegment segment : segments) {
            sizes = sizes.plus(segment.sizes());
        }
        return sizes;
    }

    public Optional<RevisionNode> find(Revision revision) {
        return Optional.ofNullable(findOrNull(revision));
    }

    RevisionNode findOrNull(Revision revision) {
        int segment = segmentFor(segments, revision);
        if (segment < 0) {
            return null;
        }
        int index = segments[segment].indexOf(revision);
        return index < 0 ? null : segments[segment].node(index);
    }

    /**
     * The segment in which a revision stands or would: the last that begins at or before it; -1 where there is none.
     */
    static int segmentFor(RevisionSegment[] segments, Revision revision) {
        int low = 0;
        int high = segments.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (segments[middle].first().revision().compareTo(revision) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return segments.length == 0 ? -1 : Math.max(high, 0);
    }

    /** All revisions, ascending. */
    public List<RevisionNode> nodes() {
        List<RevisionNode> nodes = new ArrayList<>();
        for (RevisionSegment segment : segments) {
            nodes.addAll(segment.nodes());
        }
        return nodes;
    }

    /** The leaves, the winner first, then as they would win: the order of {@code _conflicts} and of {@code changes}. */
    public List<RevisionNode> leaves() {
        if (leafCount == 1) {
            return List.of(winner);
        }
        List<RevisionNode> leaves = new ArrayList<>(leafCount);
        for (RevisionSegment segment : segments) {
            for (int i = 0; segment.leafCount() > 0 && i < segment.size(); i++) {
                if (segment.node(i).leaf()) {
                    leaves.add(segment.node(i));
                }
            }
        }
        leaves.sort(RevisionNode.BY_STANDING.reversed());
        return leaves;
    }

    /**
     * The leaves that another tree does not have, or has with another deletion flag; ascending. Cheap where one tree
     * came of the other by a merge, since most segments are shared then.
     */
    List<RevisionNode> leavesMissingFrom(RevisionTree other) {
        List<RevisionNode> missing = new ArrayList<>(1);
        for (RevisionSegment segment : segments) {
            if (segment.leafCount() == 0 || other.shares(segment)) {
                continue;
            }
            for (RevisionNode node : segment.nodes()) {
                RevisionNode known = node.leaf() ? other.findOrNull(node.revision()) : null;
                if (node.leaf() && (known == null || !known.leaf() || known.deleted() != node.deleted())) {
                    missing.add(node);
                }
            }
        }
        return missing;
    }

    @SuppressWarnings("ReferenceEquality") // an equal one would be found by comparing all of it
    private boolean shares(RevisionSegment segment) {
        int place = segmentFor(segments, segment.first().revision());
        return place >= 0 && segments[place] == segment;
    }

    /**
     * The leaves as {@code open_revs=all} and {@code _bulk_get} list them: the live ones, then the tombstones, each in
     * the order of their revisions.
     */
    public List<RevisionNode> leavesAscending() {
        if (leafCount == 1) {
            return List.of(winner);
        }
        return nodes().stream()
                .filter(RevisionNode::leaf)
                .sorted(Comparator.comparing(RevisionNode::deleted).thenComparing(RevisionNode::revision))
                .toList();
    }

    /**
     * The leaves that came of a revision, siblings in the order of their revisions; itself where it is one. Empty where
     * it is not known. What {@code latest=true} shows in its place.
     */
    public List<RevisionNode> leavesFrom(Revision revision) {
        RevisionNode node = findOrNull(revision);
        if (node == null) {
            return List.of();
        }
        return node.leaf() ? List.of(node) : leavesBelow(node);
    }

    private List<RevisionNode> leavesBelow(RevisionNode start) {
        Map<Revision, List<RevisionNode>> children = new HashMap<>();
        for (RevisionNode node : nodes()) {
            if (node.parentOrNull() != null) {
                children.computeIfAbsent(node.parentOrNull(), _ -> new ArrayList<>(1))
                        .add(node);
            }
        }
        List<RevisionNode> leaves = new ArrayList<>();
        List<RevisionNode> stack = new ArrayList<>(List.of(start));
        while (!stack.isEmpty()) {
            RevisionNode node = stack.removeLast();
            if (node.leaf()) {
                leaves.add(node);
            }
            stack.addAll(children.getOrDefault(node.revision(), List.of()).reversed());
        }
        return leaves;
    }

    /** A known revision and its ancestors as far as they are known: {@code _revisions}. Empty where it is not known. */
    public List<RevisionNode> history(Revision revision) {
        RevisionNode node = findOrNull(revision);
        if (node != null && node.parentOrNull() == null) {
            return List.of(node);
        }
        List<RevisionNode> history = new ArrayList<>();
        while (node != null) {
            history.add(node);
            node = node.parentOrNull() == null ? null : findOrNull(node.parentOrNull());
        }
        return history;
    }

    /**
     * Those leaves that a missing revision may have been made from: all of a lower generation than the greatest
     * missing. {@code possible_ancestors} of {@code _revs_diff}, in CouchDB's order.
     */
    public List<Revision> possibleAncestors(List<Revision> missing) {
        long below = missing.stream().mapToLong(Revision::generation).max().orElse(0);
        return leaves().stream()
                .map(RevisionNode::revision)
                .filter(leaf -> leaf.generation() < below)
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /**
     * This tree with a path added and, where that makes it deeper than {@code limit}, stemmed.
     *
     * @param path the revision to add and its history
     * @param deleted whether it is a tombstone
     * @param size the bytes of its body and attachments
     * @param attachments how many of them are those of attachments
     * @param limit how many generations of history each leaf keeps, at least 1
     */
    public Merge merge(RevisionPath path, boolean deleted, long size, long attachments, int limit) {
        boolean added = findOrNull(path.head()) == null;
        TreeChange change = new TreeChange(segments);
        List<Revision> revisions = path.revisions();
        for (int i = 0; i < revisions.size(); i++) {
            Revision revision = revisions.get(i);
            Revision parent = i + 1 < revisions.size() ? revisions.get(i + 1) : null;
            RevisionNode known = change.find(revision);
            if (known == null) {
                change.put(
                        i == 0
                                ? new RevisionNode(revision, parent, true, deleted, true, size, attachments)
                                : RevisionNode.inner(revision, parent));
            } else {
                joinKnown(change, known, parent, i > 0);
            }
        }
        if (!change.happened()) {
            return new Merge(this, false, false);
        }
        RevisionTree merged = Stemming.stem(new RevisionTree(change.segments()), limit);
        if (!added && merged.equals(this)) {
            // The path brought only what stemming forgets again.
            return new Merge(this, false, false);
        }
        return new Merge(merged, true, added);
    }

    private static void joinKnown(TreeChange change, RevisionNode known, Revision parent, boolean isParent) {
        boolean superseded = isParent && known.leaf();
        boolean betterParent = parent != null
                && (known.parentOrNull() == null || known.parentOrNull().compareTo(parent) < 0);
        if (superseded || betterParent) {
            RevisionNode joined = superseded ? known.asInner() : known;
            change.put(betterParent ? joined.withParent(parent) : joined);
        }
    }

    /**
     * What a merge gave.
     *
     * @param tree the tree afterwards
     * @param changed whether it differs from the tree before: false where all of the path was known
     * @param added whether the path's head is new, so that its body is to be kept
     */
    public record Merge(RevisionTree tree, boolean changed, boolean added) {}

    /** This tree with every leaf's history cut to {@code limit} generations. */
    RevisionTree stem(int limit) {
        return Stemming.stem(this, limit);
    }

    /**
     * This tree without some of its leaves, and without what only they came of: purging. Revisions that are no leaves
     * are not removed.
     *
     * @return the tree, {@link #EMPTY} where nothing is left, and which of the revisions were removed, in the order
     *     given
     */
    public Purge purge(List<Revision> revisions) {
        List<Revision> removed = revisions.stream()
                .distinct()
                .filter(revision -> find(revision).map(RevisionNode::leaf).orElse(false))
                .toList();
        if (removed.isEmpty()) {
            return new Purge(this, removed);
        }
        Set<Revision> kept = new HashSet<>();
        for (RevisionNode leaf : leaves()) {
            RevisionNode node = removed.contains(leaf.revision()) ? null : leaf;
            // What is kept already has its ancestors kept: the walks together cost the tree, not leaves times depth.
            while (node != null && kept.add(node.revision())) {
                node = node.parentOrNull() == null ? null : findOrNull(node.parentOrNull());
            }
        }
        return new Purge(keeping(kept), removed);
    }

    /** What purging gave. */
    public record Purge(RevisionTree tree, List<Revision> removed) {}

    /** This tree with none but the given revisions; what loses its parent is a root afterwards. */
    RevisionTree keeping(Set<Revision> kept) {
        List<RevisionSegment> remaining = new ArrayList<>();
        for (RevisionSegment segment : segments) {
            List<RevisionNode> nodes = new ArrayList<>(segment.size());
            boolean same = true;
            for (RevisionNode node : segment.nodes()) {
                if (!kept.contains(node.revision())) {
                    same = false;
                } else if (node.parentOrNull() != null && !kept.contains(node.parentOrNull())) {
                    same = false;
                    nodes.add(node.withParent(null));
                } else {
                    nodes.add(node);
                }
            }
            if (!nodes.isEmpty()) {
                remaining.add(same ? segment : RevisionSegment.of(segment.number(), nodes));
            }
        }
        return remaining.isEmpty() ? EMPTY : RevisionTree.of(remaining);
    }

    /**
     * This tree with bodies marked as gone: what compaction leaves.
     *
     * @param revisions leaves, and those that are not known or keep no body, stay as they are
     */
    public RevisionTree withoutBodies(Collection<Revision> revisions) {
        TreeChange change = new TreeChange(segments);
        for (Revision revision : revisions) {
            RevisionNode node = findOrNull(revision);
            if (node != null && node.stored() && !node.leaf()) {
                change.put(node.withoutBody());
            }
        }
        return change.happened() ? new RevisionTree(change.segments()) : this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RevisionTree that && nodes().equals(that.nodes());
    }

    @Override
    public int hashCode() {
        return nodes().hashCode();
    }

    @Override
    public String toString() {
        return nodes().toString();
    }
}
