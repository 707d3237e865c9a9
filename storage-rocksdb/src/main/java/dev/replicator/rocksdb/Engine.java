package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import dev.replicator.store.StoreMetric;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.rocksdb.Checkpoint;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The open RocksDB: reads, writes and the order in which everything is closed.
 *
 * <p>Thread-safe. Failures are {@link StoreException}s. Callers on threads that are not the store's own stay inside
 * {@link #gate} while they use it.
 *
 * <p>After a failed write RocksDB takes no further ones; {@link #reopen} begins anew from what is on the disk, while
 * everybody who uses it waits or is refused.
 *
 * <p>On durability: a write with {@code sync} returns when all that was written before it is durable as well, also
 * without {@code sync} and also where RocksDB began a new log file in between: {@code DBImpl::WriteToWAL} syncs every
 * log file that is not synced yet, before the rows become visible. And {@code PointInTimeRecovery} recovers a prefix of
 * the log. So what a row refers to may be written without {@code sync} before it.
 */
final class Engine implements AutoCloseable {
    private static final int NOT_FOUND = RocksDB.NOT_FOUND;

    /** A batch of nothing: its header alone. */
    private static final byte[] EMPTY = new byte[12];

    final Gate gate = new Gate();

    private final DataFolder folder;
    private final RocksStoreOptions options;
    private final Map<Family, Integer> numbers = new EnumMap<>(Family.class);
    private volatile long openId = new SecureRandom().nextLong();
    /** Null while it could not be opened again. */
    private volatile OpenDb open;

    private volatile Consumer<StoreException> failedWrites = _ -> {};

    static Engine open(DataFolder folder, RocksStoreOptions options) {
        NativeLibrary.load(folder.nativeLibrary());
        return new Engine(folder, options, OpenDb.writable(folder, options));
    }

    /**
     * Opens a store for reads alone and changes nothing in its folder.
     *
     * @param strict whether a log that is damaged, but for its end, is refused; otherwise it is read up to there
     * @param scratch a folder for the native library and for what RocksDB has to say
     */
    static Engine openReadOnly(DataFolder folder, RocksStoreOptions options, boolean strict, Path scratch) {
        NativeLibrary.load(scratch);
        return new Engine(folder, options, OpenDb.readOnly(folder, options, strict, scratch));
    }

    private Engine(DataFolder folder, RocksStoreOptions options, OpenDb opened) {
        this.folder = folder;
        this.options = options;
        this.open = opened;
        for (Family family : Family.values()) {
            numbers.put(family, open.family(family).getID());
        }
    }

    private OpenDb open() {
        OpenDb current = open;
        if (current == null) {
            throw new StoreException.Unavailable("the store could not be opened again after a failed write", null);
        }
        return current;
    }

    /** Has somebody told of every write that RocksDB refuses, on the thread that wrote. */
    void onFailedWrite(Consumer<StoreException> listener) {
        failedWrites = listener;
    }

    /** Whether RocksDB takes writes, which it does again by itself where a full disk has room. */
    boolean takesWrites() {
        OpenDb current = open;
        if (current == null) {
            return false;
        }
        try (WriteBatch nothing = new WriteBatch(EMPTY)) {
            current.db.write(current.synced, nothing);
            return true;
        } catch (RocksDBException e) {
            return false;
        }
    }

    /**
     * Closes RocksDB and opens it again: what is in its log is there then, what was acknowledged and what was not.
     * Within {@link Gate#alone} only.
     *
     * @throws StoreException.CannotOpen where it cannot be; nothing can be read or written then
     */
    void reopen() {
        OpenDb former = open;
        open = null;
        if (former != null) {
            former.close();
        }
        open = OpenDb.writable(folder, options);
        openId = new SecureRandom().nextLong();
    }

    /** A random name of this open of RocksDB. */
    long openId() {
        return openId;
    }

    /** What rows name a column family by. */
    int number(Family family) {
        return numbers.get(family);
    }

    View view() {
        return new View(open().db);
    }

    /** The value of a row as it is now, or null. */
    byte[] get(Family family, byte[] key) {
        return get(family, open().now, key);
    }

    byte[] get(Family family, View view, byte[] key) {
        return get(family, view.options(), key);
    }

    private byte[] get(Family family, ReadOptions options, byte[] key) {
        try {
            OpenDb current = open();
            return current.db.get(current.family(family), options, key);
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
            OpenDb current = open();
            int length = current.db.get(
                    current.family(family), current.now, key.buffer(), 0, key.length(), into, 0, into.length);
            return length == NOT_FOUND ? -1 : length;
        } catch (RocksDBException e) {
            throw Failures.of(e);
        }
    }

    /** The rows between two keys, at a view's moment. */
    RowIterator rows(Family family, View view, byte[] from, byte[] to) {
        OpenDb current = open();
        return new RowIterator(current.db, current.family(family), view, from, to);
    }

    /** The rows between two keys as they are now. */
    RowIterator rows(Family family, byte[] from, byte[] to) {
        OpenDb current = open();
        return new RowIterator(current.db, current.family(family), null, from, to);
    }

    /** Writes a batch as {@link Rows} makes it, and returns when it is durable. */
    void writeSynced(byte[] batch) {
        write(open().synced, batch);
    }

    /** Writes a batch that becomes durable with the next synced one. */
    void writeUnsynced(byte[] batch) {
        write(open().unsynced, batch);
    }

    private void write(WriteOptions options, byte[] batch) {
        try (WriteBatch rows = new WriteBatch(batch)) {
            open().db.write(options, rows);
        } catch (RocksDBException e) {
            throw failedWrite(e);
        }
    }

    private StoreException failedWrite(RocksDBException failure) {
        StoreException reason = Failures.of(failure);
        failedWrites.accept(reason);
        return reason;
    }

    /**
     * Makes a folder of RocksDB's files as they are now: all that was written is in them. It costs nothing where the
     * file system knows hard links.
     */
    void checkpoint(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.create(open().db)) {
            checkpoint.createCheckpoint(folder.toString());
        } catch (RocksDBException e) {
            throw Failures.of(e);
        }
    }

    /** Deletes a range of rows, where they are many. Becomes durable with the next synced write. */
    void deleteRange(Family family, byte[] from, byte[] to) {
        try {
            OpenDb current = open();
            current.db.deleteFilesInRanges(current.family(family), List.of(from, to), false);
            current.db.deleteRange(current.family(family), current.unsynced, from, to);
        } catch (RocksDBException e) {
            throw failedWrite(e);
        }
    }

    /** Merges the files of a range into one level: what was deleted there takes no space any more. */
    void compact(Family family, byte[] from, byte[] to) {
        try {
            OpenDb current = open();
            current.db.compactRange(current.family(family), from, to);
        } catch (RocksDBException e) {
            throw Failures.of(e);
        }
    }

    /**
     * About how many bytes a range takes in files and in memory. RocksDB does not know what of its blob files belongs
     * to a range: of those it takes the part that the range has of the other files.
     */
    long sizeOf(Family family, byte[] from, byte[] to) {
        OpenDb current = open();
        return Sizes.of(current.db, current.family(family), from, to);
    }

    /** The files of rows that RocksDB reads from. */
    List<Path> files() {
        return open().db.getLiveFilesMetaData().stream()
                .map(file -> Path.of(file.path(), file.fileName()))
                .toList();
    }

    /** What RocksDB tells of itself. */
    List<StoreMetric> metrics() {
        try {
            OpenDb current = open();
            return EngineMetrics.of(current.db, current.cache, options);
        } catch (RocksDBException e) {
            throw Failures.of(e);
        }
    }

    /** Ends the merging of files under way, whose callers get an exception. */
    void cancelBackgroundWork() {
        OpenDb current = open;
        if (current != null) {
            current.db.cancelAllBackgroundWork(true);
        }
    }

    @Override
    public void close() {
        gate.close();
        OpenDb current = open;
        if (current != null) {
            current.close();
        }
    }

    /** A buffer of at least a size, with what is in it. */
    static byte[] grown(byte[] buffer, int needed) {
        return needed <= buffer.length ? buffer : Arrays.copyOf(buffer, Math.max(needed, buffer.length * 2));
    }
}
