package dev.replicator.rocksdb;

import dev.replicator.store.Backups;
import dev.replicator.store.Database;
import dev.replicator.store.DatabaseEvents;
import dev.replicator.store.Store;
import dev.replicator.store.StoreException;
import dev.replicator.store.StoreMetric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A store in a folder of the file system, on RocksDB. One process at a time has it open.
 *
 * <p>Its methods, and those of its databases, may be called from any thread; a platform thread is best, since a native
 * call holds on to the carrier of a virtual one.
 */
public final class RocksStore implements Store {
    private static final String STORE = "(none)";

    private final DataFolder folder;
    private final Engine engine;
    private final Room room;
    private final Pipeline pipeline;
    private final RocksEvents events;
    private final Catalog catalog;
    private final Recovery recovery;
    private final String uuid;
    private boolean closed;

    /**
     * Opens the store of a folder, and makes it where there is none.
     *
     * @throws StoreException.CannotOpen where the folder is in use, not writable or of another format version; nothing
     *     was changed then
     */
    public static RocksStore open(Path folder, RocksStoreOptions options) {
        return open(folder, options, disk -> disk);
    }

    /** @param disk stands between the committer and the disk: tests have it fail */
    static RocksStore open(Path folder, RocksStoreOptions options, UnaryOperator<Consumer<byte[]>> disk) {
        DataFolder data = DataFolder.prepare(folder.toAbsolutePath().normalize());
        Engine engine = Engine.open(data, options);
        try {
            data.dropCheckpoint();
            return new RocksStore(engine, data, options, disk.apply(engine::writeSynced));
        } catch (StoreException e) {
            engine.close();
            throw DataFolder.refused(data.path() + " cannot be opened: " + e.getMessage(), e);
        } catch (IOException e) {
            engine.close();
            throw DataFolder.refused(data.path() + " cannot be used: " + e, e);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private RocksStore(Engine engine, DataFolder folder, RocksStoreOptions options, Consumer<byte[]> disk) {
        this.folder = folder;
        this.engine = engine;
        this.room = new Room(folder.path());
        this.uuid = readOrMakeUuid(engine);
        EventLog log = new EventLog(engine, DatabaseEvents.MAX_DELETIONS);
        this.events = new RocksEvents(engine, log);
        this.pipeline = new Pipeline(engine, room, disk, log, options.writerThreads());
        try {
            this.catalog = new Catalog(engine, pipeline, new DroppedDatabases(engine, pipeline));
        } catch (RuntimeException e) {
            // What it began must not outlive the RocksDB it works on.
            pipeline.close();
            throw e;
        }
        this.recovery = new Recovery(engine, folder, log, catalog);
    }

    private static String readOrMakeUuid(Engine engine) {
        byte[] row = engine.get(Family.META, MetaKeys.UUID);
        if (row != null) {
            return RowReader.of(STORE, Family.META, MetaKeys.UUID, row).restText();
        }
        String uuid = UUID.randomUUID().toString().replace("-", "");
        Rows rows = new Rows();
        ByteWriter value = new ByteWriter(33).u8(RowReader.PLAIN).raw(uuid.getBytes(StandardCharsets.US_ASCII));
        rows.put(engine.number(Family.META), MetaKeys.UUID, value.toBytes());
        engine.writeSynced(rows.toBatch());
        return uuid;
    }

    /**
     * Has ordinary writes refused with {@link StoreException.NoRoom} while the disk is nearly full. Without, whatever
     * fits is written.
     *
     * @param rules asked about once a second; must not block
     */
    public void reserveRoom(Supplier<RoomRules> rules) {
        room.rules(rules);
    }

    private <T> T inside(Supplier<T> work) {
        try (Gate.Pass _ = engine.gate.enter()) {
            return work.get();
        }
    }

    @Override
    public String uuid() {
        return uuid;
    }

    @Override
    public Optional<Database> database(String name) {
        return inside(() -> catalog.find(name).map(database -> database));
    }

    @Override
    public Optional<Database> opened(String name) {
        return inside(() -> catalog.opened(name).map(database -> database));
    }

    @Override
    public Optional<Database> create(String name) {
        return inside(() -> {
            room.requireForMore();
            return catalog.create(name).map(database -> database);
        });
    }

    @Override
    public boolean delete(String name) {
        return inside(() -> catalog.delete(name));
    }

    @Override
    public List<String> names() {
        return inside(catalog::names);
    }

    @Override
    public DatabaseEvents events() {
        return events;
    }

    @Override
    public Optional<byte[]> setting(String key) {
        return inside(() -> {
            byte[] rowKey = MetaKeys.setting(key);
            byte[] row = engine.get(Family.META, rowKey);
            if (row == null) {
                return Optional.empty();
            }
            RowReader.of(STORE, Family.META, rowKey, row);
            return Optional.of(Arrays.copyOfRange(row, 1, row.length));
        });
    }

    @Override
    public void putSetting(String key, byte[] value) {
        inside(() -> {
            SingleBatch batch = new SingleBatch();
            ByteWriter row =
                    new ByteWriter(1 + value.length).u8(RowReader.PLAIN).raw(value);
            batch.rows().put(engine.number(Family.META), MetaKeys.setting(key), row.toBytes());
            pipeline.committer().submit(batch);
            batch.join();
            return null;
        });
    }

    /**
     * The backups of this store in a folder.
     *
     * @param into not within the data folder, nor around it
     * @param beside names of files in the data folder that are not the store's own and belong to a backup, where they
     *     are there
     * @throws IllegalArgumentException where the one folder is within the other; the message is for the operator
     */
    public Backups backups(Path into, List<String> beside) {
        BackupFolder target = BackupFolder.at(into);
        if (target.path().startsWith(folder.path()) || folder.path().startsWith(target.path())) {
            throw new IllegalArgumentException("backups of " + folder.path() + " cannot be kept in " + target.path()
                    + ": one is within the other");
        }
        return new StoreBackups(uuid, folder, this::checkpoint, target, beside);
    }

    private void checkpoint() {
        inside(() -> {
            engine.checkpoint(folder.checkpoint());
            return null;
        });
    }

    @Override
    public List<StoreMetric> metrics() {
        return inside(() -> {
            List<StoreMetric> metrics = new ArrayList<>(pipeline.committer().metrics());
            metrics.addAll(engine.metrics());
            return metrics;
        });
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        recovery.close();
        engine.gate.close();
        pipeline.close();
        engine.close();
    }
}
