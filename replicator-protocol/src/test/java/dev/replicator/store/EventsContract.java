package dev.replicator.store;

import static dev.replicator.store.TestEdits.insert;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What happened to the databases, as those see it who follow: {@code _db_updates}. */
abstract class EventsContract extends StoreFixture {
    private static String text(DatabaseEvent event) {
        return event.type() + " " + event.database();
    }

    private static List<String> texts(List<DatabaseEvent> events) {
        return events.stream().map(EventsContract::text).toList();
    }

    private List<DatabaseEvent> all() {
        return store.events().after(store.events().beginning(), store.events().last(), ALL);
    }

    private Sequence parse(String token) {
        return store.events().parseSequence(token).orElseThrow(() -> new AssertionError("not understood: " + token));
    }

    private List<String> after(String token) {
        return texts(store.events().after(parse(token), store.events().last(), ALL));
    }

    private void update(String name) {
        Database database = store.database(name).orElseThrow();
        await(database.commit(List.of(insert("d" + database.last().token(), "{}"))));
    }

    private static long number(Sequence sequence) {
        return Long.parseLong(sequence.token().replaceFirst("-.*", ""));
    }

    @Test
    void nothingStandsBeforeTheFirst() {
        Store empty = openOther(temporary.resolve("empty"));
        assertEquals(
                List.of(),
                empty.events().after(empty.events().beginning(), empty.events().last(), ALL));
        assertEquals(empty.events().beginning().token(), empty.events().last().token());
        assertEquals(0, number(empty.events().beginning()));
    }

    @Test
    void whatHappenedStandsInItsOrder() {
        store.create("a");
        update("db");
        store.create("b/c");
        store.delete("a");
        assertEquals(List.of("CREATED db", "CREATED a", "UPDATED db", "CREATED b/c", "DELETED a"), texts(all()));
        long before = 0;
        for (DatabaseEvent event : all()) {
            assertTrue(number(event.sequence()) > before);
            before = number(event.sequence());
        }
        assertEquals(all().getLast().sequence().token(), store.events().last().token());
    }

    /** A reader that waits for new databases must not lose one because it was written to at once. */
    @Test
    void ofEachTypeTheLatestStands() {
        update("db");
        store.create("other");
        update("db");
        update("other");
        update("db");
        assertEquals(List.of("CREATED db", "CREATED other", "UPDATED other", "UPDATED db"), texts(all()));
        String last = store.events().last().token();
        update("db");
        assertEquals(List.of("UPDATED db"), after(last));
    }

    @Test
    void aDatabaseMadeAnewHasTheRowsOfTheFormer() {
        update("db");
        store.delete("db");
        assertEquals(List.of("CREATED db", "UPDATED db", "DELETED db"), texts(all()));
        store.create("db");
        assertEquals(List.of("UPDATED db", "DELETED db", "CREATED db"), texts(all()));
        update("db");
        store.delete("db");
        assertEquals(List.of("CREATED db", "UPDATED db", "DELETED db"), texts(all()));
    }

    @Test
    void whatLeavesTheDocumentsAsTheyAreIsNoEvent() {
        update("db");
        List<String> before = tokens();
        assertTrue(store.create("db").isEmpty());
        store.delete("none");
        commit(new Edit.PutLocal(new LocalDocument("l", 1, "{}".getBytes(UTF_8))));
        db.setRevsLimit(7);
        db.setSecurity("{}".getBytes(UTF_8));
        store.putSetting("k", new byte[0]);
        await(db.compact());
        assertEquals(before, tokens());
    }

    private List<String> tokens() {
        return all().stream().map(event -> event.sequence().token()).toList();
    }

    @Test
    void pagesJoin() {
        IntStream.range(0, 9).forEach(i -> store.create("n" + i));
        List<DatabaseEvent> pages = new ArrayList<>();
        Sequence at = store.events().beginning();
        Sequence last = store.events().last();
        for (List<DatabaseEvent> page = store.events().after(at, last, 4);
                !page.isEmpty();
                page = store.events().after(at, last, 4)) {
            pages.addAll(page);
            at = page.getLast().sequence();
        }
        assertEquals(texts(all()), texts(pages));
        assertEquals(List.of(), store.events().after(last, last, ALL));
        assertEquals(List.of(), store.events().after(last, store.events().beginning(), ALL));
    }

    @Test
    void theyAreReadBackwardsToo() {
        IntStream.range(0, 6).forEach(i -> store.create("n" + i));
        List<DatabaseEvent> all = all();
        List<DatabaseEvent> back = new ArrayList<>(store.events().before(Optional.empty(), 4));
        back.addAll(store.events().before(Optional.of(back.getLast().sequence()), 4));
        assertEquals(texts(all.reversed()), texts(back));
        assertEquals(List.of(), store.events().before(Optional.of(back.getLast().sequence()), 4));
    }

    @Test
    void aTokenIsTheSamePoint() {
        IntStream.range(0, 3).forEach(i -> store.create("n" + i));
        List<DatabaseEvent> all = all();
        for (int i = 0; i < all.size(); i++) {
            String token = all.get(i).sequence().token();
            assertEquals(token, parse(token).token());
            assertEquals(texts(all.subList(i + 1, all.size())), after(token));
            assertEquals(
                    texts(all.subList(i + 1, all.size())),
                    after(Long.toString(number(all.get(i).sequence()))));
        }
        assertEquals(texts(all), after("0"));
        assertEquals(List.of(), after("1000"));
        assertEquals(texts(all), after("3-g1AAAABPeJzLYWBgYMxgTmEQTM4vTc5ISXIwNDLXMwBCwxygFFMiQx4Lw38gyMpg"));
        for (String garbage : List.of("", "-1", "x", "now", "1.5", "3-", "3-a b")) {
            assertEquals(Optional.empty(), store.events().parseSequence(garbage).map(Sequence::token), garbage);
        }
    }

