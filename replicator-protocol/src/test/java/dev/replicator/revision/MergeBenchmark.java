package dev.replicator.revision;

import java.util.Random;

/** Prints what one more edit of a document with 10,000 conflicts costs. Run by hand; figures depend on the machine. */
final class MergeBenchmark {
    private static final int LEAVES = 10_000;
    private static final int ROUNDS = 20_000;

    private MergeBenchmark() {}

    public static void main(String[] args) {
        Random random = new Random(1);
        RevisionTree bush = SegmentsTest.tenThousandLeaves();
        for (int round = 0; round < 5; round++) {
            print("edit of a leaf among " + LEAVES, bush, 1000, random);
            print("the same, deeper than the limit", deepened(bush), 1000, random);
        }
    }

    /** With a line so long beside the leaves that every merge has to look what to stem. */
    private static RevisionTree deepened(RevisionTree bush) {
        RevisionTree tree = bush;
        Revision last = bush.winner().revision();
        for (int i = 0; i < 1000; i++) {
            Revision next = Revision.of(last.generation() + 1, "%032x".formatted(i));
            tree = tree.merge(RevisionPath.of(next, last), false, 1, 0, Integer.MAX_VALUE)
                    .tree();
            last = next;
        }
        return tree;
    }

    private static void print(String what, RevisionTree tree, int limit, Random random) {
        Revision parent = tree.winner().revision();
        int rounds = limit > parent.generation() ? ROUNDS : ROUNDS / 100;
        long changed = 0;
        long start = System.nanoTime();
        for (int i = 0; i < rounds; i++) {
            Revision child =
                    Revision.of(parent.generation() + 1, "%016x%016x".formatted(random.nextLong(), random.nextLong()));
            changed += tree.merge(RevisionPath.of(child, parent), false, 10, 0, limit)
                    .tree()
                    .leafCount();
        }
        System.out.printf("%s: %.1f us (%d)%n", what, (System.nanoTime() - start) / 1e3 / rounds, changed);
    }
}
