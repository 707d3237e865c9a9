package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.store.StoreException;
import dev.replicator.store.StoreMetric;
import dev.replicator.store.StoreMetric.Bucket;
import dev.replicator.store.StoreMetric.Distribution;
import dev.replicator.store.StoreMetric.Level;
import dev.replicator.store.StoreMetric.Total;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator learns of the store. */
class MetricsTest {
    @TempDir
    private Path folder;

    private static Map<String, StoreMetric> metrics(RocksStore store) {
        return store.metrics().stream().collect(Collectors.toMap(StoreMetric::name, Function.identity()));
    }

    private static double number(StoreMetric metric) {
        return switch (metric) {
            case Total total -> total.value();
            case Level level -> level.value();
            case Distribution all ->
                all.buckets().stream().mapToLong(Bucket::count).sum();
        };
    }

    private static double sum(StoreMetric metric) {
        return ((Distribution) metric).sum();
    }

    @Test
    void writesAreToldOf() {
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            Map<String, StoreMetric> before = metrics(store);
            store.putSetting("a", new byte[10_000]);
            store.putSetting("b", new byte[10_000]);
            Map<String, StoreMetric> after = metrics(store);

            assertEquals(before.keySet(), after.keySet());
            assertEquals(2, number(after.get("store_sync")) - number(before.get("store_sync")));
            assertEquals(2, number(after.get("store_group_commits")) - number(before.get("store_group_commits")));
            assertEquals(0, number(after.get("store_waiting_commits")));
            assertEquals(2, number(after.get("store_group")) - number(before.get("store_group")));
            double written = sum(after.get("store_group")) - sum(before.get("store_group"));
            assertTrue(written > 20_000 && written < 25_000, "written " + written);
            double log = number(after.get("rocksdb_wal")) - number(before.get("rocksdb_wal"));
            assertTrue(log > 20_000, "log " + log);
            assertTrue(number(after.get("rocksdb_memtables")) > number(before.get("rocksdb_memtables")));
            assertEquals(
                    (double) RocksStoreOptions.DEFAULT.cacheBytes(), number(after.get("rocksdb_block_cache_limit")));
        }
    }

    @Test
    void aSyncThatFailsIsToldOf() {
        RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT, disk -> _ -> {
            throw new StoreException.Unavailable("no room", null);
        });
        try (store) {
            assertThrows(StoreException.Unavailable.class, () -> store.putSetting("a", new byte[0]));
            assertEquals(1, number(metrics(store).get("store_failed_groups")));
            assertEquals(0, number(metrics(store).get("store_sync")));
        }
    }

    @Test
    void aClosedStoreSaysSo() {
        RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT);
        store.close();
        assertThrows(StoreException.Unavailable.class, store::metrics);
    }

    @Test
    void sizesAreCountedByTheStepsOfTheirScale() {
        Tally tally = new Tally(1, 10);
        for (long size : List.of(0L, 1L, 2L, 10L, 11L)) {
            tally.add(size);
        }
        assertEquals(
                List.of(new Bucket(0.1, 2), new Bucket(1, 2), new Bucket(Double.POSITIVE_INFINITY, 1)),
                tally.buckets(10));
        assertEquals(24, tally.sum());
    }
}
