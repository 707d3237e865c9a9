package dev.replicator.rocksdb;

import dev.replicator.revision.RevisionNode;
import dev.replicator.store.Change;
import dev.replicator.store.DerivedKind;
import dev.replicator.store.SequenceBlocks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** Reads a database's order of changes. Sequences are plain numbers here. */
final class Changes {
    private static final int BLOCKS_BITS = SequenceBlocks.LARGE_BITS - SequenceBlocks.SMALL_BITS;

    private final RocksDatabase database;
    private final Engine engine;
    private final Keys keys;

    Changes(RocksDatabase database) {
        this.database = database;
        this.engine = database.engine();
        this.keys = database.keys();
    }

    /** The last sequence number on disk, also where a purge has taken its row away; 0 where there is none. */
    long last(View view) {
        try (RowIterator rows =
                engine.rows(Family.CHANGES, view, keys.first(), keys.end()).last()) {
            return Math.max(rows.valid() ? Keys.sequenceOf(rows.key()) : 0, lastPurged(view));
        }
    }

    private long lastPurged(View view) {
        byte[] key = MetaKeys.lastPurged(database.number());
        byte[] row = view == null ? engine.get(Family.META, key) : engine.get(Family.META, view, key);
        return row == null
                ? 0
                : RowReader.of(database.name(), Family.META, key, row).u64();
    }

    List<Change> forwards(long after, long upTo, int limit) {
        if (upTo <= after) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>();
        try (View view = engine.view();
                RowIterator rows = rows(view, after + 1, upTo).first()) {
            while (changes.size() < limit && rows.valid()) {
                changes.add(change(view, rows));
                rows.next();
            }
        }
        return changes;
    }

    List<Change> backwards(long upTo, int limit) {
        if (upTo < 1) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>();
        try (View view = engine.view();
                RowIterator rows = rows(view, 1, upTo).last()) {
            while (changes.size() < limit && rows.valid()) {
                changes.add(change(view, rows));
                rows.previous();
            }
        }
        return changes;
    }

    /** The rows from one sequence number to another, both included. */
    private RowIterator rows(View view, long from, long to) {
        return engine.rows(Family.CHANGES, view, keys.sequence(from), Keys.next(keys.sequence(to)));
    }

    private Change change(View view, RowIterator rows) {
        byte[] key = rows.key();
        RowReader in = RowReader.of(database.name(), Family.CHANGES, key, rows.value());
        ChangeCoding.Row row = ChangeCoding.read(in);
        List<RevisionNode> leaves = row.leaves();
        if (leaves.isEmpty()) {
            leaves = database.documents()
                    .one(view, row.id())
                    .orElseThrow(() -> in.corrupt("its document is missing", null))
                    .tree()
                    .leaves();
        }
        return new Change(database.epochs().sequence(Keys.sequenceOf(key)), row.id(), leaves);
    }

    List<Change> of(List<String> ids, long after, long upTo) {
        List<Change> changes = new ArrayList<>();
        Epochs epochs = database.epochs();
        try (View view = engine.view()) {
            for (String id : new LinkedHashSet<>(ids)) {
                // Made of each at once: the ids may be many, and their documents hold more than their rows do.
                database.documents()
                        .one(view, id)
                        .filter(document -> document.localSequence() > after && document.localSequence() <= upTo)
                        .map(document -> new Change(
                                epochs.sequence(document.localSequence()),
                                id,
                                document.tree().leaves()))
                        .ifPresent(changes::add);
            }
        }
        changes.sort(Comparator.comparingLong(change -> RocksSequence.numberOf(change.sequence())));
        return changes;
    }

    /** How many rows stand after a number: those of its small block are counted, the other blocks added up. */
    long pendingAfter(long number) {
        long nextSmall = (number >> SequenceBlocks.SMALL_BITS) + 1;
        long nextLarge = (number >> SequenceBlocks.LARGE_BITS) + 1;
        try (View view = engine.view()) {
            return count(view, number + 1, nextSmall << SequenceBlocks.SMALL_BITS)
                    + sum(view, SequenceBlocks.smallKey(nextSmall), SequenceBlocks.smallKey(nextLarge << BLOCKS_BITS))
                    + sum(view, SequenceBlocks.largeKey(nextLarge), SequenceBlocks.largeKey(Long.MAX_VALUE));
        }
    }

    private long count(View view, long from, long before) {
        long count = 0;
        try (RowIterator rows = engine.rows(Family.CHANGES, view, keys.sequence(from), keys.sequence(before))
                .first()) {
            for (; rows.valid(); rows.next()) {
                count++;
            }
        }
        return count;
    }

    private long sum(View view, byte[] from, byte[] before) {
        long sum = 0;
        byte[] first = keys.derived(DerivedKind.BLOCK, from);
        byte[] end = keys.derived(DerivedKind.BLOCK, before);
        try (RowIterator rows = engine.rows(Family.DERIVED, view, first, end).first()) {
            for (; rows.valid(); rows.next()) {
                sum += RowReader.of(database.name(), Family.DERIVED, rows.key(), rows.value())
                        .u64();
            }
        }
        return sum;
    }

    Optional<RocksSequence> parse(String token) {
        return database.epochs().parse(token, database.lastNumber());
    }
}
