package dev.replicator.rocksdb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A database's rows in {@code meta}: its epochs and settings. */
final class Settings {
    private static final int DEFAULT_REVS_LIMIT = 1000;

    private final RocksDatabase database;
    private final Engine engine;

    Settings(RocksDatabase database) {
        this.database = database;
        this.engine = database.engine();
    }

    private RowReader reader(byte[] key, byte[] row) {
        return RowReader.of(database.name(), Family.META, key, row);
    }

    // ---- epochs

    Epochs readEpochs() {
        List<Long> firsts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        byte[] from = MetaKeys.epochs(database.number());
        try (RowIterator rows = engine.rows(Family.META, from, Keys.after(from)).first()) {
            for (; rows.valid(); rows.next()) {
                byte[] key = rows.key();
                RowReader in = reader(key, rows.value());
                in.u64();
                firsts.add(MetaKeys.epochOf(key));
                names.add(in.restText());
            }
        }
        if (firsts.isEmpty() || firsts.getFirst() != 0) {
            byte[] missing = MetaKeys.epoch(database.number(), 0);
            throw reader(missing, new byte[] {RowReader.PLAIN}).corrupt("the first epoch is missing", null);
        }
        return new Epochs(firsts.stream().mapToLong(Long::longValue).toArray(), names.toArray(String[]::new));
    }

    /** Whether the last epoch was begun since the store was opened. */
    boolean isEpochOfThisOpen() {
        byte[] from = MetaKeys.epochs(database.number());
        try (RowIterator rows = engine.rows(Family.META, from, Keys.after(from)).last()) {
            return rows.valid() && reader(rows.key(), rows.value()).u64() == engine.openId();
        }
    }

    void putEpoch(Rows rows, long first, String name) {
        putEpoch(engine, rows, database.number(), first, name);
    }

    static void putEpoch(Engine engine, Rows rows, int database, long first, String name) {
        ByteWriter value = new ByteWriter(20).u8(RowReader.PLAIN).u64(engine.openId());
        for (int i = 0; i < name.length(); i++) {
            value.u8(name.charAt(i));
        }
        rows.put(engine.number(Family.META), MetaKeys.epoch(database, first), value.toBytes());
    }

    // ---- settings

    int readRevsLimit() {
        byte[] key = MetaKeys.revsLimit(database.number());
        byte[] row = engine.get(Family.META, key);
        return row == null ? DEFAULT_REVS_LIMIT : (int) reader(key, row).varint();
    }

    void putRevsLimit(Rows rows, int limit) {
        ByteWriter value = new ByteWriter(6).u8(RowReader.PLAIN).varint(limit);
        rows.put(engine.number(Family.META), MetaKeys.revsLimit(database.number()), value.toBytes());
    }

    Optional<byte[]> security() {
        byte[] key = MetaKeys.security(database.number());
        byte[] row = engine.get(Family.META, key);
        if (row == null) {
            return Optional.empty();
        }
        reader(key, row);
        return Optional.of(Arrays.copyOfRange(row, 1, row.length));
    }

    void putSecurity(Rows rows, byte[] json) {
        ByteWriter value = new ByteWriter(1 + json.length).u8(RowReader.PLAIN).raw(json);
        rows.put(engine.number(Family.META), MetaKeys.security(database.number()), value.toBytes());
    }
}
