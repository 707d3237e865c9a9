package dev.replicator.rocksdb;

import dev.replicator.store.IdRange;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Walks through a database's rows in a column family keyed by ids, in a range of ids and its direction. One thread. */
final class IdRows implements AutoCloseable {
    private final RowIterator rows;
    private final boolean descending;

    private IdRows(RowIterator rows, boolean descending) {
        this.rows = rows;
        this.descending = descending;
    }

    /**
     * Begins at the first row of the range, in its direction.
     *
     * @param view the moment to read, or null for now
     */
    static IdRows of(RocksDatabase database, Family family, View view, IdRange range) {
        Keys keys = database.keys();
        boolean descending = range.descending();
        Optional<String> low = descending ? range.to() : range.from();
        Optional<String> high = descending ? range.from() : range.to();
        boolean lowInclusive = descending ? range.toInclusive() : range.fromInclusive();
        boolean highInclusive = descending ? range.fromInclusive() : range.toInclusive();
        byte[] from = low.map(id -> bound(keys, id, lowInclusive)).orElseGet(keys::first);
        byte[] end = high.map(id -> bound(keys, id, !highInclusive)).orElseGet(keys::end);
        // An iterator's bounds must not be the wrong way round.
        RowIterator rows =
                database.engine().rows(family, view, from, Arrays.compareUnsigned(from, end) < 0 ? end : from);
        return new IdRows(descending ? rows.last() : rows.first(), descending);
    }

    /** The first key at an id, or after it. */
    private static byte[] bound(Keys keys, String id, boolean inclusive) {
        byte[] key = keys.id(id.getBytes(StandardCharsets.UTF_8));
        return inclusive ? key : Keys.next(key);
    }

    /** Whether it stands on a row. */
    boolean valid() {
        return rows.valid();
    }

    byte[] key() {
        return rows.key();
    }

    byte[] value() {
        return rows.value();
    }

    void advance() {
        if (descending) {
            rows.previous();
        } else {
            rows.next();
        }
    }

    @Override
    public void close() {
        rows.close();
    }
}
