package dev.replicator.rocksdb;

import dev.replicator.store.DerivedKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sums among a database's derived rows, as they are after all chunks that were prepared: read when they are first
 * asked for, then kept. Belongs to the database's writer.
 */
final class Sums {
    /** Beyond this many, those that are durable are forgotten. */
    private static final int MAX_KEPT = 4096;

    private final String database;
    private final Engine engine;
    private final Keys keys;
    private final Map<Key, Sum> sums = new HashMap<>();
    private final List<Sum> changed = new ArrayList<>();

    private record Key(DerivedKind kind, byte[] key) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && kind == that.kind && Arrays.equals(key, that.key);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(key) * 31 + kind.code();
        }
    }

    private static final class Sum {
        private final Key key;
        private long value;
        private long chunk;
        private boolean changed;

        Sum(Key key, long value) {
            this.key = key;
            this.value = value;
        }
    }

    Sums(String database, Engine engine, Keys keys) {
        this.database = database;
        this.engine = engine;
        this.keys = keys;
    }

    void add(DerivedKind kind, byte[] key, long amount) {
        Key wanted = new Key(kind, key);
        Sum sum = sums.get(wanted);
        if (sum == null) {
            sum = new Sum(wanted, stored(wanted));
            sums.put(wanted, sum);
        }
        sum.value += amount;
        if (!sum.changed) {
            sum.changed = true;
            changed.add(sum);
        }
    }

    private long stored(Key key) {
        byte[] rowKey = keys.derived(key.kind, key.key);
        byte[] row = engine.get(Family.DERIVED, rowKey);
        return row == null
                ? 0
                : RowReader.of(database, Family.DERIVED, rowKey, row).u64();
    }

    /**
     * Writes what changed since the last call; a sum that came to 0 loses its row.
     *
     * @param chunk the number of the chunk they are written with
     * @param durable the number of the last chunk that is durable
     */
    void writeChanged(Rows rows, ByteWriter key, ByteWriter value, long chunk, long durable) {
        int family = engine.number(Family.DERIVED);
        for (Sum sum : changed) {
            keys.derived(key, sum.key.kind, sum.key.key);
            if (sum.value == 0) {
                rows.delete(family, key);
            } else {
                rows.put(family, key, value.clear().u8(RowReader.PLAIN).u64(sum.value));
            }
            sum.chunk = chunk;
            sum.changed = false;
        }
        changed.clear();
        if (sums.size() > MAX_KEPT) {
            sums.values().removeIf(sum -> sum.chunk <= durable);
        }
    }
}
