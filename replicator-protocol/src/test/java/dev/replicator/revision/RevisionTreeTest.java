package dev.replicator.revision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Trees against the naive model, on random histories. */
class RevisionTreeTest {
    private static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final int SEEDS = 100;

    private static RevisionTree merge(RevisionTree tree, RevisionPath path, int limit) {
        return tree.merge(path, RandomHistories.deleted(path.head()), 7, 3, limit)
                .tree();
    }

    private static RevisionTree merged(List<RevisionPath> paths) {
        RevisionTree tree = RevisionTree.EMPTY;
        for (RevisionPath path : paths) {
            tree = merge(tree, path, NO_LIMIT);
        }
        return tree;
    }

    private static RevisionPath path(String... revisions) {
        return new RevisionPath(Arrays.stream(revisions).map(Revision::parse).toList());
    }

    /**
     * What peers must agree on: every revision, its parent, whether it is a leaf, and of leaves whether they are
     * tombstones. Which inner bodies are kept does depend on the order in which they came.
     */
    private static List<String> facts(RevisionTree tree) {
        return tree.nodes().stream()
                .map(node -> node.revision() + " of " + node.parentOrNull()
                        + (node.leaf() ? node.deleted() ? " tombstone" : " live" : ""))
                .toList();
    }

    private static List<Revision> revisions(List<RevisionNode> nodes) {
        return nodes.stream().map(RevisionNode::revision).toList();
    }

    private static RandomHistories histories(long seed) {
        return new RandomHistories(seed, 5 + (int) (seed % 80), seed % 4 != 0);
    }

    /** Replication hands on what a tree holds, which of several parents is one; so revisions have one here. */
    private static RandomHistories honestHistories(long seed) {
        return new RandomHistories(seed, 5 + (int) (seed % 80), true);
    }

