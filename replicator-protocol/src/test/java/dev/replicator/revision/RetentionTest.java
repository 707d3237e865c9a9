package dev.replicator.revision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final int SEEDS = 200;

    /** A random tree, some of whose bodies are gone already, and when each of the others was received. */
    private record Sample(RevisionTree tree, Map<Revision, Long> received) {
        static Sample of(long seed) {
            Random random = new Random(seed);
            RandomHistories histories = new RandomHistories(seed, 60, true);
            RevisionTree tree = RevisionTree.EMPTY;
            for (RevisionPath path : histories.paths(50)) {
                tree = tree.merge(path, RandomHistories.deleted(path.head()), 7, 0, 1000)
                        .tree();
            }
            List<Revision> gone = new ArrayList<>();
            Map<Revision, Long> received = new HashMap<>();
            for (RevisionNode node : tree.nodes()) {
                if (random.nextInt(6) == 0) {
                    gone.add(node.revision());
                }
                // Also against the order of the history, as replication may bring them.
                received.put(node.revision(), node.revision().generation() * 10 + random.nextInt(40));
            }
            return new Sample(tree.withoutBodies(gone), received);
        }

        List<Revision> expired(Retention retention) {
            return retention.expired(tree, revision -> {
                assertTrue(tree.find(revision).orElseThrow().stored(), "asked for a body that is not kept");
                return received.get(revision);
            });
        }

        boolean inner(Revision revision) {
            RevisionNode node = tree.find(revision).orElseThrow();
            return node.stored() && !node.leaf();
        }

        /** The bodies between a leaf and the roots, newest first, the leaf's own aside. */
        List<Revision> innerOf(RevisionNode leaf) {
            return tree.history(leaf.revision()).stream()
                    .map(RevisionNode::revision)
                    .filter(this::inner)
                    .toList();
        }

        Set<Revision> inner() {
            Set<Revision> inner = new TreeSet<>();
            tree.leaves().forEach(leaf -> inner.addAll(innerOf(leaf)));
            return inner;
        }
    }

    @Test
    void ofEachLeafTheNewestBodiesAreKept() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Sample sample = Sample.of(seed);
            for (int count : new int[] {0, 1, 2, 5, 1000}) {
                Set<Revision> kept = new HashSet<>();
                for (RevisionNode leaf : sample.tree.leaves()) {
                    kept.addAll(sample.innerOf(leaf).stream().limit(count).toList());
                }
                List<Revision> expected = sample.inner().stream()
                        .filter(revision -> !kept.contains(revision))
                        .toList();
                assertEquals(expected, sample.expired(new Retention.Newest(count)), count + ", seed " + seed);
            }
            assertEquals(List.of(), sample.expired(Retention.ALL), "seed " + seed);
            assertEquals(List.copyOf(sample.inner()), sample.expired(Retention.NONE), "seed " + seed);
        }
    }

    @Test
    void bodiesStayUntilTheyWereSupersededLongAgo() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Sample sample = Sample.of(seed);
            for (long moment : new long[] {Long.MIN_VALUE, 0, 20, 45, 70, 100, Long.MAX_VALUE}) {
                Set<Revision> kept = new HashSet<>();
                for (RevisionNode leaf : sample.tree.leaves()) {
                    List<Revision> oldestFirst = new ArrayList<>(sample.innerOf(leaf));
                    if (leaf.stored()) {
                        oldestFirst.addFirst(leaf.revision());
                    }
                    Collections.reverse(oldestFirst);
                    // Each by what superseded it on this leaf's history.
                    for (int i = 0; i + 1 < oldestFirst.size(); i++) {
                        if (sample.received.get(oldestFirst.get(i + 1)) >= moment) {
                            kept.add(oldestFirst.get(i));
                        }
                    }
                }
                // And with a body all that came of it.
                for (RevisionNode leaf : sample.tree.leaves()) {
                    List<Revision> history = sample.innerOf(leaf);
                    int oldestKept = -1;
                    for (int i = 0; i < history.size(); i++) {
                        if (kept.contains(history.get(i))) {
                            oldestKept = i;
                        }
                    }
                    kept.addAll(history.subList(0, oldestKept + 1));
                }
                List<Revision> expected = sample.inner().stream()
                        .filter(revision -> !kept.contains(revision))
                        .toList();
                assertEquals(expected, sample.expired(new Retention.Since(moment)), moment + ", seed " + seed);
            }
        }
    }

    /** A pass every day must not read again what it kept the day before. */
    @Test
    void ofALongHistoryThatIsYoungOneTimeIsRead() {
        RevisionTree tree = RevisionTree.EMPTY;
        Revision last = Revision.parse("1-a");
        tree = tree.merge(RevisionPath.of(last), false, 7, 0, 1000).tree();
        for (int i = 2; i <= 500; i++) {
            Revision next = Revision.parse(i + "-a");
            tree = tree.merge(RevisionPath.of(next, last), false, 7, 0, 1000).tree();
            last = next;
        }
        List<Revision> read = new ArrayList<>();
        List<Revision> expired = new Retention.Since(100).expired(tree, revision -> {
            read.add(revision);
            return 100;
        });
        assertEquals(List.of(), expired);
        assertEquals(List.of(Revision.parse("2-a")), read);
    }

    @Test
    void aCountIsNotNegative() {
        assertThrows(IllegalArgumentException.class, () -> new Retention.Newest(-1));
    }
}
