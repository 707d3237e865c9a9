package dev.replicator.rocksdb;

import dev.replicator.store.BackupProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** Brings the files of a backup to where they belong. One thread. */
final class Restoring {
    private final Manifest manifest;
    private final BackupFiles files;
    private long done;

    Restoring(Manifest manifest, BackupFiles files) {
        this.manifest = manifest;
        this.files = files;
    }

    /** As {@link BackupFolder#restore}. */
    void into(Path to, BackupProgress progress) throws IOException {
        expectNothingAt(to);
        if (to.getParent() == null) {
            throw new IOException(to + " cannot be a data folder");
        }
        Files.createDirectories(to.getParent());
        Path partial = to.resolveSibling(to.getFileName() + ".restoring");
        DataFolder.deleteAll(partial);
        boolean whole = false;
        try {
            fill(partial, progress);
            Files.move(partial, to, StandardCopyOption.ATOMIC_MOVE);
            whole = true;
            Durable.namesDownTo(to.getParent());
        } finally {
            if (!whole) {
                DataFolder.deleteAll(partial);
            }
        }
    }

    private static void expectNothingAt(Path to) throws IOException {
        if (!Files.exists(to)) {
            return;
        }
        if (!Files.isDirectory(to)) {
            throw new IOException(to + " is no folder");
        }
        try (Stream<Path> files = Files.list(to)) {
            if (files.findAny().isPresent()) {
                throw new IOException(to + " is not empty: a backup is restored to a folder that is not there");
            }
        }
    }

    private void fill(Path folder, BackupProgress progress) throws IOException {
        PrivateFolders.create(folder);
        Set<Path> folders = new HashSet<>(Set.of(folder));
        long total = manifest.backup().bytes();
        for (Manifest.Entry entry : manifest.entries()) {
            Path file = entry.in(folder);
            if (folders.add(file.getParent())) {
                PrivateFolders.create(file.getParent());
            }
            files.restore(entry, file, bytes -> progress.told(done += bytes, total));
        }
        for (Path made : folders) {
            Durable.names(made);
        }
    }
}