    @Test
    void aTreeEqualsTheNaiveModel() {
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomHistories histories = histories(seed);
            NaiveTree model = new NaiveTree();
            RevisionTree tree = RevisionTree.EMPTY;
            for (int i = 0; i < 60; i++) {
                RevisionPath path = histories.path();
                boolean deleted = RandomHistories.deleted(path.head());
                RevisionTree before = tree;
                RevisionTree.Merge merge = tree.merge(path, deleted, 7, 3, NO_LIMIT);
                tree = merge.tree();
                assertEquals(model.add(path, deleted), merge.added(), "seed " + seed);
                assertEquals(!facts(before).equals(facts(tree)), merge.changed(), "seed " + seed);
                if (!merge.changed()) {
                    assertSame(before, tree);
                }
            }
            assertSameAs(model, tree, "seed " + seed);
        }
    }

    private static void assertSameAs(NaiveTree model, RevisionTree tree, String when) {
        assertEquals(List.copyOf(model.known()), revisions(tree.nodes()), when);
        assertEquals(model.leaves(), revisions(tree.leaves()), when);
        assertEquals(model.leaves().getFirst(), tree.winner().revision(), when);
        assertEquals(model.isDeleted(model.leaves().getFirst()), tree.isDeleted(), when);
        assertEquals(model.leaves().size(), tree.leafCount(), when);
        assertEquals(
                model.leaves().stream().filter(leaf -> !model.isDeleted(leaf)).count(), tree.liveLeafCount(), when);
        List<Revision> ascending =
                new ArrayList<>(model.known().stream().filter(model::isLeaf).toList());
        ascending.sort(Comparator.comparing(model::isDeleted));
        assertEquals(ascending, revisions(tree.leavesAscending()), when);
        Map<Revision, List<Revision>> histories = new LinkedHashMap<>();
        model.leavesInTreeOrder().forEach(leaf -> histories.put(leaf, model.history(leaf)));
        for (RevisionNode node : tree.nodes()) {
            Revision revision = node.revision();
            assertEquals(model.parent(revision), node.parent(), when);
            assertEquals(model.isLeaf(revision), node.leaf(), when);
            assertEquals(model.history(revision), revisions(tree.history(revision)), when);
            assertEquals(node, tree.find(revision).orElseThrow(), when);
            List<Revision> below = histories.keySet().stream()
                    .filter(leaf -> histories.get(leaf).contains(revision))
                    .toList();
            assertEquals(below, revisions(tree.leavesFrom(revision)), when);
        }
        assertSizes(tree, when);
        SegmentsTest.assertSound(tree, when);
    }

    private static void assertSizes(RevisionTree tree, String when) {
        long live = 0;
        long tombstones = 0;
        long inner = 0;
        long history = 0;
        for (RevisionNode node : tree.nodes()) {
            assertEquals(node.stored() ? 7 : 0, node.size(), when);
            assertEquals(node.stored() ? 3 : 0, node.attachments(), when);
            history += node.revision().idBytes().length + 6;
            if (!node.leaf()) {
                inner += node.size();
            } else if (node.deleted()) {
                tombstones += node.size();
            } else {
                live += node.size();
            }
        }
        TreeSizes expected =
                new TreeSizes(live, live * 3 / 7, tombstones, tombstones * 3 / 7, inner, inner * 3 / 7, history);
        assertEquals(expected, tree.sizes(), when);
    }

    @Test
    void mergingIsCommutative() {
        for (long seed = 0; seed < SEEDS; seed++) {
            List<RevisionPath> paths = histories(seed).paths(40);
            RevisionTree tree = merged(paths);
            Random random = new Random(seed);
            for (int i = 0; i < 5; i++) {
                List<RevisionPath> shuffled = new ArrayList<>(paths);
                Collections.shuffle(shuffled, random);
                RevisionTree other = merged(shuffled);
                assertEquals(facts(tree), facts(other), "seed " + seed);
                assertEquals(
                        tree.winner().revision(),
                        other.winner().revision(),
                        "the winner depends on order, seed " + seed);
                assertEquals(revisions(tree.leaves()), revisions(other.leaves()), "seed " + seed);
            }
        }
    }

    /** Peers exchange leaves with their histories, after each had some edits: in whatever groups, all end up equal. */
    @Test
    void mergingIsAssociative() {
        for (long seed = 0; seed < SEEDS; seed++) {
            List<RevisionPath> paths = honestHistories(seed).paths(30);
            RevisionTree a = merged(paths.subList(0, 10));
            RevisionTree b = merged(paths.subList(10, 20));
            RevisionTree c = merged(paths.subList(20, 30));
            RevisionTree left = replicated(c, replicated(b, a));
            RevisionTree right = replicated(replicated(c, b), a);
            assertEquals(facts(left), facts(right), "seed " + seed);
            assertEquals(left.winner().revision(), right.winner().revision(), "seed " + seed);
        }
    }

    /** What a replication of all leaves makes of the target. */
    private static RevisionTree replicated(RevisionTree source, RevisionTree target) {
        RevisionTree tree = target;
        for (RevisionNode leaf : source.leaves()) {
            tree = merge(tree, new RevisionPath(revisions(source.history(leaf.revision()))), NO_LIMIT);
        }
        return tree;
    }

    @Test
    void mergingIsIdempotent() {
        for (long seed = 0; seed < SEEDS; seed++) {
            List<RevisionPath> paths = histories(seed).paths(30);
            RevisionTree tree = merged(paths);
            for (RevisionPath path : paths) {
                RevisionTree.Merge again = tree.merge(path, RandomHistories.deleted(path.head()), 99, 3, NO_LIMIT);
                assertSame(tree, again.tree(), "seed " + seed);
                assertFalse(again.changed());
                assertFalse(again.added());
            }
        }
    }

    @Test
    void stemmingKeepsLeavesAndTheirNewestHistory() {
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomHistories histories = honestHistories(seed);
            NaiveTree model = new NaiveTree();
            RevisionTree tree = RevisionTree.EMPTY;
            for (RevisionPath path : histories.paths(40)) {
                model.add(path, RandomHistories.deleted(path.head()));
                tree = merge(tree, path, NO_LIMIT);
            }
            for (int limit : new int[] {40, 9, 4, 2, 1}) {
                RevisionTree before = tree;
                tree = tree.stem(limit);
                model.stem(limit);
                String when = "limit " + limit + ", seed " + seed;
                assertEquals(revisions(before.leaves()), revisions(tree.leaves()), when);
                assertSameAs(model, tree, when);
                for (RevisionNode leaf : tree.leaves()) {
                    List<Revision> full = revisions(before.history(leaf.revision()));
                    List<Revision> history = revisions(tree.history(leaf.revision()));
                    assertEquals(full.subList(0, history.size()), history, when);
                    assertTrue(history.size() >= Math.min(limit, full.size()), when);
                }
                assertEquals(tree, tree.stem(limit), "stemming twice, " + when);
            }
        }
    }

    @Test
    void theHistoryOfALeafAloneIsCutToTheLimit() {
        RevisionTree tree = merge(RevisionTree.EMPTY, path("5-e", "4-d", "3-c", "2-b", "1-a"), 3);
        assertEquals(List.of("5-e", "4-d", "3-c"), texts(tree.history(Revision.parse("5-e"))));
        tree = merge(tree, path("6-f", "5-e"), 3);
        assertEquals(List.of("6-f", "5-e", "4-d"), texts(tree.history(Revision.parse("6-f"))));
        assertTrue(tree.find(Revision.parse("3-c")).isEmpty());
    }

    /** As in CouchDB: what one leaf keeps of a shared line, all keep. */
    @Test
    void aSharedAncestorStaysWhileOneLeafIsNearEnough() {
        RevisionTree tree = merge(RevisionTree.EMPTY, path("6-f", "5-e", "4-d", "3-c", "2-b", "1-a"), NO_LIMIT);
        tree = merge(tree, path("4-x", "3-c"), NO_LIMIT).stem(3);
        assertEquals(List.of("2-b", "3-c", "4-d", "4-x", "5-e", "6-f"), texts(tree.nodes()));
    }

    private static List<String> texts(List<RevisionNode> nodes) {
        return nodes.stream().map(node -> node.revision().toString()).toList();
    }

    @Test
    void aKnownRevisionWithAHistoryThatIsStemmedAwayChangesNothing() {
        RevisionPath line = path("6-f", "5-e", "4-d", "3-c", "2-b", "1-a");
        RevisionTree tree = merge(RevisionTree.EMPTY, line, 3);
        RevisionTree.Merge again = tree.merge(line, false, 7, 3, 3);
        assertFalse(again.changed());
        assertSame(tree, again.tree());
    }

    @Test
    void mergingWithALimitEqualsMergingAndThenStemming() {
        for (long seed = 0; seed < SEEDS; seed++) {
            RevisionTree tree = RevisionTree.EMPTY;
            for (RevisionPath path : histories(seed).paths(30)) {
                RevisionTree merged = merge(tree, path, NO_LIMIT).stem(5);
                RevisionTree.Merge once = tree.merge(path, RandomHistories.deleted(path.head()), 7, 3, 5);
                assertEquals(merged, once.tree(), "seed " + seed);
                assertEquals(!merged.equals(tree), once.changed(), "seed " + seed);
                tree = merged;
            }
        }
    }

    @Test
    void compactionMarksInnerBodiesAsGone() {
        for (long seed = 0; seed < SEEDS; seed++) {
            RevisionTree tree = merged(histories(seed).paths(40));
            RevisionTree compacted = tree.withoutBodies(Retention.NONE.expired(tree, _ -> 0));
            assertEquals(facts(tree), facts(compacted));
            for (RevisionNode node : compacted.nodes()) {
                assertEquals(node.leaf(), node.stored());
            }
            assertEquals(0, compacted.sizes().inner());
            assertEquals(tree.sizes().live(), compacted.sizes().live());
            assertSame(compacted, compacted.withoutBodies(Retention.NONE.expired(compacted, _ -> 0)));
            SegmentsTest.assertSound(compacted, "seed " + seed);
        }
    }

    @Test
    void possibleAncestorsAreTheLeavesBelowTheGreatestMissing() {
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomHistories histories = histories(seed);
            List<RevisionPath> paths = histories.paths(20);
            RevisionTree tree = merged(paths);
            List<Revision> missing =
                    histories.paths(2).stream().map(RevisionPath::head).toList();
            Set<Revision> expected = new HashSet<>();
            for (Revision leaf : revisions(tree.leaves())) {
                if (missing.stream().anyMatch(revision -> leaf.generation() < revision.generation())) {
                    expected.add(leaf);
                }
            }
            List<Revision> found = tree.possibleAncestors(missing);
            assertEquals(expected, Set.copyOf(found), "seed " + seed);
            assertEquals(expected.size(), found.size());
        }
    }

    @Test
    void anEmptyTree() {
        assertTrue(RevisionTree.EMPTY.isEmpty());
        assertEquals(0, RevisionTree.EMPTY.leafCount());
        assertEquals(List.of(), RevisionTree.EMPTY.leaves());
        assertEquals(List.of(), RevisionTree.EMPTY.leavesAscending());
        assertEquals(List.of(), RevisionTree.EMPTY.history(Revision.parse("1-a")));
        assertEquals(List.of(), RevisionTree.EMPTY.leavesFrom(Revision.parse("1-a")));
        assertEquals(List.of(), RevisionTree.EMPTY.possibleAncestors(List.of(Revision.parse("1-a"))));
        assertTrue(RevisionTree.EMPTY.find(Revision.parse("1-a")).isEmpty());
        assertSame(RevisionTree.EMPTY, RevisionTree.EMPTY.stem(1));
        assertThrows(IllegalStateException.class, RevisionTree.EMPTY::winner);
        assertThrows(IllegalArgumentException.class, () -> RevisionTree.EMPTY.stem(0));
    }
}