    @Test
    void theyAreThereAfterReopening() {
        store.create("a");
        update("db");
        store.delete("a");
        List<String> tokens = tokens();
        List<String> texts = texts(all());
        for (int round = 0; round < 3; round++) {
            reopen();
            assertEquals(tokens, tokens());
            assertEquals(texts, texts(all()));
            assertEquals(tokens.getLast(), store.events().last().token());
            assertEquals(tokens.getLast(), parse(tokens.getLast()).token());
        }
        update("db");
        assertEquals(List.of("UPDATED db"), after(tokens.getLast()));
        assertEquals(List.of("CREATED db", "CREATED a", "DELETED a", "UPDATED db"), texts(all()));
    }

    /** A backup is restored: what happened after it and was shown to readers never did. */
    @Test
    void aTokenOfARewoundHistoryIsTheLastPointBothShare() {
        Path backup = temporary.resolve("backup");
        String shared = store.events().last().token();
        store.close();
        engine().copy(folder, backup);
        store = engine().open(folder);
        IntStream.range(0, 3).forEach(i -> store.create("lost" + i));
        String lost = store.events().last().token();

        store.close();
        store = openOther(backup);
        assertEquals(List.of(), after(shared));
        List<String> made =
                IntStream.range(0, 6).mapToObj(i -> "CREATED new" + i).toList();
        made.forEach(event -> store.create(event.substring("CREATED ".length())));
        assertEquals(made, after(shared));
        assertTrue(after(lost).containsAll(made), "hidden from " + lost + ": " + after(lost));
        assertNotEquals(lost, tokens().get(3));
    }

    @Test
    void listenersHearOfEveryEvent() throws InterruptedException {
        Semaphore heard = new Semaphore(0);
        try (Database.Subscription _ = store.events().subscribe(heard::release)) {
            store.create("a");
            assertTrue(heard.tryAcquire(60, SECONDS), "of a creation");
            heard.drainPermits();
            update("a");
            assertTrue(heard.tryAcquire(60, SECONDS), "of an update");
            heard.drainPermits();
            store.delete("a");
            assertTrue(heard.tryAcquire(60, SECONDS), "of a deletion");
        }
        heard.drainPermits();
        store.create("b");
        assertEquals(0, heard.availablePermits(), "its listening ended");
    }

    /**
     * A reader follows page by page while databases are made, written to and deleted, and in the end knows them all.
     */
    @Test
    void whoFollowsMissesNothing() throws InterruptedException {
        int writers = 6;
        long seed = 11;
        Semaphore heard = new Semaphore(0);
        Map<String, String> known = new HashMap<>();
        Map<String, Integer> updates = new HashMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(writers);
                Database.Subscription _ = store.events().subscribe(heard::release)) {
            List<CompletableFuture<Map<String, String>>> written = IntStream.range(0, writers)
                    .mapToObj(i ->
                            CompletableFuture.supplyAsync(() -> change("w" + i + "-", new Random(seed + i)), threads))
                    .toList();
            CompletableFuture<?> end = CompletableFuture.allOf(written.toArray(CompletableFuture[]::new));
            // A stage of its own: the end must be there to see when it wakes the reader.
            CompletableFuture<?> _ = end.whenComplete((_, _) -> heard.release());
            Sequence at = store.events().beginning();
            boolean ended = false;
            while (!ended) {
                ended = end.isDone();
                Sequence last = store.events().last();
                for (List<DatabaseEvent> page = store.events().after(at, last, 3);
                        !page.isEmpty();
                        page = store.events().after(at, last, 3)) {
                    for (DatabaseEvent event : page) {
                        assertTrue(number(event.sequence()) > number(at), "seed " + seed);
                        at = event.sequence();
                        known.put(event.database(), event.type().name());
                        updates.merge(event.database(), 1, Integer::sum);
                    }
                }
                at = last;
                if (!ended) {
                    assertTrue(heard.tryAcquire(60, SECONDS), "nothing happened");
                    heard.drainPermits();
                }
            }
            Map<String, String> expected = new HashMap<>(Map.of("db", "CREATED"));
            written.forEach(one -> expected.putAll(one.join()));
            assertEquals(expected, known, "seed " + seed);
        }
        assertTrue(updates.values().stream().anyMatch(count -> count > 3), "the reader only saw the end");
    }

    /** Does this and that to databases of its own. Returns what happened to each at last. */
    private Map<String, String> change(String prefix, Random random) {
        Map<String, String> last = new HashMap<>();
        for (int i = 0; i < 80; i++) {
            String name = prefix + random.nextInt(4);
            String before = last.getOrDefault(name, "DELETED");
            if (before.equals("DELETED")) {
                assertTrue(store.create(name).isPresent());
                last.put(name, "CREATED");
            } else if (random.nextInt(4) == 0) {
                assertTrue(store.delete(name));
                last.put(name, "DELETED");
            } else {
                update(name);
                last.put(name, "UPDATED");
            }
        }
        return last;
    }
}
