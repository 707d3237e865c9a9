package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.store.Database;
import dev.replicator.store.DatabaseEvent;
import dev.replicator.store.DatabaseEvents;
import dev.replicator.store.StoreException;
import dev.replicator.store.TestEdits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows behind the events: how many are kept, and what failed writes and older stores leave. */
class EventLogTest {
    private static final int MAX_DELETIONS = 3;
    private static final List<DatabaseEvent.Type> TYPES = List.of(DatabaseEvent.Type.values());

    @TempDir
    Path folder;

    private boolean failing;

    private Engine engine() {
        return Engine.open(DataFolder.prepare(folder), RocksStoreOptions.DEFAULT);
    }

    private Consumer<byte[]> disk(Consumer<byte[]> disk) {
        return batch -> {
            if (failing) {
                throw new StoreException.Unavailable("a fault", null);
            }
            disk.accept(batch);
        };
    }

    /** Notes and writes events as one group. */
    private void write(Engine engine, EventLog log, DatabaseEventRow... events) {
        List<Batch> group = new ArrayList<>();
        for (DatabaseEventRow event : events) {
            group.add(new SingleBatch(event));
        }
        Rows rows = log.note(group);
        try {
            disk(engine::writeSynced).accept(rows.toBatch());
        } catch (StoreException e) {
            log.failed();
            return;
        }
        log.written();
        log.tell();
    }

    private static List<String> texts(DatabaseEvents events) {
        return events.after(events.beginning(), events.last(), Database.MAX_PAGE).stream()
                .map(event -> event.type() + " " + event.database())
                .toList();
    }

    private static Map<Character, Integer> rows(Engine engine) {
        Map<Character, Integer> counts = new TreeMap<>();
        try (RowIterator rows =
                engine.rows(Family.META, new byte[] {'v'}, new byte[] {'z'}).first()) {
            for (; rows.valid(); rows.next()) {
                counts.merge((char) rows.key()[0], 1, Integer::sum);
            }
        }
        return counts;
    }

    private static DatabaseEventRow event(DatabaseEvent.Type type, String database) {
        return new DatabaseEventRow(database, type);
    }

    @Test
    void oldDeletionsAreForgottenWithAllOfTheirNames() {
        try (Engine engine = engine()) {
            EventLog log = new EventLog(engine, MAX_DELETIONS);
            DatabaseEvents events = new RocksEvents(engine, log);
            for (String name : List.of("a", "b", "c")) {
                write(engine, log, event(DatabaseEvent.Type.CREATED, name));
                write(engine, log, event(DatabaseEvent.Type.UPDATED, name));
                write(engine, log, event(DatabaseEvent.Type.DELETED, name));
            }
            write(engine, log, event(DatabaseEvent.Type.CREATED, "a"));
            // The fourth: of "a", which is there again, the deletion goes; of "b" the next time all goes.
            write(engine, log, event(DatabaseEvent.Type.DELETED, "d"));
            assertEquals(
                    List.of(
                            "UPDATED a",
                            "CREATED b",
                            "UPDATED b",
                            "DELETED b",
                            "CREATED c",
                            "UPDATED c",
                            "DELETED c",
                            "CREATED a",
                            "DELETED d"),
                    texts(events));
            write(engine, log, event(DatabaseEvent.Type.DELETED, "e"));
            assertEquals(
                    List.of("UPDATED a", "CREATED c", "UPDATED c", "DELETED c", "CREATED a", "DELETED d", "DELETED e"),
                    texts(events));
            // Several in a group, one of them anew.
            write(
                    engine,
                    log,
                    event(DatabaseEvent.Type.DELETED, "c"),
                    event(DatabaseEvent.Type.DELETED, "f"),
                    event(DatabaseEvent.Type.DELETED, "g"));
            assertEquals(
                    List.of("UPDATED a", "CREATED c", "UPDATED c", "CREATED a", "DELETED c", "DELETED f", "DELETED g"),
                    texts(events));
            assertEquals(Map.of('v', 7, 'w', 4, 'y', 3), rows(engine));
        }
        try (Engine engine = engine()) {
            EventLog log = new EventLog(engine, MAX_DELETIONS);
            write(engine, log, event(DatabaseEvent.Type.DELETED, "h"));
            assertEquals(
                    List.of("UPDATED a", "CREATED a", "DELETED f", "DELETED g", "DELETED h"),
                    texts(new RocksEvents(engine, log)));
            assertEquals(Map.of('v', 5, 'w', 4, 'y', 3), rows(engine));
        }
    }

