package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.revision.Revision;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoreException;
import dev.replicator.store.TestEdits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a database's writer does while its last batch is on its way, and when something throws in the middle. */
class WriterTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path folder;

    private final HeldDisk disk = new HeldDisk();
    private RocksStore store;
    private RocksDatabase database;

    @BeforeEach
    void open() {
        RocksStoreOptions oneWriter = new RocksStoreOptions(128L << 20, 64L << 20, 512, 2, 1);
        store = RocksStore.open(folder, oneWriter, disk::around);
        database = (RocksDatabase) store.create("db").orElseThrow();
    }

    @AfterEach
    void close() {
        disk.release();
        store.close();
    }

    /** Stops before a batch is written, or after it was written and before anybody is told. */
    private static final class HeldDisk {
        private final Semaphore before = new Semaphore(1);
        private final Semaphore after = new Semaphore(1);
        private final Semaphore reached = new Semaphore(0);

        Consumer<byte[]> around(Consumer<byte[]> disk) {
            return batch -> {
                pass(before);
                disk.accept(batch);
                pass(after);
            };
        }

        private void pass(Semaphore gate) {
            if (!gate.tryAcquire()) {
                reached.release();
                gate.acquireUninterruptibly();
            }
            gate.release();
        }

        void hold(Semaphore gate) {
            gate.acquireUninterruptibly();
        }

        void awaitHeld() throws InterruptedException {
            assertTrue(reached.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }

        void release() {
            for (Semaphore gate : List.of(before, after)) {
                if (gate.availablePermits() == 0) {
                    gate.release();
                }
            }
        }
    }

    private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("not completed", e);
        }
    }

    private List<EditOutcome> commit(Edit... edits) throws InterruptedException {
        return await(database.commit(List.of(edits)));
    }

    @Test
    void aCompactionIsSeenUntilWhatItDropsIsOnDisk() throws InterruptedException {
        Revision first =
                ((EditOutcome.Saved) commit(TestEdits.insert("a", "{}")).getFirst()).revision();
        commit(TestEdits.change("a", first, "{\"v\":2}"));
        assertFalse(database.status().compacting());
        disk.hold(disk.before);
        CompletionStage<Long> compaction = database.compact();
        disk.awaitHeld();
        assertTrue(database.status().compacting());
        assertTrue(database.content(database.document("a").orElseThrow(), first).isPresent());
        disk.release();
        await(compaction);
        assertFalse(database.status().compacting());
        assertTrue(database.content(database.document("a").orElseThrow(), first).isEmpty());
    }

    private static Edit.Update throwing(String id, Supplier<Revision> thrown) {
        return new Edit.Update(id, Optional.empty(), false, _ -> thrown.get(), TestEdits.content("{}"));
    }

    private void assertSaved(List<EditOutcome> outcomes) {
        outcomes.forEach(outcome -> assertInstanceOf(EditOutcome.Saved.class, outcome));
    }

    @Test
    void anEditThatBreaksOffWhileABatchIsWrittenTakesNothingFromIt() throws InterruptedException {
        byte[] id = "broken".getBytes(StandardCharsets.UTF_8);
        Edit.Update large = TestEdits.insert("broken", "{\"pad\":\"" + "x".repeat(5000) + "\"}");
        Revision parent = large.revisions().madeFrom(Optional.empty());
        commit(large);
        database.setRevsLimit(1);
        Rows damage = new Rows();
        damage.put(database.engine().number(Family.BODIES), database.keys().body(id, parent), new byte[] {9});
        database.engine().writeSynced(damage.toBatch());

        disk.hold(disk.before);
        var first = database.commit(List.of(TestEdits.insert("first", "{}")));
        disk.awaitHeld();
        // Fails when it comes to the damaged content, with half of its rows made.
        var broken = database.commit(List.of(TestEdits.change("broken", parent, "{}")));
        CountDownLatch applied = new CountDownLatch(1);
        var second = database.commit(List.of(throwing("second", () -> {
            applied.countDown();
            return Revision.of(1, "x");
        })));
        // It must not be prepared yet. Where it is, this lets it come so far that its numbers clash with the first's.
        assertFalse(applied.await(200, TimeUnit.MILLISECONDS));
        disk.release();
        assertThrows(CompletionException.class, () -> await(broken));
        assertSaved(await(first));
        assertSaved(await(second));
        assertEquals(2, database.document("first").orElseThrow().localSequence());
        assertEquals(3, database.document("second").orElseThrow().localSequence());
        assertEquals(List.of("broken", "first", "second"), ids());
    }

    private List<String> ids() {
        return Recount.changes(database).stream().map(change -> change.id()).toList();
    }

    /** Whoever is told that a commit failed lets go of its attachments: not while a part of it may come to the disk. */
    @Test
    void aCommitFailsOnlyWhenWhatWasMadeOfItIsOnDisk() throws Exception {
        AttachmentLease lease = database.lease();
        Blob blob;
        try (AttachmentLease.Upload upload = lease.upload()) {
            upload.write("bytes".getBytes(StandardCharsets.UTF_8));
            blob = upload.finish(Blob.Encoding.IDENTITY, 5);
        }
        Edit with = TestEdits.update(
                "with", null, false, TestEdits.content("{}", new Attachment("a", "image/png", 1, blob)));
        disk.hold(disk.before);
        var failed = database.commit(List.of(with, throwing("bad", () -> {
                    throw new IllegalStateException("no revision");
                })))
                .whenComplete((_, _) -> lease.close());
        disk.awaitHeld();
        assertThrows(TimeoutException.class, () -> failed.toCompletableFuture().get(200, TimeUnit.MILLISECONDS));
        disk.release();
        CompletionException e = assertThrows(CompletionException.class, () -> await(failed));
        assertEquals("no revision", e.getCause().getMessage());
        assertTrue(database.document("with").isPresent());
        assertEquals(5, database.read(blob, 0, new byte[5]));
    }

    @Test
    void anErrorFailsItsCommitAndTheWriterGoesOn() throws InterruptedException {
        var failed = database.commit(List.of(TestEdits.insert("with", "{}"), throwing("error", () -> {
            throw new StackOverflowError();
        })));
        CompletionException e = assertThrows(CompletionException.class, () -> await(failed));
        assertInstanceOf(StoreException.Unavailable.class, e.getCause());
        assertSaved(commit(TestEdits.insert("after", "{}")));
        Recount.check(database, "after an error");
    }

    @Test
    void aListenerThatFailsKeepsNobodyFromBeingTold() throws InterruptedException {
        try (Database.Subscription _ = database.subscribe(() -> {
            throw new AssertionError("a listener's own fault");
        })) {
            assertSaved(commit(TestEdits.insert("a", "{}")));
            assertSaved(commit(TestEdits.insert("b", "{}")));
        }
    }

    /** What a reader was shown as the last change is the last change from then on. */
    @Test
    void aSequenceThatAReaderSawIsReached() throws InterruptedException {
        commit(TestEdits.insert("a", "{}"));
        disk.hold(disk.after);
        var commit = database.commit(List.of(TestEdits.insert("b", "{}")));
        disk.awaitHeld();
        Sequence seen = database.status().last();
        assertTrue(seen.token().startsWith("2-"), seen.token());
        assertEquals(seen, database.parseSequence(seen.token()).orElseThrow());
        assertEquals(seen, database.last());
        disk.release();
        await(commit);

        disk.hold(disk.after);
        var next = database.commit(List.of(TestEdits.insert("c", "{}")));
        disk.awaitHeld();
        Sequence newest =
                database.changesBackwards(Optional.empty(), 1).getFirst().sequence();
        assertTrue(newest.token().startsWith("3-"), newest.token());
        assertEquals(newest, database.last());
        disk.release();
        await(next);
    }

    @Test
    void aBusyDatabaseLeavesRoomForOthers() throws InterruptedException {
        Database other = store.create("other").orElseThrow();
        Edit.Update first = TestEdits.insert("a", "{}");
        commit(first);
        // Edits that conflict: all work for the writer and none for the disk, which would make it wait.
        Edit conflicting = TestEdits.insert("a", "{\"v\":2}");
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < Database.MAX_PAGE; i++) {
            edits.add(conflicting);
        }
        CountDownLatch submitted = new CountDownLatch(1);
        List<CompletionStage<List<EditOutcome>>> busy = new ArrayList<>();
        busy.add(database.commit(List.of(throwing("held", () -> {
            awaitUninterruptibly(submitted);
            return Revision.of(1, "x");
        }))));
        for (int i = 0; i < 200; i++) {
            busy.add(database.commit(edits));
        }
        var elsewhere = other.commit(List.of(TestEdits.insert("b", "{}")));
        submitted.countDown();
        boolean[] overtaken = new boolean[1];
        await(elsewhere.thenRun(
                () -> overtaken[0] = !busy.getLast().toCompletableFuture().isDone()));
        assertTrue(overtaken[0], "the other database had to wait for all of this one's work");
        for (var commit : busy) {
            await(commit);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void closingFailsCompactionsThatHaveNotBegun() throws InterruptedException {
        List<Database> compacted = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Database one = store.create("compacted" + i).orElseThrow();
            Edit.Update insert = TestEdits.insert("a", "{}");
            Revision parent = insert.revisions().madeFrom(Optional.empty());
            await(one.commit(List.of(insert, TestEdits.change("a", parent, "{}"))));
            compacted.add(one);
        }
        // The only writer is busy: the first compactions wait for it, and the others for them.
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        var held = database.commit(List.of(throwing("held", () -> {
            reached.countDown();
            awaitUninterruptibly(closing);
            return Revision.of(1, "x");
        })));
        awaitUninterruptibly(reached);
        List<CompletionStage<Long>> compactions =
                compacted.stream().map(Database::compact).toList();
        Thread closer = Thread.ofPlatform().start(store::close);
        // Closing begins with refusing further calls.
        while (isOpen()) {
            Thread.onSpinWait();
        }
        closing.countDown();
        closer.join();
        assertTrue(held.toCompletableFuture().isDone());
        for (var compaction : compactions) {
            try {
                await(compaction);
            } catch (CompletionException e) {
                assertInstanceOf(StoreException.Unavailable.class, e.getCause());
            }
        }
    }

    private boolean isOpen() {
        try {
            store.names();
            return true;
        } catch (StoreException.Unavailable _) {
            return false;
        }
    }
}
