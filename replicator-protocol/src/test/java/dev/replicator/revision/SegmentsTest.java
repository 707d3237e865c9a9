package dev.replicator.revision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How trees are cut into segments: what makes one more edit of a large tree cheap. */
class SegmentsTest {
    private static final int LEAVES = 10_000;

    static void assertSound(RevisionTree tree, String when) {
        Set<Integer> numbers = new HashSet<>();
        Revision before = null;
        for (RevisionSegment segment : tree.segments()) {
            assertTrue(numbers.add(segment.number()), "a number twice, " + when);
            assertFalse(segment.nodes().isEmpty(), when);
            assertTrue(segment.nodes().size() <= RevisionSegment.CAPACITY, when);
            for (RevisionNode node : segment.nodes()) {
                assertTrue(before == null || before.compareTo(node.revision()) < 0, "out of order, " + when);
                before = node.revision();
            }
        }
    }

    private static int newSegments(RevisionTree before, RevisionTree after) {
        IdentityHashMap<RevisionSegment, Boolean> known = new IdentityHashMap<>();
        before.segments().forEach(segment -> known.put(segment, true));
        return (int) after.segments().stream()
                .filter(segment -> !known.containsKey(segment))
                .count();
    }

    static RevisionTree tenThousandLeaves() {
        RevisionTree tree = RevisionTree.EMPTY;
        Revision root = Revision.parse("1-a");
        Random random = new Random(5);
        while (tree.leafCount() < LEAVES) {
            Revision leaf = Revision.of(2, "%016x%016x".formatted(random.nextLong(), random.nextLong()));
            tree = tree.merge(RevisionPath.of(leaf, root), random.nextInt(10) == 0, 100, 0, 1000)
                    .tree();
        }
        return tree;
    }

    @Test
    void aFurtherEditOfALargeTreeCopiesFewSegments() {
        RevisionTree tree = tenThousandLeaves();
        assertSound(tree, "10,000 leaves");
        assertTrue(tree.segments().size() > LEAVES / RevisionSegment.CAPACITY);
        Random random = new Random(6);
        for (int i = 0; i < 500; i++) {
            List<RevisionNode> leaves = tree.leaves();
            Revision parent = leaves.get(random.nextInt(leaves.size())).revision();
            Revision child =
                    Revision.of(parent.generation() + 1, "%016x%016x".formatted(random.nextLong(), random.nextLong()));
            RevisionTree after = tree.merge(RevisionPath.of(child, parent), false, 10, 0, 1000)
                    .tree();
            assertTrue(newSegments(tree, after) <= 3, "copied " + newSegments(tree, after));
            assertEquals(LEAVES, after.leafCount());
            tree = after;
        }
        assertSound(tree, "after edits");
    }

    @Test
    void aConflictMoreOfALargeTreeCopiesFewSegments() {
        RevisionTree tree = tenThousandLeaves();
        for (int i = 0; i < 200; i++) {
            Revision leaf = Revision.of(2, "%032x".formatted(i * 1_000_003L));
            RevisionTree after = tree.merge(RevisionPath.of(leaf, Revision.parse("1-a")), false, 10, 0, 1000)
                    .tree();
            assertTrue(newSegments(tree, after) <= 2);
            tree = after;
        }
    }

    @Test
    void aLongLineIsDense() {
        RevisionTree tree = RevisionTree.EMPTY;
        for (int i = 1; i <= 1000; i++) {
            Revision revision = Revision.of(i, "%032x".formatted(i * 7919L));
            RevisionPath path = i == 1
                    ? RevisionPath.of(revision)
                    : RevisionPath.of(revision, Revision.of(i - 1, "%032x".formatted((i - 1) * 7919L)));
            RevisionTree after = tree.merge(path, false, 1, 0, 1000).tree();
            assertTrue(newSegments(tree, after) <= 2);
            tree = after;
        }
        assertSound(tree, "a line");
        assertEquals(8, tree.segments().size());
    }

    @Test
    void aLineThatIsStemmedAsItGrowsStaysSmall() {
        RevisionTree tree = RevisionTree.EMPTY;
        Revision last = Revision.parse("1-x");
        for (int i = 0; i < 3000; i++) {
            Revision next = Revision.of(last.generation() + 1, "%032x".formatted(i * 7919L));
            RevisionTree after =
                    tree.merge(RevisionPath.of(next, last), false, 1, 0, 200).tree();
            assertTrue(newSegments(tree, after) <= 3);
            tree = after;
            last = next;
        }
        assertSound(tree, "a stemmed line");
        assertEquals(200, tree.nodes().size());
        assertTrue(tree.segments().size() <= 3);
    }

    @Test
    void segmentsStaySoundUnderRandomMergesAndStemming() {
        for (long seed = 0; seed < 20; seed++) {
            RandomHistories histories = new RandomHistories(seed, 1500, true);
            RevisionTree tree = RevisionTree.EMPTY;
            for (int i = 0; i < 600; i++) {
                RevisionPath path = histories.path();
                tree = tree.merge(path, RandomHistories.deleted(path.head()), 5, 0, i % 50 == 49 ? 3 : 30)
                        .tree();
                if (i % 100 == 0) {
                    tree = tree.withoutBodies(Retention.NONE.expired(tree, _ -> 0));
                }
                assertSound(tree, "merge " + i + ", seed " + seed);
            }
            assertTrue(tree.segments().size() > 1, "seed " + seed);
        }
    }

    @Test
    void aTreeIsMadeOfItsSegmentsAgain() {
        RevisionTree tree = tenThousandLeaves();
        List<RevisionSegment> stored = new ArrayList<>();
        for (RevisionSegment segment : tree.segments()) {
            stored.add(RevisionSegment.of(segment.number(), segment.nodes()));
        }
        RevisionTree read = RevisionTree.of(stored);
        assertEquals(tree, read);
        assertEquals(tree.winner(), read.winner());
        assertEquals(tree.leafCount(), read.leafCount());
        assertEquals(tree.liveLeafCount(), read.liveLeafCount());
        assertEquals(tree.sizes(), read.sizes());
    }

    @Test
    void segmentsOutOfOrderAreRefused() {
        RevisionTree tree = tenThousandLeaves();
        List<RevisionSegment> turned = tree.segments().reversed();
        assertThrows(IllegalArgumentException.class, () -> RevisionTree.of(turned));
        List<RevisionNode> nodes = tree.segments().getFirst().nodes().reversed();
        assertThrows(IllegalArgumentException.class, () -> RevisionSegment.of(1, nodes));
    }
}
