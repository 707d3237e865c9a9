package dev.replicator.rocksdb;

import dev.replicator.store.Backup;
import dev.replicator.store.BackupProgress;
import dev.replicator.store.Backups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Backups of an open store. RocksDB is held open only while it makes its checkpoint, not while files are copied. */
final class StoreBackups implements Backups {
    private final String store;
    private final DataFolder data;
    private final Runnable checkpoint;
    private final BackupFolder target;
    private final List<String> beside;

    /** @param checkpoint has RocksDB's files in {@link DataFolder#checkpoint} */
    StoreBackups(String store, DataFolder data, Runnable checkpoint, BackupFolder target, List<String> beside) {
        this.store = store;
        this.data = data;
        this.checkpoint = checkpoint;
        this.target = target;
        this.beside = List.copyOf(beside);
    }

    @Override
    public synchronized Backup make(BackupProgress progress) throws IOException, InterruptedException {
        return target.add(
                store,
                new BackupFolder.Sources() {
                    @Override
                    public SortedMap<String, Path> files() throws IOException {
                        data.dropCheckpoint();
                        checkpoint.run();
                        return sources();
                    }

                    @Override
                    public void close() throws IOException {
                        data.dropCheckpoint();
                    }
                },
                progress);
    }

    private SortedMap<String, Path> sources() throws IOException {
        SortedMap<String, Path> sources = new TreeMap<>();
        sources.put(DataFolder.VERSION_FILE, data.path().resolve(DataFolder.VERSION_FILE));
        for (String name : beside) {
            if (Files.exists(data.path().resolve(name))) {
                sources.put(name, data.path().resolve(name));
            }
        }
        try (Stream<Path> files = Files.list(data.checkpoint())) {
            files.forEach(file -> sources.put(DataFolder.ROCKSDB + "/" + file.getFileName(), file));
        }
        return sources;
    }

    @Override
    public void keep(int newest) throws IOException, InterruptedException {
        target.keep(newest);
    }

    @Override
    public List<Backup> list() throws IOException {
        return target.list();
    }
}
