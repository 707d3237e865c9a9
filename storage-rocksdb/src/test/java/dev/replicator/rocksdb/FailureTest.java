package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.revision.LeafDigest;
import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import dev.replicator.store.DerivedChange;
import dev.replicator.store.DerivedKind;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.LocalDocument;
import dev.replicator.store.NaiveDigest;
import dev.replicator.store.StoreException;
import dev.replicator.store.TestEdits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes that fail, rows that are damaged, edits that throw. */
class FailureTest {
    @TempDir
    Path folder;

    private final Disk disk = new Disk();
    private RocksStore store;
    private RocksDatabase database;

    @BeforeEach
    void open() {
        store = RocksStore.open(folder, RocksStoreOptions.DEFAULT, disk::before);
        database = (RocksDatabase) store.create("db").orElseThrow();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static List<EditOutcome> commit(Database database, Edit... edits) {
        return database.commit(List.of(edits)).toCompletableFuture().join();
    }

    /** Writes batches, until it is told to hold the next one and to fail it. */
    private static final class Disk {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch fail = new CountDownLatch(1);
        private volatile boolean failing;

        Consumer<byte[]> before(Consumer<byte[]> disk) {
            return batch -> {
                if (failing) {
                    failing = false;
                    reached.countDown();
                    await(fail);
                    throw new StoreException.Unavailable("the disk is full", null);
                }
                disk.accept(batch);
            };
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFailedWriteFailsAllThatDependedOnItAndTheDatabaseGoesOn() {
        commit(database, TestEdits.insert("kept", "{}"));
        String last = database.last().token();
        disk.failing = true;
        Edit.Update insert = TestEdits.insert("a", "{\"v\":1}");
        Revision made = insert.revisions().madeFrom(Optional.empty());
        var first = database.commit(List.of(insert));
        await(disk.reached);
        CountDownLatch applied = new CountDownLatch(1);
        Edit.Update change = new Edit.Update(
                "a",
                Optional.of(made),
                false,
                _ -> {
                    applied.countDown();
                    return Revision.of(2, "x");
                },
                TestEdits.content("{}"));
        var second = database.commit(List.of(change));
        await(applied);
        disk.fail.countDown();
        for (var failed : List.of(first, second)) {
            CompletionException e = assertThrows(
                    CompletionException.class,
                    () -> failed.toCompletableFuture().join());
            assertEquals("the disk is full", e.getCause().getMessage());
        }
        assertTrue(database.document("a").isEmpty());
        assertEquals(last, database.last().token());
        assertEquals(List.of(new EditOutcome.Saved(made)), commit(database, insert));
        Recount.check(database, "after the failure");
    }

    @Test
    void anEditThatThrowsFailsItsCommitAlone() {
        Edit bad = new Edit.Update(
                "bad",
                Optional.empty(),
                false,
                _ -> {
                    throw new IllegalStateException("no revision");
                },
                TestEdits.content("{}"));
        var failed = database.commit(List.of(TestEdits.insert("before", "{}"), bad));
        var fine = database.commit(List.of(TestEdits.insert("after", "{}")));
        assertThrows(
                CompletionException.class, () -> failed.toCompletableFuture().join());
        assertInstanceOf(
                EditOutcome.Saved.class, fine.toCompletableFuture().join().getFirst());
        assertTrue(database.document("after").isPresent());
        Recount.check(database, "after an edit that threw");
    }

    private void damage(Family family, byte[] key, byte[] value) {
        Rows rows = new Rows();
        rows.put(database.engine().number(family), key, value);
        database.engine().writeSynced(rows.toBatch());
    }

    @Test
    void aDamagedRowIsNamedAndOtherDatabasesGoOn() {
        commit(database, TestEdits.insert("a", "{}"), TestEdits.insert("b", "{}"));
        Database other = store.create("other").orElseThrow();
        damage(Family.DOCUMENTS, database.keys().id("a".getBytes(StandardCharsets.UTF_8)), new byte[] {9, 9});
        String message = assertThrows(StoreException.Corrupt.class, () -> database.document("a"))
                .getMessage();
        assertEquals("database db: row 0000000161 of documents is corrupt: unknown coding 9", message);
        CompletionException e =
                assertThrows(CompletionException.class, () -> commit(database, TestEdits.insert("a", "{}")));
        assertInstanceOf(StoreException.Corrupt.class, e.getCause());
        commit(other, TestEdits.insert("a", "{}"));
        commit(database, TestEdits.insert("c", "{}"));
        assertTrue(database.document("b").isPresent());
    }

    @Test
    void aDatabaseFromBeforeThereWereDigestsGetsItsOwn() {
        for (int i = 0; i < 1500; i++) {
            commit(database, TestEdits.replicated("d" + i % 1100, i % 7 == 0, "{}", "1-" + i));
        }
        LeafDigest digest = database.digest().leaves();
        Rows rows = new Rows();
        rows.delete(database.engine().number(Family.DERIVED), database.keys().derivedVersion(DerivedKind.DIGEST));
        database.engine().writeSynced(rows.toBatch());
        database.engine()
                .deleteRange(
                        Family.DERIVED,
                        database.keys().derived(DerivedKind.DIGEST, new byte[0]),
                        database.keys().derivedEnd(DerivedKind.DIGEST));
        assertEquals(0, database.digest().leaves().leaves());
        store.close();
        store = RocksStore.open(folder, RocksStoreOptions.DEFAULT);
        database = (RocksDatabase) store.database("db").orElseThrow();
        assertEquals(1500, digest.leaves());
        assertEquals(digest, database.digest().leaves());
        commit(database, TestEdits.insert("more", "{}"));
        assertEquals(NaiveDigest.of(database), database.digest().leaves());
    }

    @Test
    void derivedRowsOfAnotherVersionAreRebuilt() {
        for (int i = 0; i < 10; i++) {
            commit(database, TestEdits.insert("d" + i, "{}"));
        }
        commit(database, TestEdits.replicated("d1", false, "{}", "1-conflict"));
        commit(database, new Edit.PutLocal(new LocalDocument("checkpoint", 1, new byte[50])));
        byte[] documents = DerivedChange.DOCUMENTS.getBytes(StandardCharsets.US_ASCII);
        for (DerivedKind kind : DerivedKind.values()) {
            damage(Family.DERIVED, database.keys().derivedVersion(kind), new byte[] {RowReader.PLAIN, 99});
        }
        damage(Family.DERIVED, database.keys().derived(DerivedKind.COUNT, documents), new byte[] {
            RowReader.PLAIN, 0, 0, 0, 0, 0, 0, 0, 77
        });
        damage(Family.DERIVED, database.keys().derived(DerivedKind.CONFLICT, new byte[] {'x'}), new byte[] {
            RowReader.PLAIN
        });
        assertEquals(77, database.status().documents());
        store.close();
        store = RocksStore.open(folder, RocksStoreOptions.DEFAULT);
        database = (RocksDatabase) store.database("db").orElseThrow();
        assertEquals(10, database.status().documents());
        assertEquals(50, database.space().localBytes());
        Recount.check(database, "rebuilt");
        commit(database, TestEdits.insert("more", "{}"));
        Recount.check(database, "after a further commit");
    }
}
