package dev.replicator.rocksdb;

import dev.replicator.rocksdb.RocksDatabase.Identity;
import dev.replicator.store.DatabaseEvent;
import dev.replicator.store.StoreException;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The databases by name: found, made and deleted. Of those nobody holds, nothing is kept in memory.
 *
 * <p>Thread-safe; what is done to one name is done one after the other.
 */
final class Catalog {
    private static final String STORE = "(none)";
    private static final int LOCKS = 64;

    private final Engine engine;
    private final Pipeline pipeline;
    private final DroppedDatabases dropped;
    private final Map<String, Handle> open = new ConcurrentHashMap<>();
    private final ReferenceQueue<RocksDatabase> unused = new ReferenceQueue<>();
    private final Object[] locks = new Object[LOCKS];
    private final Object numbers = new Object();
    /** The lowest number that was never given. Guarded by {@code numbers}. */
    private int next;

    Catalog(Engine engine, Pipeline pipeline, DroppedDatabases dropped) {
        this.engine = engine;
        this.pipeline = pipeline;
        this.dropped = dropped;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
        byte[] row = engine.get(Family.META, MetaKeys.NEXT_DATABASE);
        next = row == null
                ? 1
                : RowReader.of(STORE, Family.META, MetaKeys.NEXT_DATABASE, row).u32();
    }

    private Object lock(String name) {
        return locks[Math.floorMod(name.hashCode(), LOCKS)];
    }

    Optional<RocksDatabase> find(String name) {
        RocksDatabase known = known(name);
        if (known != null) {
            return Optional.of(known);
        }
        synchronized (lock(name)) {
            return load(name);
        }
    }

    /** As {@link #find}, of those alone that are in memory. */
    Optional<RocksDatabase> opened(String name) {
        return Optional.ofNullable(known(name));
    }

    private RocksDatabase known(String name) {
        Handle handle = open.get(name);
        RocksDatabase database = handle == null ? null : handle.get();
        return database == null || database.isGone() ? null : database;
    }

    private Optional<RocksDatabase> load(String name) {
        RocksDatabase known = known(name);
        if (known != null) {
            return Optional.of(known);
        }
        byte[] key = MetaKeys.database(name);
        byte[] row = engine.get(Family.META, key);
        if (row == null) {
            return Optional.empty();
        }
        RowReader in = RowReader.of(name, Family.META, key, row);
        return Optional.of(keep(new Identity(in.u32(), name, in.varint())));
    }

    private RocksDatabase keep(Identity identity) {
        RocksDatabase database = new RocksDatabase(engine, pipeline, identity);
        for (Reference<?> past = unused.poll(); past != null; past = unused.poll()) {
            Handle handle = (Handle) past;
            open.remove(handle.name, handle);
        }
        open.put(identity.name(), new Handle(database, unused));
        return database;
    }

    /** A database as long as anybody else holds it. */
    private static final class Handle extends WeakReference<RocksDatabase> {
        private final String name;

        Handle(RocksDatabase database, ReferenceQueue<RocksDatabase> unused) {
            super(database, unused);
            this.name = database.name();
        }
    }

    /** Has all databases in memory take for true what is on the disk; returns them. While RocksDB is opened again. */
    List<RocksDatabase> reopened() {
        List<RocksDatabase> known = new ArrayList<>();
        for (Handle handle : List.copyOf(open.values())) {
            RocksDatabase database = handle.get();
            if (database != null && !database.isGone()) {
                byte[] key = MetaKeys.database(database.name());
                byte[] row = engine.get(Family.META, key);
                boolean there = row != null
                        && RowReader.of(database.name(), Family.META, key, row).u32() == database.number();
                database.reopened(there);
                if (!there) {
                    open.remove(database.name(), handle);
                    dropped.add(database);
                }
                known.add(database);
            }
        }
        dropped.reopened();
        return known;
    }

    Optional<RocksDatabase> create(String name) {
        synchronized (lock(name)) {
            byte[] key = MetaKeys.database(name);
            if (engine.get(Family.META, key) != null) {
                return Optional.empty();
            }
            SingleBatch batch = new SingleBatch(new DatabaseEventRow(name, DatabaseEvent.Type.CREATED));
            Identity identity;
            synchronized (numbers) {
                if (next < 0) {
                    throw new StoreException.Unavailable("there are no numbers left for databases", null);
                }
                // Handed over in the order of their numbers, so that the last written is the highest.
                identity = new Identity(next++, name, dropped.startTimeFor(name));
                putRows(batch.rows(), key, identity);
                pipeline.committer().submit(batch);
            }
            batch.join();
            return Optional.of(keep(identity));
        }
    }

    private void putRows(Rows rows, byte[] key, Identity identity) {
        int meta = engine.number(Family.META);
        ByteWriter value = new ByteWriter(16).u8(RowReader.PLAIN).u32(identity.number());
        rows.put(meta, key, value.varint(identity.startTime()).toBytes());
        value.clear().u8(RowReader.PLAIN).u32(identity.number() + 1);
        rows.put(meta, MetaKeys.NEXT_DATABASE, value.toBytes());
        new EpochRows(engine, identity.number(), identity.name()).put(rows, 0, Epochs.newName());
        Derived.putVersions(engine, rows, new Keys(identity.number()));
    }

    boolean delete(String name) {
        synchronized (lock(name)) {
            Optional<RocksDatabase> found = load(name);
            if (found.isEmpty()) {
                return false;
            }
            RocksDatabase database = found.get();
            database.perform(new SmallCommand(chunk -> drop(chunk, database), database::markGone));
            open.remove(name);
            dropped.add(database);
            return true;
        }
    }

    private void drop(ChunkBuilder chunk, RocksDatabase database) {
        chunk.ledger().dropped = true;
        chunk.rows().delete(engine.number(Family.META), MetaKeys.database(database.name()));
        ByteWriter value = new ByteWriter(64).u8(RowReader.PLAIN).varint(database.startTime());
        value.raw(database.name().getBytes(StandardCharsets.UTF_8));
        chunk.rows().put(engine.number(Family.META), MetaKeys.dropped(database.number()), value.toBytes());
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        byte[] from = MetaKeys.databases();
        try (RowIterator rows = engine.rows(Family.META, from, Keys.after(from)).first()) {
            for (; rows.valid(); rows.next()) {
                names.add(MetaKeys.textOf(rows.key()));
            }
        }
        return names;
    }
}
