package dev.replicator.revision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeafDigestTest {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private static RevisionTree with(RevisionTree tree, boolean deleted, String... path) {
        RevisionPath added =
                new RevisionPath(Arrays.stream(path).map(Revision::parse).toList());
        return tree.merge(added, deleted, 7, 0, NO_LIMIT).tree();
    }

    private static RevisionTree tree(boolean deleted, String... path) {
        return with(RevisionTree.EMPTY, deleted, path);
    }

    /** By {@code printf '\0\0\0\1a\0001-x' | sha256sum}: other programs may compute it, and so it must stay. */
    @Test
    void isTheSha256OfIdFlagAndRevision() {
        LeafDigest digest = LeafDigest.of("a", tree(false, "1-x"));
        assertEquals("a5dd7fa640280f788978b54e21fb277668c9841fd8759c69a9724fb59362939b", digest.hex());
        assertEquals(1, digest.documents());
        assertEquals(1, digest.leaves());
        assertEquals("0".repeat(64), LeafDigest.EMPTY.hex());
        assertEquals(LeafDigest.EMPTY, LeafDigest.of("a", RevisionTree.EMPTY));
    }

    @Test
    void tellsApartWhatIsNotTheSame() {
        Set<String> digests = new HashSet<>();
        List<RevisionTree> trees = List.of(
                tree(false, "1-x"),
                tree(true, "1-x"),
                tree(false, "2-x"),
                tree(false, "1-xy"),
                tree(false, "11-x"),
                with(tree(false, "1-x"), false, "1-y"),
                with(tree(false, "1-x"), true, "1-y"));
        for (String id : List.of("a", "a1", "", "a\0", "ä", "1-x")) {
            trees.forEach(tree -> digests.add(LeafDigest.of(id, tree).hex()));
        }
        assertEquals(6 * trees.size(), digests.size());
    }

    @Test
    void historiesDoNotCount() {
        LeafDigest digest = LeafDigest.of("a", tree(false, "3-x"));
        assertEquals(digest, LeafDigest.of("a", tree(false, "3-x", "2-b", "1-c")));
        RevisionTree upper = with(tree(false, "2-b", "1-c"), false, "3-x", "2-b");
        assertEquals(digest, LeafDigest.of("a", upper.withoutBodies(Retention.NONE.expired(upper, _ -> 0))));
        assertEquals(
                LeafDigest.of("a", tree(false, "1-ABCDEF0123456789abcdef0123456789")),
                LeafDigest.of("a", tree(false, "1-abcdef0123456789abcdef0123456789")));
    }

    @Test
    void changesAddUp() {
        for (long seed = 0; seed < 60; seed++) {
            RandomHistories histories = new RandomHistories(seed, 5 + (int) (seed * 7), seed % 4 != 0);
            RevisionTree tree = RevisionTree.EMPTY;
            LeafDigest sum = LeafDigest.EMPTY;
            for (RevisionPath path : histories.paths(60)) {
                RevisionTree next = tree.merge(path, RandomHistories.deleted(path.head()), 7, 0, NO_LIMIT)
                        .tree();
                sum = sum.plus(LeafDigest.between("d", tree, next));
                tree = next;
            }
            assertEquals(LeafDigest.of("d", tree), sum, "seed " + seed);
            assertEquals(tree.leafCount(), sum.leaves(), "seed " + seed);
            RevisionTree purged = tree.purge(List.of(tree.winner().revision())).tree();
            sum = sum.plus(LeafDigest.between("d", tree, purged));
            assertEquals(LeafDigest.of("d", purged), sum, "purged, seed " + seed);
            assertNotEquals(LeafDigest.of("d", tree), sum, "seed " + seed);
            assertEquals(
                    LeafDigest.EMPTY,
                    sum.plus(LeafDigest.between("d", purged, RevisionTree.EMPTY)),
                    "all gone, seed " + seed);
        }
    }
}
