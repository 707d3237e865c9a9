package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the rows of dropped databases in the background, those that were dropped before the last close among them.
 *
 * <p>Databases with neighbouring numbers are deleted as one range; where a range holds few rows, they are deleted one
 * by one, since every deleted range costs all reads until it is merged away.
 */
final class DroppedDatabases {
    private static final Logger LOG = LoggerFactory.getLogger(DroppedDatabases.class);

    /** How long dropped databases gather before their rows are deleted. */
    private static final long GATHERING_MILLIS = 1000;

    private static final int FEW_ROWS = 1000;

    private static final List<Family> FILED = List.of(
            Family.DOCUMENTS,
            Family.TREES,
            Family.BODIES,
            Family.CHANGES,
            Family.LOCAL,
            Family.ATTACHMENTS,
            Family.DERIVED);

    private final Engine engine;
    private final Pipeline pipeline;
    /** By number, when each was made. */
    private final NavigableMap<Integer, Long> waiting = new TreeMap<>();

    private final Map<String, Long> startTimes = new HashMap<>();
    private boolean scheduled;

    DroppedDatabases(Engine engine, Pipeline pipeline) {
        this.engine = engine;
        this.pipeline = pipeline;
        byte[] from = MetaKeys.allDropped();
        try (RowIterator rows = engine.rows(Family.META, from, Keys.after(from)).first()) {
            for (; rows.valid(); rows.next()) {
                byte[] key = rows.key();
                RowReader in = RowReader.of("(dropped)", Family.META, key, rows.value());
                long startTime = in.varint();
                startTimes.merge(in.restText(), startTime, Math::max);
                waiting.put(MetaKeys.droppedOf(key), startTime);
            }
        }
        schedule();
    }

    /** A start time for a new database that no former one of its name had. */
    synchronized long startTimeFor(String name) {
        Long former = startTimes.get(name);
        return former == null ? seconds() : Math.max(seconds(), former + 1);
    }

    private static long seconds() {
        return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    }

    /** Takes over a database that is gone. */
    void add(RocksDatabase database) {
        // Who is writing bytes of attachments has seen that it is gone once this lock was free.
        synchronized (database.attachments()) {
            database.requireGone();
        }
        synchronized (this) {
            startTimes.merge(database.name(), database.startTime(), Math::max);
            waiting.put(database.number(), database.startTime());
            schedule();
        }
    }

    /** Goes on with what failed. */
    void reopened() {
        schedule();
    }

    private synchronized void schedule() {
        if (scheduled || waiting.isEmpty()) {
            return;
        }
        scheduled = true;
        CompletableFuture.delayedExecutor(GATHERING_MILLIS, TimeUnit.MILLISECONDS, task -> {
                    try {
                        pipeline.maintenance().execute(task);
                    } catch (RejectedExecutionException _) {
                        // The store was closed; the next open goes on.
                    }
                })
                .execute(this::clean);
    }

    private void clean() {
        List<Integer> numbers = new ArrayList<>();
        boolean putOff;
        synchronized (this) {
            scheduled = false;
            // Those whose start time is still to come stay, so that it is known after a restart and not given again.
            long now = seconds();
            waiting.forEach((number, startTime) -> {
                if (startTime < now) {
                    numbers.add(number);
                }
            });
            putOff = numbers.size() < waiting.size();
        }
        if (putOff) {
            schedule();
        }
        try (Gate.Pass _ = engine.gate.work()) {
            for (int from = 0; from < numbers.size() && !pipeline.isClosing(); ) {
                int to = from + 1;
                while (to < numbers.size() && numbers.get(to) == numbers.get(to - 1) + 1) {
                    to++;
                }
                cleanRange(numbers.subList(from, to));
                from = to;
            }
        } catch (StoreException e) {
            if (!pipeline.isClosing()) {
                LOG.warn(
                        "deleting the rows of dropped databases failed; it is tried again when the store is opened", e);
            }
        }
    }

    private void cleanRange(List<Integer> numbers) {
        byte[] from = Keys.prefix(numbers.getFirst());
        byte[] end = Keys.prefix(numbers.getLast() + 1);
        List<Family> large = new ArrayList<>();
        for (Family family : FILED) {
            if (!deleteFew(family, from, end)) {
                engine.deleteRange(family, from, end);
                large.add(family);
            }
        }
        Rows rows = new Rows();
        for (int number : numbers) {
            deleteMeta(rows, number);
        }
        engine.writeUnsynced(rows.toBatch());
        synchronized (this) {
            numbers.forEach(waiting::remove);
            long now = seconds();
            startTimes.values().removeIf(startTime -> startTime < now);
        }
        for (Family family : large) {
            if (!pipeline.isClosing()) {
                engine.compact(family, from, end);
            }
        }
    }

    /** Deletes the rows of a range one by one; false, and nothing is done, where there are many. */
    private boolean deleteFew(Family family, byte[] from, byte[] end) {
        Rows rows = new Rows();
        int count = 0;
        try (RowIterator stored = engine.rows(family, from, end).first()) {
            for (; stored.valid(); stored.next()) {
                if (++count > FEW_ROWS) {
                    return false;
                }
                rows.delete(engine.number(family), stored.key());
            }
        }
        engine.writeUnsynced(rows.toBatch());
        return true;
    }

    private void deleteMeta(Rows rows, int number) {
        int meta = engine.number(Family.META);
        rows.delete(meta, MetaKeys.dropped(number));
        rows.delete(meta, MetaKeys.revsLimit(number));
        rows.delete(meta, MetaKeys.security(number));
        rows.delete(meta, MetaKeys.nextBlob(number));
        rows.delete(meta, MetaKeys.purgedInfosLimit(number));
        rows.delete(meta, MetaKeys.lastPurged(number));
        deleteMeta(rows, MetaKeys.epochs(number));
        deleteMeta(rows, MetaKeys.purges(number));
    }

    private void deleteMeta(Rows rows, byte[] prefix) {
        try (RowIterator stored =
                engine.rows(Family.META, prefix, Keys.after(prefix)).first()) {
            for (; stored.valid(); stored.next()) {
                rows.delete(engine.number(Family.META), stored.key());
            }
        }
    }
}
