package dev.replicator.rocksdb;

import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** Walks through the rows of a column family between two keys. One thread. */
final class RowIterator implements AutoCloseable {
    private final Slice lower;
    private final Slice upper;
    private final ReadOptions options;
    private final RocksIterator rows;

    /**
     * @param view the moment to read, or null for now
     * @param from the first key
     * @param to the key before which it ends
     */
    RowIterator(RocksDB db, ColumnFamilyHandle family, View view, byte[] from, byte[] to) {
        lower = new Slice(from);
        upper = new Slice(to);
        options = new ReadOptions().setIterateLowerBound(lower).setIterateUpperBound(upper);
        if (view != null) {
            options.setSnapshot(view.snapshot());
        }
        rows = db.newIterator(family, options);
    }

    RowIterator first() {
        rows.seekToFirst();
        return this;
    }

    RowIterator last() {
        rows.seekToLast();
        return this;
    }

    /** Whether it stands on a row. */
    boolean valid() {
        if (rows.isValid()) {
            return true;
        }
        try {
            rows.status();
        } catch (RocksDBException e) {
            throw Failures.of(e);
        }
        return false;
    }

    byte[] key() {
        return rows.key();
    }

    byte[] value() {
        return rows.value();
    }

    /** The first bytes of the value, as many as fit; the value's length. */
    int value(byte[] into) {
        return rows.value(into);
    }

    void next() {
        rows.next();
    }

    void previous() {
        rows.prev();
    }

    @Override
    public void close() {
        rows.close();
        options.close();
        upper.close();
        lower.close();
    }
}
