package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionPath;
import dev.replicator.revision.RevisionTree;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.TestEdits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents with more revisions than fit in a row. */
class BigTreeTest {
    private static final int LEAVES = 10_000;
    private static final int EDITS = 50;

    @TempDir
    Path folder;

    private static Edit leaf(Random random) {
        byte[] digest = new byte[16];
        random.nextBytes(digest);
        RevisionPath path = RevisionPath.of(Revision.ofDigest(2, digest), Revision.of(1, "root"));
        return new Edit.Replicated("big", path, false, TestEdits.content("{\"n\":" + random.nextInt() + "}"));
    }

    private static void commit(Database database, Edit... edits) {
        database.commit(List.of(edits)).toCompletableFuture().join();
    }

    @Test
    void anEditOfTenThousandLeavesWritesOnlyWhatChanged() {
        long seed = 41;
        Random random = new Random(seed);
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            RocksDatabase database = (RocksDatabase) store.create("db").orElseThrow();
            for (int i = 0; i < LEAVES; i += 500) {
                List<Edit> edits = new ArrayList<>();
                for (int n = 0; n < 500; n++) {
                    edits.add(leaf(random));
                }
                database.commit(edits).toCompletableFuture().join();
            }
            RevisionTree tree = database.document("big").orElseThrow().tree();
            assertEquals(LEAVES, tree.leafCount());
            assertTrue(
                    tree.segments().size() > 70, "segments: " + tree.segments().size());

            int bytes = bytesOfOneEdit(database, leaf(random));
            assertTrue(bytes < 16_000, "an edit writes " + bytes + " bytes");

            long start = System.nanoTime();
            for (int i = 0; i < EDITS; i++) {
                commit(database, leaf(random));
            }
            double millis = (System.nanoTime() - start) / 1e6 / EDITS;
            System.out.printf("an edit of %d leaves: %d bytes, %.1f ms with its sync%n", LEAVES, bytes, millis);
            assertTrue(millis < 200, "an edit takes " + millis + " ms");
            assertEquals(
                    LEAVES + EDITS,
                    database.document("big").orElseThrow().tree().leafCount());
            Recount.check(database, "seed " + seed);
        }
    }

    /** The bytes of the batch that an edit would make. */
    private static int bytesOfOneEdit(RocksDatabase database, Edit edit) {
        ChunkBuilder chunk = new ChunkBuilder(database, database.readLedger());
        chunk.apply(edit);
        return chunk.finish(database.writer(), List.of(), List.of()).rows().length();
    }

    @Test
    void treesGrowIntoSegmentsAndShrinkBack() {
        long seed = 42;
        Random random = new Random(seed);
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            RocksDatabase database = (RocksDatabase) store.create("db").orElseThrow();
            RevisionTree expected = RevisionTree.EMPTY;
            Revision head = Revision.of(1, "1");
            commit(database, replicated(RevisionPath.of(head)));
            expected = expected.merge(RevisionPath.of(head), false, 2, 0, 1000).tree();
            for (int round = 0; round < 30; round++) {
                int limit = round < 20 ? 1000 : 100 + random.nextInt(100);
                database.setRevsLimit(limit);
                List<Edit> edits = new ArrayList<>();
                for (int i = random.nextInt(60); i >= 0; i--) {
                    Revision next = Revision.of(head.generation() + 1, "r" + random.nextInt());
                    RevisionPath path = RevisionPath.of(next, head);
                    edits.add(replicated(path));
                    expected = expected.merge(path, false, 2, 0, limit).tree();
                    head = next;
                }
                database.commit(edits).toCompletableFuture().join();
                assertEquals(expected, database.document("d").orElseThrow().tree(), "seed " + seed + " " + round);
                assertEquals(
                        expected.segments().size() > 1 ? expected.segments().size() : 0,
                        treeRows(database),
                        "rows of segments, round " + round);
            }
            assertEquals(expected.nodes().size(), bodyRows(database) + 1, "bodies of forgotten revisions are left");
            Recount.check(database, "seed " + seed);
        }
    }

    private static Edit replicated(RevisionPath path) {
        return new Edit.Replicated("d", path, false, TestEdits.content("{}"));
    }

    private static int treeRows(RocksDatabase database) {
        return rows(database, Family.TREES);
    }

    private static int bodyRows(RocksDatabase database) {
        return rows(database, Family.BODIES);
    }

    private static int rows(RocksDatabase database, Family family) {
        int count = 0;
        try (RowIterator rows = database.engine()
                .rows(family, database.keys().first(), database.keys().end())
                .first()) {
            for (; rows.valid(); rows.next()) {
                count++;
            }
        }
        return count;
    }

    @Test
    void aConflictOfManyLeavesIsShownInItsChange() {
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            Database database = store.create("db").orElseThrow();
            Random random = new Random(43);
            for (int leaves = 1; leaves <= 3 * ChangeCoding.MAX_LEAVES; leaves++) {
                commit(database, leaf(random));
                var change = database.changesBackwards(Optional.empty(), 1).getFirst();
                assertEquals(leaves, change.leaves().size());
                assertEquals(database.document("big").orElseThrow().tree().leaves(), change.leaves());
            }
        }
    }
}
