package dev.replicator.store;

import static dev.replicator.store.TestEdits.insert;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Making, listing and deleting databases, and what the store keeps beside them. */
abstract class DatabasesContract extends StoreFixture {
    @Test
    void aDatabaseIsThereOnceItWasMade() {
        assertEquals(Optional.empty(), store.database("other").map(Database::name));
        assertEquals("other", store.create("other").orElseThrow().name());
        assertEquals("other", store.database("other").orElseThrow().name());
    }

    @Test
    void aNameIsTakenOnce() {
        assertTrue(store.create("db").isEmpty());
        commit(insert("kept", "{}"));
        assertTrue(store.create("db").isEmpty());
        assertTrue(db.document("kept").isPresent());
    }

    @Test
    void handlesOfADatabaseAreInterchangeable() {
        await(store.database("db").orElseThrow().commit(List.of(insert("a", "{}"))));
        assertTrue(db.document("a").isPresent());
        assertTrue(store.database("db").orElseThrow().document("a").isPresent());
        assertEquals(1, db.pendingAfter(store.database("db").orElseThrow().beginning()));
    }

    @Test
    void namesAreListedInTheOrderOfTheirBytes() {
        // In UTF-16, Java's order, the last two stand the other way round.
        List<String> names = List.of("a", "a/b", "ab", "b", "db", "\uffee", "\ud83d\ude00");
        for (String name : names.reversed()) {
            store.create(name);
        }
        assertEquals(names, store.names());
        store.delete("ab");
        assertEquals(List.of("a", "a/b", "b", "db", "\uffee", "\ud83d\ude00"), store.names());
    }

    @Test
    void databasesShareNothing() {
        Database other = store.create("db2").orElseThrow();
        await(other.commit(List.of(
                insert("a", "{\"of\":2}"), new Edit.PutLocal(new LocalDocument("l", 1, "{}".getBytes(UTF_8))))));
        other.setRevsLimit(7);
        other.setSecurity("{}".getBytes(UTF_8));
        assertEmpty(db);
        commit(insert("a", "{\"of\":1}"));
        assertEquals(1, other.status().documents());
        assertEquals(1, other.pendingAfter(other.beginning()));
    }

    @Test
    void aDatabaseMadeAnewSharesNothingWithTheFormer() {
        commit(
                insert("a", "{}"),
                insert("b", "{}"),
                new Edit.PutLocal(new LocalDocument("l", 1, "{}".getBytes(UTF_8))));
        db.setRevsLimit(7);
        db.setSecurity("{}".getBytes(UTF_8));
        String startTime = db.instanceStartTime();
        String token = db.last().token();
        assertTrue(store.delete("db"));
        db = store.create("db").orElseThrow();
        assertEmpty(db);
        assertNotEquals(startTime, db.instanceStartTime());
        commit(insert("c", "{}"), insert("d", "{}"), insert("e", "{}"));
        Sequence shared = db.parseSequence(token).orElseThrow();
        assertEquals(3, db.pendingAfter(shared), "the token of the former database hides changes");
        reopen();
        assertEquals(List.of("c", "d", "e"), ids(allChanges()));
        assertEquals(3, db.pendingAfter(db.parseSequence(token).orElseThrow()));
    }

    private static void assertEmpty(Database db) {
        assertEquals(List.of(), db.documents(IdRange.ALL, ALL));
        assertEquals(List.of(), db.changes(db.beginning(), db.last(), ALL));
        assertEquals(0, db.pendingAfter(db.beginning()));
        assertEquals(List.of(), db.locals(IdRange.ALL, ALL));
        assertEquals(0, db.status().documents());
        assertEquals(0, db.status().liveBytes());
        assertEquals(1000, db.revsLimit());
        assertTrue(db.security().isEmpty());
        for (DerivedKind kind : DerivedKind.values()) {
            assertEquals(List.of(), db.derived(kind, new byte[0], new byte[0], ALL));
        }
    }

    @Test
    void aDatabaseThatIsHeldIsFoundWithoutAWait() {
        assertEquals("db", store.opened("db").orElseThrow().name());
        assertTrue(store.opened("none").isEmpty());
        db.setSecurity("{}".getBytes(UTF_8));
        assertSame(
                db.security().orElseThrow(),
                store.opened("db").orElseThrow().security().orElseThrow());
        store.delete("db");
        assertTrue(store.opened("db").isEmpty(), "a former database is shown");
        db = store.create("db").orElseThrow();
        assertTrue(store.opened("db").orElseThrow().security().isEmpty(), "the former one's security holds");
    }

    @Test
    void deletingWhatIsNotThereIsSaid() {
        assertFalse(store.delete("none"));
        assertTrue(store.delete("db"));
        assertFalse(store.delete("db"));
        assertTrue(store.database("db").isEmpty());
        assertEquals(List.of(), store.names());
    }

