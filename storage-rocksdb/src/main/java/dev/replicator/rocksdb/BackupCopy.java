package dev.replicator.rocksdb;

import dev.replicator.store.BackupProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** The copying of one backup's files, of which those that an earlier backup has stay where they are. One thread. */
final class BackupCopy {
    private final BackupFiles files;

    /** What backups before have, by name; of several the newest. */
    private final Map<String, Manifest.Entry> known = new HashMap<>();

    private final SortedMap<String, Path> sources;
    private final BackupProgress progress;
    private long total;
    private long done;

    BackupCopy(BackupFiles files, List<Manifest> before, SortedMap<String, Path> sources, BackupProgress progress)
            throws IOException {
        before.forEach(manifest -> manifest.entries().forEach(entry -> known.put(entry.name(), entry)));
        this.files = files;
        this.sources = sources;
        this.progress = progress;
        for (Path source : sources.values()) {
            total += Files.size(source);
        }
    }

    /** Copies; when this returns all is on the disk, and what was written was read back. */
    Manifest run(long number, String store, Instant time) throws IOException {
        List<Manifest.Entry> entries = new ArrayList<>();
        List<Manifest.Entry> written = new ArrayList<>();
        long newBytes = 0;
        for (Map.Entry<String, Path> source : sources.entrySet()) {
            Optional<Manifest.Entry> same = unchanged(source.getKey(), source.getValue());
            if (same.isPresent()) {
                advance(same.get().bytes());
                entries.add(same.get());
                continue;
            }
            BackupFiles.Added added = files.add(source.getValue(), source.getKey(), this::advance);
            entries.add(added.entry());
            written.add(added.entry());
            newBytes += added.isNew() ? added.entry().bytes() : 0;
        }
        files.sync();
        for (Manifest.Entry entry : written) {
            files.check(entry, _ -> {});
        }
        return new Manifest(number, store, time, newBytes, List.copyOf(entries));
    }

    /**
     * RocksDB writes a file once. A folder whose history was rewound may use a number again: then the file has another
     * time.
     */
    private Optional<Manifest.Entry> unchanged(String name, Path source) throws IOException {
        Manifest.Entry former = known.get(name);
        boolean same = former != null
                && name.startsWith(DataFolder.ROCKSDB + "/")
                && former.bytes() == Files.size(source)
                && former.modified() == BackupFiles.modified(source)
                && files.has(former);
        return same ? Optional.of(former) : Optional.empty();
    }

    private void advance(long bytes) {
        done += bytes;
        // Files that the server keeps beside RocksDB's may have grown since they were counted.
        progress.told(Math.min(done, total), total);
    }
}
