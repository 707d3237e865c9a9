package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/** A RocksDB that was opened, with all that has to be closed after it. */
final class OpenDb implements AutoCloseable {
    private static final long MAX_LOG_BYTES = 128L << 20;
    private static final long BYTES_PER_SYNC = 1 << 20;
    private static final long MAX_INFO_LOG_BYTES = 4 << 20;

    final RocksDB db;
    final Cache cache;
    final ReadOptions now;
    final WriteOptions synced;
    final WriteOptions unsynced;
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();
    private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);

    /**
     * Opens it for reads and writes, and makes it where it is not there.
     *
     * @throws StoreException.CannotOpen with a line for the operator
     */
    static OpenDb writable(DataFolder folder, RocksStoreOptions options) {
        return new OpenDb(folder, options, WALRecoveryMode.PointInTimeRecovery, null);
    }

    /**
     * Opens it for reads, and changes nothing in its folder.
     *
     * @param strict whether a log that is damaged, but for its end, is refused; otherwise it is read up to there
     * @param scratch a folder for what RocksDB has to say
     * @throws StoreException.CannotOpen with a line for the operator
     */
    static OpenDb readOnly(DataFolder folder, RocksStoreOptions options, boolean strict, Path scratch) {
        WALRecoveryMode mode =
                strict ? WALRecoveryMode.TolerateCorruptedTailRecords : WALRecoveryMode.PointInTimeRecovery;
        return new OpenDb(folder, options, mode, scratch);
    }

    private OpenDb(DataFolder folder, RocksStoreOptions options, WALRecoveryMode mode, Path scratchOrNull) {
        RocksDB opened = null;
        try {
            now = kept(new ReadOptions());
            synced = kept(new WriteOptions().setSync(true));
            unsynced = kept(new WriteOptions());
            cache = kept(new LRUCache(options.cacheBytes()));
            opened = openDb(folder, options, mode, scratchOrNull);
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

    private RocksDB openDb(DataFolder folder, RocksStoreOptions options, WALRecoveryMode mode, Path scratchOrNull)
            throws RocksDBException {
        BloomFilter filter = kept(Family.filter());
        WriteBufferManager buffers = kept(new WriteBufferManager(options.writeBufferBytes(), cache));
        DBOptions dbOptions = kept(dbOptions(options, buffers).setWalRecoveryMode(mode));
        if (scratchOrNull == null) {
            // With it, RocksDB takes writes again by itself once a full disk has room.
            dbOptions.setSstFileManager(kept(new SstFileManager(Env.getDefault())));
        } else {
            dbOptions.setDbLogDir(scratchOrNull.toString());
        }
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, kept(new ColumnFamilyOptions())));
        for (Family family : Family.values()) {
            descriptors.add(new ColumnFamilyDescriptor(family.nameBytes(), kept(family.options(cache, filter))));
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        String path = folder.rocksdb().toString();
        RocksDB opened = scratchOrNull == null
                ? RocksDB.open(dbOptions, path, descriptors, handles)
                : RocksDB.openReadOnly(dbOptions, path, descriptors, handles);
        kept(opened);
        handles.forEach(this::kept);
        Iterator<ColumnFamilyHandle> rest = handles.listIterator(1);
        for (Family family : Family.values()) {
            ColumnFamilyHandle handle = rest.next();
            families.put(family, handle);
        }
        return opened;
    }

    private static DBOptions dbOptions(RocksStoreOptions options, WriteBufferManager buffers) {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
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

    ColumnFamilyHandle family(Family family) {
        return families.get(family);
    }

    @Override
    public void close() {
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
}
