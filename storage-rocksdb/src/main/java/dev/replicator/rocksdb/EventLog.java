package dev.replicator.rocksdb;

import dev.replicator.store.DatabaseEvent;
import dev.replicator.store.DatabaseEvents;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Notes what happened to the databases: the rows behind {@link DatabaseEvents}. The committer has it add them to every
 * group of batches that it writes, so numbers are given in the order of writing, and what is noted is written with what
 * it tells of.
 *
 * <p>{@link #note}, {@link #written}, {@link #tell} and {@link #failed} are the committing thread's alone;
 * {@link #epochs}, {@link #last} and {@link #listeners} are for everyone.
 */
final class EventLog {
    private static final String STORE = "(none)";

    /** How many databases' numbers are kept at hand between two groups. */
    private static final int MAX_KNOWN = 4096;

    private final Engine engine;
    private final int meta;
    private final int maxDeletions;
    private final EpochRows epochRows;
    private final Listeners listeners = new Listeners();
    private volatile Epochs epochs;
    private volatile long last;

    // Of the committing thread, with what it has noted in the group that is not written yet.
    private final Map<String, EventNumbers> known = new HashMap<>();
    private Epochs noted;
    private boolean epochBegun;
    /** Whether the group has events, and whether what is known has to be read back first. */
    private boolean noting;

    private boolean stale;
    private long given;
    private long deletions;
    /** The number of the last deletion that was forgotten. */
    private long forgotten;

    /** @param maxDeletions how many deletions are remembered */
    EventLog(Engine engine, int maxDeletions) {
        this.engine = engine;
        this.meta = engine.number(Family.META);
        this.maxDeletions = maxDeletions;
        this.epochRows = new EpochRows(engine, EpochRows.OF_STORE, STORE);
        if (!epochRows.exist()) {
            begin();
        }
        reopened();
        readBack();
    }

    /** Takes for true what is on the disk: at first, and while RocksDB is opened again. */
    void reopened() {
        epochs = epochRows.read();
        byte[] from = MetaKeys.events();
        try (RowIterator rows = engine.rows(Family.META, from, Keys.after(from)).last()) {
            last = rows.valid() ? MetaKeys.eventOf(rows.key()) : 0;
        }
        given = Math.max(given, last);
        stale = true;
    }

    /** The first open, or that of a store from before there were events: what is there was created. */
    private void begin() {
        Rows rows = new Rows();
        epochRows.put(rows, 0, Epochs.newName());
        byte[] from = MetaKeys.databases();
        try (RowIterator databases =
                engine.rows(Family.META, from, Keys.after(from)).first()) {
            for (; databases.valid(); databases.next()) {
                add(rows, new DatabaseEventRow(MetaKeys.textOf(databases.key()), DatabaseEvent.Type.CREATED));
            }
        }
        engine.writeSynced(rows.toBatch());
    }

    /** What is known of the rows as they are on disk. */
    private void readBack() {
        known.clear();
        noted = epochs;
        epochBegun = epochRows.isLastOfThisOpen();
        forgotten = 0;
        deletions = 0;
        byte[] from = MetaKeys.deletions();
        try (RowIterator rows = engine.rows(Family.META, from, Keys.after(from)).first()) {
            for (; rows.valid(); rows.next()) {
                deletions++;
            }
        }
        stale = false;
    }

    Epochs epochs() {
        return epochs;
    }

    /** The number of the last durable event. */
    long last() {
        return last;
    }

    Listeners listeners() {
        return listeners;
    }

    /** The rows of what a group of batches means; those of several commits to one database are one event. */
    Rows note(List<Batch> group) {
        if (stale) {
            readBack();
        }
        Set<DatabaseEventRow> events = new LinkedHashSet<>();
        for (Batch batch : group) {
            batch.event().ifPresent(event -> {
                // The latest of the same counts.
                events.remove(event);
                events.add(event);
            });
        }
        noting = !events.isEmpty();
        Rows rows = new Rows();
        if (noting && !epochBegun) {
            String name = Epochs.newName();
            epochRows.put(rows, given + 1, name);
            noted = epochs.with(given + 1, name);
            epochBegun = true;
        }
        events.forEach(event -> add(rows, event));
        return rows;
    }

    /** Shows what was noted: before those hear of it who waited for the group, so that they find it. */
    void written() {
        if (noting) {
            epochs = noted;
            last = given;
        }
    }

    /** Wakes those who follow: once the group is told of, so that they find what the events tell of. */
    void tell() {
        if (noting) {
            listeners.call();
        }
        if (known.size() > MAX_KNOWN) {
            known.clear();
        }
    }

    /** Takes back what was noted, but for the numbers: they are spent. */
    void failed() {
        stale = true;
    }

    private EventNumbers numbersOf(String database) {
        EventNumbers numbers = known.get(database);
        if (numbers == null) {
            byte[] key = MetaKeys.eventsOf(database);
            byte[] row = engine.get(Family.META, key);
            numbers =
                    row == null ? EventNumbers.NONE : EventNumbers.read(RowReader.of(database, Family.META, key, row));
            known.put(database, numbers);
        }
        return numbers;
    }

    private void add(Rows rows, DatabaseEventRow event) {
        EventNumbers former = numbersOf(event.database());
        long replaced = former.of(event.type());
        long number = ++given;
        rows.put(meta, MetaKeys.event(number), event.row());
        deleteRow(rows, replaced);
        putNumbers(rows, event.database(), former.with(event.type(), number));
        if (event.type() == DatabaseEvent.Type.DELETED) {
            rows.put(meta, MetaKeys.deletion(number), event.deletionRow());
            if (replaced > 0) {
                rows.delete(meta, MetaKeys.deletion(replaced));
            } else {
                deletions++;
            }
            forgetOldest(rows);
        }
    }

    private void deleteRow(Rows rows, long number) {
        if (number > 0) {
            rows.delete(meta, MetaKeys.event(number));
        }
    }

    private void putNumbers(Rows rows, String database, EventNumbers numbers) {
        known.put(database, numbers);
        byte[] key = MetaKeys.eventsOf(database);
        if (numbers.equals(EventNumbers.NONE)) {
            rows.delete(meta, key);
        } else {
            ByteWriter value = new ByteWriter(32);
            numbers.write(value);
            rows.put(meta, key, value.toBytes());
        }
    }

    /** Forgets deletions above the limit, with all else of their names unless a database of that name is there. */
    private void forgetOldest(Rows rows) {
        byte[] from = MetaKeys.deletion(forgotten + 1);
        try (RowIterator oldest =
                engine.rows(Family.META, from, Keys.after(MetaKeys.deletions())).first()) {
            for (; deletions > maxDeletions && oldest.valid(); oldest.next()) {
                byte[] key = oldest.key();
                forgotten = MetaKeys.eventOf(key);
                forget(
                        rows,
                        RowReader.of(STORE, Family.META, key, oldest.value()).restText());
            }
        }
    }

    private void forget(Rows rows, String database) {
        EventNumbers numbers = numbersOf(database);
        if (numbers.deleted() != forgotten) {
            // Deleted again, in the group that is being noted.
            return;
        }
        deletions--;
        rows.delete(meta, MetaKeys.deletion(forgotten));
        deleteRow(rows, numbers.deleted());
        if (numbers.isThere()) {
            putNumbers(rows, database, numbers.with(DatabaseEvent.Type.DELETED, 0));
        } else {
            deleteRow(rows, numbers.created());
            deleteRow(rows, numbers.updated());
            putNumbers(rows, database, EventNumbers.NONE);
        }
    }
}