    /** Whatever happens in whatever groups, of which some fail: the rows are those of the latest events. */
    @Test
    void rowsAreThoseOfTheLatestEvents() {
        long seed = 3;
        Random random = new Random(seed);
        Map<String, DatabaseEventRow> latest = new HashMap<>();
        Map<String, Long> order = new HashMap<>();
        long count = 0;
        long lastShown = 0;
        try (Engine engine = engine()) {
            EventLog log = new EventLog(engine, 1000);
            for (int round = 0; round < 400; round++) {
                failing = random.nextInt(5) == 0;
                DatabaseEventRow[] group = new DatabaseEventRow[random.nextInt(4)];
                for (int i = 0; i < group.length; i++) {
                    group[i] = event(TYPES.get(random.nextInt(3)), "n" + random.nextInt(5));
                    if (!failing) {
                        latest.put(group[i].toString(), group[i]);
                        order.put(group[i].toString(), count++);
                    }
                }
                write(engine, log, group);
                assertTrue(log.last() >= lastShown, "seed " + seed);
                if (failing) {
                    assertEquals(lastShown, log.last(), "seed " + seed);
                }
                lastShown = log.last();
                if (random.nextInt(40) == 0) {
                    long before = log.last();
                    log = new EventLog(engine, 1000);
                    assertEquals(before, log.last(), "seed " + seed);
                }
                List<String> expected = latest.entrySet().stream()
                        .sorted((a, b) -> Long.compare(order.get(a.getKey()), order.get(b.getKey())))
                        .map(entry ->
                                entry.getValue().type() + " " + entry.getValue().database())
                        .toList();
                assertEquals(expected, texts(new RocksEvents(engine, log)), "seed " + seed + ", round " + round);
            }
        }
    }

    @Test
    void aNumberOfAFailedWriteIsNotGivenAgain() {
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT, this::disk)) {
            store.create("a");
            String before = store.events().last().token();
            failing = true;
            assertThrows(StoreException.Unavailable.class, () -> store.create("b"));
            assertEquals(before, store.events().last().token());
            failing = false;
            store.create("c");
            assertEquals(List.of("CREATED a", "CREATED c"), texts(store.events()));
            assertTrue(
                    store.events().last().token().startsWith("3-"),
                    store.events().last().token());
        }
    }

    @Test
    void theDatabasesOfAStoreFromBeforeThereWereEventsWereCreated() {
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            for (String name : List.of("b", "a")) {
                store.create(name)
                        .orElseThrow()
                        .commit(List.of(TestEdits.insert("d", "{}")))
                        .toCompletableFuture()
                        .join();
            }
        }
        try (Engine engine = engine()) {
            Rows rows = new Rows();
            for (byte[] prefix : List.of(new byte[] {'v'}, new byte[] {'w'}, MetaKeys.epochs(EpochRows.OF_STORE))) {
                try (RowIterator old =
                        engine.rows(Family.META, prefix, Keys.after(prefix)).first()) {
                    for (; old.valid(); old.next()) {
                        rows.delete(engine.number(Family.META), old.key());
                    }
                }
            }
            engine.writeSynced(rows.toBatch());
        }
        for (int open = 0; open < 2; open++) {
            try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
                assertEquals(List.of("CREATED a", "CREATED b"), texts(store.events()));
            }
        }
    }
}
