package dev.replicator.rocksdb;

import java.util.Arrays;
import java.util.Optional;

/** A database's rows in {@code meta}: its settings. */
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

    Optional<byte[]> readSecurity() {
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
