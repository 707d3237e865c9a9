package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import dev.replicator.store.StoreMetric;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Env;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileManager;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * The open RocksDB: reads, writes and the order in which everything is closed.
 *
 * <p>Thread-safe. Failures are {@link StoreException}s. Callers on threads that are not the store's own stay inside
 * {@link #gate} while they use it.
 *
 * <p>On durability: a write with {@code sync} returns when all that was written before it is durable as well, also
 * without {@code sync} and also where RocksDB began a new log file in between: {@code DBImpl::WriteToWAL} syncs every
 * log file that is not synced yet, before the rows become visible. And {@code PointInTimeRecovery} recovers a prefix of
 * the log. So what a row refers to may be written without {@code sync} before it.
 */
final class Engine implements AutoCloseable {
    private static final int NOT_FOUND = RocksDB.NOT_FOUND;
    private static final long MAX_LOG_BYTES = 128L << 20;
    private static final long BYTES_PER_SYNC = 1 << 20;
    private static final long MAX_INFO_LOG_BYTES = 4 << 20;

    final Gate gate = new Gate();

    /** A random name of this open of the store. */
    private final long openId = new SecureRandom().nextLong();

    private final Deque<AutoCloseable> closing = new ArrayDeque<>();
    private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);
    private final Map<Family, Integer> numbers = new EnumMap<>(Family.class);
    private final ReadOptions now;
    private final WriteOptions synced;
    private final WriteOptions unsynced;
    private final RocksStoreOptions options;
    private final Cache cache;
    private final RocksDB db;

    static Engine open(DataFolder folder, RocksStoreOptions options) {
        NativeLibrary.load(folder.nativeLibrary());
        return new Engine(folder, options);
    }

    private Engine(DataFolder folder, RocksStoreOptions options) {
        this.options = options;
        RocksDB opened = null;
        try {
            now = kept(new ReadOptions());
            synced = kept(new WriteOptions().setSync(true));
            unsynced = kept(new WriteOptions());
            cache = kept(new LRUCache(options.cacheBytes()));
            opened = openDb(folder);
        } catch (RocksDBException e) {
            throw refusal(folder, e);
        } finally {
            if (opened == null) {
                closeKept();
            }
        }
        db = opened;
    }

    private <T extends AutoCloseable> T kept(T object) {
        closing.push(object);
        return object;
    }

    private RocksDB openDb(DataFolder folder) throws RocksDBException {
        BloomFilter filter = kept(Family.filter());
        WriteBufferManager buffers = kept(new WriteBufferManager(options.writeBufferBytes(), cache));
        // With it, RocksDB takes writes again by itself once a full disk has room.
        SstFileManager files = kept(new SstFileManager(Env.getDefault()));
        DBOptions dbOptions = kept(dbOptions(options, buffers).setSstFileManager(files));
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, kept(new ColumnFamilyOptions())));
        for (Family family : Family.values()) {
            descriptors.add(new ColumnFamilyDescriptor(family.nameBytes(), kept(family.options(cache, filter))));
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        RocksDB opened = RocksDB.open(dbOptions, folder.rocksdb().toString(), descriptors, handles);
        kept(opened);
        handles.forEach(this::kept);
        Iterator<ColumnFamilyHandle> rest = handles.listIterator(1);
        for (Family family : Family.values()) {
            ColumnFamilyHandle handle = rest.next();
            families.put(family, handle);
            numbers.put(family, handle.getID());
        }
        return opened;
    }

    private static DBOptions dbOptions(RocksStoreOptions options, WriteBufferManager buffers) {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setWriteBufferManager(buffers)
                .setMaxOpenFiles(options.maxOpenFiles())
                .setMaxBackgroundJobs(options.backgroundJobs())
                .setMaxTotalWalSize(MAX_LOG_BYTES)
                .setBytesPerSync(BYTES_PER_SYNC)
                .setStatsDumpPeriodSec(0)
                .setSkipStatsUpdateOnDbOpen(true)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(MAX_INFO_LOG_BYTES)
                .setKeepLogFileNum(3);
    }

    private static StoreException.CannotOpen refusal(DataFolder folder, RocksDBException failure) {
        // RocksDB has no code of its own for it: "While lock file: …" for another process, "lock hold by current
        // process …" for this one.
        String message = String.valueOf(failure.getMessage());
        if (message.contains("While lock file") || message.contains("lock hold by current process")) {
            return DataFolder.refused(folder.path() + " is in use by another process", failure);
        }
        return DataFolder.refused(folder.path() + " cannot be opened: " + message, failure);
    }

    long openId() {
        return openId;
    }

    /** What rows name a column family by. */
    int number(Family family) {
        return numbers.get(family);
    }

    View view() {
        return new View(db);
    }

    /** The value of a row as it is now, or null. */
    byte[] get(Family family, byte[] key) {
        return get(family, now, key);
    }

    byte[] get(Family family, View view, byte[] key) {
        return get(family, view.options(), key);
    }

    private byte[] get(Family family, ReadOptions options, byte[] key) {
        try {
            return db.get(families.get(family), options, key);
        } catch (RocksDBException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Reads the value of a row as it is now into a buffer.
     *
     * @return the value's length, of which as much is in the buffer as fits; -1 where there is no such row
     */
    int get(Family family, ByteWriter key, byte[] into) {
        try {
            int length = db.get(families.get(family), now, key.buffer(), 0, key.length(), into, 0, into.length);
            return length == NOT_FOUND ? -1 : length;
        } catch (RocksDBException e) {
            throw Failures.of(e);
        }
    }

    /** The rows between two keys, at a view's moment. */
    RowIterator rows(Family family, View view, byte[] from, byte[] to) {
        return new RowIterator(db, families.get(family), view, from, to);
    }

    /** The rows between two keys as they are now. */
    RowIterator rows(Family family, byte[] from, byte[] to) {
        return new RowIterator(db, families.get(family), null, from, to);
    }

    /** Writes a batch as {@link Rows} makes it, and returns when it is durable. */
    void writeSynced(byte[] batch) {
        write(synced, batch);
    }

    /** Writes a batch that becomes durable with the next synced one. */
    void writeUnsynced(byte[] batch) {
        write(unsynced, batch);
    }

    private void write(WriteOptions options, byte[] batch) {
        try (WriteBatch rows = new WriteBatch(batch)) {
            db.write(options, rows);
        } catch (RocksDBException e) {
            throw Failures.of(e);
        }
    }

    /** Deletes a range of rows, where they are many. Becomes durable with the next synced write. */
    void deleteRange(Family family, byte[] from, byte[] to) {
        try {
            db.deleteFilesInRanges(families.get(family), List.of(from, to), false);
            db.deleteRange(families.get(family), unsynced, from, to);
        } catch (RocksDBException e) {
            throw Failures.of(e);
        }
    }

    /** Merges the files of a range into one level: what was deleted there takes no space any more. */
    void compact(Family family, byte[] from, byte[] to) {
        try {
            db.compactRange(families.get(family), from, to);
        } catch (RocksDBException e) {
            throw Failures.of(e);
        }
    }

    /**
     * About how many bytes a range takes in files and in memory. RocksDB does not know what of its blob files belongs
     * to a range: of those it takes the part that the range has of the other files.
     */
    long sizeOf(Family family, byte[] from, byte[] to) {
        return Sizes.of(db, families.get(family), from, to);
    }

    /** What RocksDB tells of itself. */
    List<StoreMetric> metrics() {
        try {
            return EngineMetrics.of(db, cache, options);
        } catch (RocksDBException e) {
            throw Failures.of(e);
        }
    }

    /** Ends the merging of files under way, whose callers get an exception. */
    void cancelBackgroundWork() {
        db.cancelAllBackgroundWork(true);
    }

    @Override
    public void close() {
        gate.close();
        closeKept();
    }

    private void closeKept() {
        // The newest first: handles before the database, the database before its options.
        while (!closing.isEmpty()) {
            try {
                closing.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("closing RocksDB", e);
            }
        }
    }

    /** A buffer of at least a size, with what is in it. */
    static byte[] grown(byte[] buffer, int needed) {
        return needed <= buffer.length ? buffer : Arrays.copyOf(buffer, Math.max(needed, buffer.length * 2));
    }
}
