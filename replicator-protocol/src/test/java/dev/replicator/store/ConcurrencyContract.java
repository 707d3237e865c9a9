package dev.replicator.store;

import static dev.replicator.store.TestEdits.change;
import static dev.replicator.store.TestEdits.insert;
import static dev.replicator.store.TestEdits.update;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.revision.Revision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many writers and readers at a time, and listeners. */
abstract class ConcurrencyContract extends StoreFixture {
    private static final int WRITERS = 8;

    /** Runs tasks at the same time and gives their results, or what the first of them failed with. */
    private static <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        }
    }

    @Test
    void sequencesGrowUnderConcurrentCommits() throws Exception {
        List<Callable<List<String>>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            String prefix = "w" + writer + "-";
            writers.add(() -> {
                List<String> written = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    commit(insert(prefix + i + "a", "{}"), insert(prefix + i + "b", "{}"));
                    written.add(prefix + i + "a");
                    written.add(prefix + i + "b");
                }
                return written;
            });
        }
        List<List<String>> written = atOnce(writers);
        List<Change> rows = allChanges();
        assertEquals(WRITERS * 120, rows.size());
        List<String> order = ids(rows);
        long before = 0;
        for (Change row : rows) {
            long number = Long.parseLong(row.sequence().token().replaceFirst("[^0-9].*", ""));
            assertTrue(number > before);
            before = number;
        }
        for (List<String> ofWriter : written) {
            assertEquals(ofWriter, order.stream().filter(ofWriter::contains).toList(), "a writer's own order");
            for (int i = 0; i < ofWriter.size(); i += 2) {
                int at = order.indexOf(ofWriter.get(i));
                assertEquals(ofWriter.get(i + 1), order.get(at + 1), "edits of one call stand together");
            }
        }
    }

    @Test
    void ofConcurrentEditsOfOneRevisionOneIsSaved() throws Exception {
        Revision parent = DocumentsContract.saved(commit(insert("a", "{}")).getFirst());
        for (int round = 0; round < 20; round++) {
            List<Callable<EditOutcome>> writers = new ArrayList<>();
            Revision from = parent;
            for (int writer = 0; writer < WRITERS; writer++) {
                String body = "{\"writer\":" + writer + "}";
                writers.add(() -> commit(change("a", from, body)).getFirst());
            }
            List<Revision> saved = new ArrayList<>();
            for (EditOutcome outcome : atOnce(writers)) {
                if (outcome instanceof EditOutcome.Saved(Revision revision)) {
                    saved.add(revision);
                }
            }
            assertEquals(1, saved.size());
            parent = saved.getFirst();
            assertEquals(parent, document("a").tree().winner().revision());
            assertEquals(1, document("a").tree().leafCount());
        }
    }

    /** What {@code _changes} does: a row that is passed over is a document that a client never gets. */
    @Test
    void aReaderWhoFollowsTheChangesMissesNothing() throws Exception {
        long seed = 42;
        AtomicBoolean done = new AtomicBoolean();
        List<Callable<Map<String, Revision>>> tasks = new ArrayList<>();
        for (int reader = 0; reader < 2; reader++) {
            tasks.add(() -> follow(done));
        }
        CountDownLatch running = new CountDownLatch(WRITERS);
        List<Callable<Map<String, Revision>>> all = new ArrayList<>(tasks);
        for (int writer = 0; writer < WRITERS; writer++) {
            Random random = new Random(seed + writer);
            String prefix = "w" + writer + "-";
            all.add(() -> {
                try {
                    return write(prefix, random);
                } finally {
                    running.countDown();
                    if (running.getCount() == 0) {
                        done.set(true);
                    }
                }
            });
        }
        List<Map<String, Revision>> results = atOnce(all);
        Map<String, Revision> expected = new HashMap<>();
        results.subList(2, results.size()).forEach(expected::putAll);
        assertEquals(expected, results.get(0), "seed " + seed);
        assertEquals(expected, results.get(1), "seed " + seed);
    }

    private Map<String, Revision> write(String prefix, Random random) {
        Map<String, Revision> state = new HashMap<>();
        for (int i = 0; i < 120; i++) {
            String id = prefix + random.nextInt(20);
            Revision parent = state.get(id);
            EditOutcome outcome = commit(update(id, parent, false, TestEdits.content("{\"i\":" + i + "}")))
                    .getFirst();
            state.put(id, DocumentsContract.saved(outcome));
            assertEquals(state.get(id), document(id).tree().winner().revision(), "an acknowledged write is read");
        }
        return state;
    }

    private Map<String, Revision> follow(AtomicBoolean done) {
        Map<String, Revision> seen = new HashMap<>();
        Sequence at = db.beginning();
        while (true) {
            boolean end = done.get();
            Sequence last = db.last();
            List<Change> rows = db.changes(at, last, 50);
            for (Change row : rows) {
                seen.put(row.id(), row.leaves().getFirst().revision());
                assertTrue(db.document(row.id()).isPresent(), "a row is shown before its document");
            }
            at = rows.size() < 50 ? last : rows.getLast().sequence();
            if (end && rows.isEmpty()) {
                assertEquals(0, db.pendingAfter(at));
                return seen;
            }
        }
    }

    @Test
    void aListenerIsCalledOnceACommitIsDurable() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            String id = "d" + i;
            CountDownLatch heard = new CountDownLatch(1);
            try (Database.Subscription _ = db.subscribe(heard::countDown)) {
                CompletionStage<List<EditOutcome>> commit = db.commit(List.of(insert(id, "{}")));
                assertTrue(heard.await(60, SECONDS), "not called");
                assertEquals(
                        id, db.changesBackwards(Optional.empty(), 1).getFirst().id(), "called too early");
                await(commit);
            }
        }
    }

    /** Caches rely on it: what they hold is outdated before anybody is told of the change. */
    @Test
    void aListenerIsCalledBeforeTheCommitCompletes() {
        AtomicInteger calls = new AtomicInteger();
        try (Database.Subscription _ = db.subscribe(calls::incrementAndGet)) {
            for (int i = 0; i < 200; i++) {
                int before = calls.get();
                int atCompletion =
                        await(db.commit(List.of(insert("d" + i, "{}"))).thenApply(_ -> calls.get()));
                assertTrue(atCompletion > before, "not called yet");
            }
            int before = calls.get();
            assertTrue(store.delete(db.name()));
            assertTrue(calls.get() > before, "not called yet");
        }
    }

    @Test
    void aClosedListenerIsNotCalled() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        Database.Subscription closed = db.subscribe(calls::incrementAndGet);
        commit(insert("before", "{}"));
        closed.close();
        commit(insert("while", "{}"));
        int before = calls.get();
        assertTrue(before >= 1);
        for (int i = 0; i < 10; i++) {
            CountDownLatch heard = new CountDownLatch(1);
            try (Database.Subscription _ = db.subscribe(heard::countDown)) {
                commit(insert("after" + i, "{}"));
                assertTrue(heard.await(60, SECONDS));
            }
        }
        assertEquals(before, calls.get());
        closed.close();
    }

    @Test
    void aListenerHearsOfItsDatabaseOnly() throws InterruptedException {
        Database other = store.create("other").orElseThrow();
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch heard = new CountDownLatch(1);
        try (Database.Subscription _ = other.subscribe(calls::incrementAndGet);
                Database.Subscription _ = db.subscribe(heard::countDown)) {
            commit(insert("a", "{}"));
            assertTrue(heard.await(60, SECONDS));
            commit(insert("b", "{}"));
            assertEquals(0, calls.get());
        }
    }

    @Test
    void twoSubscriptionsOfOneListenerAreTwo() throws InterruptedException {
        CountDownLatch heard = new CountDownLatch(1);
        Runnable listener = heard::countDown;
        Database.Subscription first = db.subscribe(listener);
        try (Database.Subscription _ = db.subscribe(listener)) {
            first.close();
            first.close();
            commit(insert("a", "{}"));
            assertTrue(heard.await(60, SECONDS), "closing one ended the other");
        }
    }

    /** What follows a commit may itself wait for a further one. */
    @Test
    void aCompletedCommitMayBeFollowedByOneThatIsWaitedFor() {
        // The first is held back until its continuation is there, which would run here otherwise.
        CountDownLatch attached = new CountDownLatch(1);
        Edit.Update held = insert("held", "{}");
        Edit.Update.RevisionMaker maker = parent -> {
            awaitUninterruptibly(attached);
            return held.revisions().madeFrom(parent);
        };
        CompletionStage<List<EditOutcome>> both = db.commit(
                        List.of(new Edit.Update("held", Optional.empty(), false, maker, held.content())))
                .thenApply(outcomes -> await(
                        db.commit(List.of(change("held", DocumentsContract.saved(outcomes.getFirst()), "{\"v\":2}")))));
        attached.countDown();
        assertEquals(2, DocumentsContract.saved(await(both).getFirst()).generation());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void closingCompletesTheCommitsUnderWay() {
        List<CompletionStage<List<EditOutcome>>> commits = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            commits.add(db.commit(List.of(insert("d" + i, "{}"))));
        }
        store.close();
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < commits.size(); i++) {
            try {
                await(commits.get(i));
                acknowledged.add("d" + i);
            } catch (StoreException.Unavailable _) {
                // Failed by the closing, which is allowed; it must not hang.
            }
        }
        store = engine().open(folder);
        db = store.database("db").orElseThrow();
        for (String id : acknowledged) {
            assertTrue(db.document(id).isPresent(), "acknowledged and lost: " + id);
        }
        assertEquals(db.pendingAfter(db.beginning()), db.status().documents());
    }
}
