package dev.replicator.rocksdb;

import dev.replicator.store.StoreMetric;
import dev.replicator.store.StoreMetric.Level;
import dev.replicator.store.StoreMetric.Total;
import dev.replicator.store.StoreMetric.Unit;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.Cache;
import org.rocksdb.LogFile;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * What RocksDB tells of itself without its {@code Statistics}, which every read and write would pay for: so hits and
 * misses of its cache are not among it.
 */
final class EngineMetrics {
    /** A property that RocksDB adds up over the column families. */
    private record Property(String property, String name, Unit unit, String meaning) {}

    private static final List<Property> OF_FAMILIES = List.of(
            new Property(
                    "rocksdb.cur-size-all-mem-tables",
                    "rocksdb_memtables",
                    Unit.BYTES,
                    "memory of what is written and not in files yet"),
            new Property(
                    "rocksdb.num-immutable-mem-table",
                    "rocksdb_full_memtables",
                    Unit.NUMBER,
                    "memtables that wait to be written to files"),
            new Property(
                    "rocksdb.estimate-table-readers-mem",
                    "rocksdb_table_readers",
                    Unit.BYTES,
                    "memory of what is known of open files, outside the block cache"),
            new Property(
                    "rocksdb.estimate-pending-compaction-bytes",
                    "rocksdb_pending_compaction",
                    Unit.BYTES,
                    "what has still to be merged; RocksDB slows writes down when it grows too much"),
            new Property("rocksdb.total-sst-files-size", "rocksdb_table_files", Unit.BYTES, "files of rows"),
            new Property("rocksdb.total-blob-file-size", "rocksdb_blob_files", Unit.BYTES, "files of large values"),
            new Property(
                    "rocksdb.live-blob-file-garbage-size",
                    "rocksdb_blob_garbage",
                    Unit.BYTES,
                    "what of the files of large values nothing refers to any more"));

    private static final List<Property> OF_ALL = List.of(
            new Property(
                    "rocksdb.num-running-flushes", "rocksdb_running_flushes", Unit.NUMBER, "memtables being written"),
            new Property(
                    "rocksdb.num-running-compactions",
                    "rocksdb_running_compactions",
                    Unit.NUMBER,
                    "merges of files under way"),
            new Property(
                    "rocksdb.is-write-stopped",
                    "rocksdb_writes_stopped",
                    Unit.NUMBER,
                    "1 while writes wait for merges, otherwise 0"),
            new Property(
                    "rocksdb.actual-delayed-write-rate",
                    "rocksdb_delayed_bytes_a_second",
                    Unit.NUMBER,
                    "bytes a second to which writes are held while merges catch up; 0 where they are not"),
            new Property("rocksdb.num-snapshots", "rocksdb_snapshots", Unit.NUMBER, "moments that readers hold on to"));

    private EngineMetrics() {}

    static List<StoreMetric> of(RocksDB db, Cache cache, RocksStoreOptions options) throws RocksDBException {
        List<StoreMetric> metrics = new ArrayList<>();
        metrics.add(
                new Level("rocksdb_block_cache_used", Unit.BYTES, "blocks and memtables in memory", cache.getUsage()));
        metrics.add(new Level(
                "rocksdb_block_cache_pinned",
                Unit.BYTES,
                "what of the blocks in memory is in use just now",
                cache.getPinnedUsage()));
        metrics.add(new Level(
                "rocksdb_block_cache_limit",
                Unit.BYTES,
                "memory that blocks and memtables may take",
                options.cacheBytes()));
        for (Property one : OF_FAMILIES) {
            metrics.add(new Level(
                    one.name(), one.unit(), one.meaning(), unsigned(db.getAggregatedLongProperty(one.property()))));
        }
        for (Property one : OF_ALL) {
            metrics.add(new Level(one.name(), one.unit(), one.meaning(), unsigned(db.getLongProperty(one.property()))));
        }
        metrics.add(new Total(
                "rocksdb_background_errors",
                Unit.NUMBER,
                "failures of RocksDB's own threads",
                unsigned(db.getLongProperty("rocksdb.background-errors"))));
        List<LogFile> logs = db.getSortedWalFiles();
        long bytes = logs.stream().mapToLong(LogFile::sizeFileBytes).sum();
        metrics.add(new Level("rocksdb_wal", Unit.BYTES, "log that a start would read again", bytes));
        metrics.add(new Level(
                "rocksdb_wal_files", Unit.NUMBER, "files of the log that a start would read again", logs.size()));
        return metrics;
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : value + 0x1p64;
    }
}
