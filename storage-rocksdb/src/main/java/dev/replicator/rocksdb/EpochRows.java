package dev.replicator.rocksdb;

import java.util.ArrayList;
import java.util.List;

/** The rows of {@link Epochs} in {@code meta}: those of a database, or of the store's own order of events. */
final class EpochRows {
    /** In place of a database's number, the store's: no database has it. */
    static final int OF_STORE = 0;

    private final Engine engine;
    private final int number;
    private final String name;

    /**
     * @param number the database's, or {@link #OF_STORE}
     * @param name what errors name
     */
    EpochRows(Engine engine, int number, String name) {
        this.engine = engine;
        this.number = number;
        this.name = name;
    }

    /** Whether there are any; a database always has one. */
    boolean exist() {
        return engine.get(Family.META, MetaKeys.epoch(number, 0)) != null;
    }

    Epochs read() {
        List<Long> firsts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        byte[] from = MetaKeys.epochs(number);
        try (RowIterator rows = engine.rows(Family.META, from, Keys.after(from)).first()) {
            for (; rows.valid(); rows.next()) {
                byte[] key = rows.key();
                RowReader in = RowReader.of(name, Family.META, key, rows.value());
                in.u64();
                firsts.add(MetaKeys.epochOf(key));
                names.add(in.restText());
            }
        }
        if (firsts.isEmpty() || firsts.getFirst() != 0) {
            byte[] missing = MetaKeys.epoch(number, 0);
            throw RowReader.of(name, Family.META, missing, new byte[] {RowReader.PLAIN})
                    .corrupt("the first epoch is missing", null);
        }
        return new Epochs(firsts.stream().mapToLong(Long::longValue).toArray(), names.toArray(String[]::new));
    }

    /** Whether the last epoch was begun since the store was opened. */
    boolean isLastOfThisOpen() {
        byte[] from = MetaKeys.epochs(number);
        try (RowIterator rows = engine.rows(Family.META, from, Keys.after(from)).last()) {
            return rows.valid()
                    && RowReader.of(name, Family.META, rows.key(), rows.value()).u64() == engine.openId();
        }
    }

    void put(Rows rows, long first, String epoch) {
        ByteWriter value = new ByteWriter(20).u8(RowReader.PLAIN).u64(engine.openId());
        for (int i = 0; i < epoch.length(); i++) {
            value.u8(epoch.charAt(i));
        }
        rows.put(engine.number(Family.META), MetaKeys.epoch(number, first), value.toBytes());
    }
}
