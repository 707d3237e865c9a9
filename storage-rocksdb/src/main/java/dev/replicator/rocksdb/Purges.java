package dev.replicator.rocksdb;

import dev.replicator.revision.Revision;
import dev.replicator.store.PurgeRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A database's records of purges, in {@code meta}: each written with its effect, the oldest deleted beyond the limit.
 */
final class Purges {
    private static final int DEFAULT_LIMIT = 1000;

    private final RocksDatabase database;
    private final Engine engine;

    Purges(RocksDatabase database) {
        this.database = database;
        this.engine = database.engine();
    }

    /** The number of the last record; 0 where there was none. */
    long last(View view) {
        byte[] from = MetaKeys.purges(database.number());
        try (RowIterator rows =
                engine.rows(Family.META, view, from, Keys.after(from)).last()) {
            return rows.valid() ? MetaKeys.purgeOf(rows.key()) : 0;
        }
    }

    List<PurgeRecord> after(long number, int limit) {
        List<PurgeRecord> records = new ArrayList<>();
        byte[] from = MetaKeys.purge(database.number(), number + 1);
        byte[] end = Keys.after(MetaKeys.purges(database.number()));
        try (RowIterator rows = engine.rows(Family.META, from, end).first()) {
            for (; rows.valid() && records.size() < limit; rows.next()) {
                records.add(read(rows.key(), rows.value()));
            }
        }
        return records;
    }

    private PurgeRecord read(byte[] key, byte[] row) {
        RowReader in = RowReader.of(database.name(), Family.META, key, row);
        String id = in.text();
        int count = in.count();
        List<Revision> revisions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            revisions.add(Revision.parse(in.text()));
        }
        return new PurgeRecord(MetaKeys.purgeOf(key), id, revisions);
    }

    /**
     * Writes a record and deletes the one that the limit pushes out.
     *
     * @param limit how many are kept
     */
    void put(Rows rows, PurgeRecord record, int limit) {
        ByteWriter value = new ByteWriter(64).u8(RowReader.PLAIN);
        value.sized(record.id().getBytes(StandardCharsets.UTF_8));
        value.varint(record.revisions().size());
        for (Revision revision : record.revisions()) {
            value.sized(revision.toString().getBytes(StandardCharsets.UTF_8));
        }
        int meta = engine.number(Family.META);
        rows.put(meta, MetaKeys.purge(database.number(), record.number()), value.toBytes());
        if (record.number() > limit) {
            rows.delete(meta, MetaKeys.purge(database.number(), record.number() - limit));
        }
    }

    int readLimit() {
        byte[] key = MetaKeys.purgedInfosLimit(database.number());
        byte[] row = engine.get(Family.META, key);
        return row == null
                ? DEFAULT_LIMIT
                : (int) RowReader.of(database.name(), Family.META, key, row).varint();
    }

    /** Keeps a limit, and deletes the records beyond it. */
    void putLimit(Rows rows, int limit, long last) {
        int meta = engine.number(Family.META);
        ByteWriter value = new ByteWriter(6).u8(RowReader.PLAIN).varint(limit);
        rows.put(meta, MetaKeys.purgedInfosLimit(database.number()), value.toBytes());
        byte[] from = MetaKeys.purges(database.number());
        byte[] end = MetaKeys.purge(database.number(), Math.max(0, last - limit) + 1);
        try (RowIterator records = engine.rows(Family.META, from, end).first()) {
            for (; records.valid(); records.next()) {
                rows.delete(meta, records.key());
            }
        }
    }
}
