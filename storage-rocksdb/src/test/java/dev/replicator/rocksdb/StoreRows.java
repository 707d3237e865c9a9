package dev.replicator.rocksdb;

import dev.replicator.store.Database;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/** Every row that a store holds, in whatever column family: two stores with the same are the same. */
final class StoreRows {
    private static final byte[] END = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

    private StoreRows() {}

    /** The rows by family and key, values by their length and hash; of the store that a database is of. */
    static SortedMap<String, String> of(Database database) {
        Engine engine = ((RocksDatabase) database).engine();
        SortedMap<String, String> all = new TreeMap<>();
        for (Family family : Family.values()) {
            try (RowIterator rows = engine.rows(family, new byte[0], END).first()) {
                for (; rows.valid(); rows.next()) {
                    byte[] value = rows.value();
                    all.put(
                            family + " " + HexFormat.of().formatHex(rows.key()),
                            value.length + " " + Arrays.hashCode(value));
                }
            }
        }
        return all;
    }
}