    @Test
    void theInstanceStartTimeIsSecondsAsTextAndStays() {
        String startTime = db.instanceStartTime();
        assertTrue(startTime.matches("[0-9]{9,12}"), startTime);
        reopen();
        assertEquals(startTime, db.instanceStartTime());
    }

    @Test
    void handlesOfADeletedDatabaseSayThatItIsGone() {
        commit(insert("a", "{}"));
        StoredDocument document = document("a");
        Sequence beginning = db.beginning();
        AttachmentLease lease = db.lease();
        store.delete("db");
        List<Executable> calls = List.of(
                () -> db.status(),
                () -> db.document("a"),
                () -> db.documents(List.of("a")),
                () -> db.documents(IdRange.ALL, 1),
                () -> db.content(document, document.tree().winner().revision()),
                () -> commit(insert("b", "{}")),
                () -> await(db.compact()),
                () -> db.last(),
                () -> db.changes(beginning, beginning, 1),
                () -> db.changesBackwards(Optional.empty(), 1),
                () -> db.pendingAfter(beginning),
                () -> db.changesOf(List.of("a"), beginning, beginning),
                () -> db.local("a"),
                () -> db.locals(IdRange.ALL, 1),
                () -> db.lease(),
                () -> db.sweepAttachments(),
                () -> db.digest(),
                () -> db.security(),
                () -> db.setSecurity(new byte[0]),
                () -> db.setRevsLimit(1),
                () -> db.derived(DerivedKind.COUNT, new byte[0], new byte[0], 1));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(StoreException.DatabaseGone.class, calls.get(i), "call " + i);
        }
        lease.close();
        store.create("db");
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(StoreException.DatabaseGone.class, calls.get(i), "call " + i + " on a database made anew");
        }
    }

    @Test
    void commitsUnderWayWhileADatabaseIsDeletedCompleteOrSayThatItIsGone() throws InterruptedException {
        for (int round = 0; round < 5; round++) {
            Database victim = store.create("victim").orElseThrow();
            CountDownLatch started = new CountDownLatch(1);
            List<CompletionStage<List<EditOutcome>>> commits = new ArrayList<>();
            Thread writer = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 200; i++) {
                    try {
                        commits.add(victim.commit(List.of(insert("d" + i, "{}"))));
                    } catch (StoreException.DatabaseGone e) {
                        return;
                    } finally {
                        started.countDown();
                    }
                }
            });
            started.await();
            assertTrue(store.delete("victim"));
            writer.join();
            boolean gone = false;
            for (CompletionStage<List<EditOutcome>> commit : commits) {
                try {
                    await(commit);
                    assertFalse(gone, "a commit completed after one that found the database gone");
                } catch (StoreException.DatabaseGone e) {
                    gone = true;
                }
            }
            assertEquals(List.of("db"), store.names());
        }
    }

    @Test
    void deletionIsForGood() {
        commit(insert("a", "{}"));
        store.delete("db");
        store.close();
        store = engine().open(folder);
        assertEquals(List.of(), store.names());
        assertTrue(store.database("db").isEmpty());
        assertEmpty(store.create("db").orElseThrow());
    }

    @Test
    void aListenerHearsOfTheDeletion() throws InterruptedException {
        CountDownLatch heard = new CountDownLatch(1);
        try (Database.Subscription _ = db.subscribe(heard::countDown)) {
            store.delete("db");
            assertTrue(heard.await(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void theStoreHasANameThatStays() {
        String uuid = store.uuid();
        assertTrue(uuid.matches("[0-9a-f]{32}"), uuid);
        assertEquals(uuid, store.uuid());
        reopen();
        assertEquals(uuid, store.uuid());
        assertNotEquals(uuid, openOther(temporary.resolve("second")).uuid());
    }

    @Test
    void settingsAreKept() {
        assertTrue(store.setting("k").isEmpty());
        store.putSetting("k", new byte[] {1, 2});
        store.putSetting("empty", new byte[0]);
        store.putSetting("kk", new byte[] {3});
        store.putSetting("k", new byte[] {0, -1});
        assertArrayEquals(new byte[] {0, -1}, store.setting("k").orElseThrow());
        reopen();
        assertArrayEquals(new byte[] {0, -1}, store.setting("k").orElseThrow());
        assertArrayEquals(new byte[] {3}, store.setting("kk").orElseThrow());
        assertArrayEquals(new byte[0], store.setting("empty").orElseThrow());
        assertTrue(store.setting("none").isEmpty());
    }

    @Test
    void manyDatabasesAreMadeAndListed() {
        List<String> names =
                IntStream.range(0, 300).mapToObj("many%03d"::formatted).toList();
        names.forEach(store::create);
        for (int i = 0; i < 300; i += 3) {
            store.delete(names.get(i));
        }
        List<String> left = new ArrayList<>(List.of("db"));
        IntStream.range(0, 300).filter(i -> i % 3 != 0).mapToObj(names::get).forEach(left::add);
        assertEquals(left, store.names());
        reopen();
        assertEquals(left, store.names());
    }
}
