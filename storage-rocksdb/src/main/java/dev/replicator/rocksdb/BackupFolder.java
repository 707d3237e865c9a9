package dev.replicator.rocksdb;

import dev.replicator.store.Backup;
import dev.replicator.store.BackupProgress;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of the backups of one store: {@code docs/FORMAT.md} says what is in it. A backup counts from when its
 * manifest has its name; everything it names is on the disk by then.
 *
 * <p>Thread-safe, also towards other processes: whoever finds it in use is told so by an {@link IOException}. What
 * takes long can be interrupted.
 */
public final class BackupFolder {
    private static final Logger LOG = LoggerFactory.getLogger(BackupFolder.class);

    private static final String SUFFIX = ".manifest";

    private final Path path;
    private final BackupFiles files;

    private BackupFolder(Path path) {
        this.path = path;
        this.files = new BackupFiles(path.resolve("files"));
    }

    /** One that need not be there yet: the first backup makes it. */
    public static BackupFolder at(Path path) {
        return new BackupFolder(path.toAbsolutePath().normalize());
    }

    Path path() {
        return path;
    }

    /** What there is to copy. */
    interface Sources extends AutoCloseable {
        /** The files by their paths in the data folder. Those of {@code rocksdb/} never change while they exist. */
        SortedMap<String, Path> files() throws IOException;

        /** They are not needed any more. */
        @Override
        void close() throws IOException;
    }

    /**
     * Makes a backup.
     *
     * @param sources asked once nobody else can be at work here, and closed by then
     */
    Backup add(String store, Sources sources, BackupProgress progress) throws IOException, InterruptedException {
        PrivateFolders.create(path.resolve("files"));
        Durable.namesDownTo(path);
        return alone(() -> {
            List<Manifest> before = readable();
            for (Manifest manifest : before) {
                if (!manifest.store().equals(store)) {
                    throw new IOException(path + " holds backups of another store, " + manifest.store());
                }
            }
            try (sources) {
                Instant time = Instant.now();
                BackupCopy copy = new BackupCopy(files, before, sources.files(), progress);
                Manifest made = copy.run(nextNumber(), store, time);
                Durable.write(manifest(made.number()), made.toBytes());
                return made.backup();
            } finally {
                dropUnused();
            }
        });
    }

    /** The backups there are, the oldest first. One whose manifest cannot be read is left out, and logged. */
    public List<Backup> list() throws IOException {
        return readable().stream().map(Manifest::backup).toList();
    }

    /**
     * Deletes the oldest backups, and the files that only those had.
     *
     * @param newest how many stay, at least 1
     */
    public void keep(int newest) throws IOException, InterruptedException {
        if (newest < 1) {
            throw new IllegalArgumentException("at least one backup is kept, not " + newest);
        }
        if (!Files.exists(path)) {
            return;
        }
        alone(() -> {
            List<Manifest> all = readable();
            for (Manifest old : all.subList(0, Math.max(0, all.size() - newest))) {
                Files.delete(manifest(old.number()));
            }
            Durable.names(path);
            dropUnused();
            return null;
        });
    }

    /**
     * Reads all files of a backup.
     *
     * @return what is wrong with it, file by file; nothing where it is sound
     */
    public List<String> check(long number, BackupProgress progress) throws IOException, InterruptedException {
        Manifest manifest = read(number);
        return reading(() -> {
            List<String> problems = new ArrayList<>();
            long total = manifest.backup().bytes();
            long[] done = {0};
            for (Manifest.Entry entry : manifest.entries()) {
                try {
                    files.check(entry, bytes -> progress.told(done[0] += bytes, total));
                } catch (ClosedByInterruptException e) {
                    throw e;
                } catch (IOException e) {
                    problems.add(e.getMessage());
                }
            }
            return problems;
        });
    }

    /**
     * Brings a backup back as a data folder, every file checked. The folder has its name only once all is in it and on
     * the disk; until then what is there stands beside it, with {@code .restoring} behind its name.
     *
     * @param to is not there, or is empty
     * @throws IOException where something is there, or the backup is damaged: the message names the file
     */
    public void restore(long number, Path to, BackupProgress progress) throws IOException, InterruptedException {
        Manifest manifest = read(number);
        reading(() -> {
            new Restoring(manifest, files).into(to.toAbsolutePath().normalize(), progress);
            return null;
        });
    }

    /** What is wrong with backups that {@link #list} leaves out. */
    public List<String> damaged() throws IOException {
        List<String> problems = new ArrayList<>();
        for (long number : numbers()) {
            try {
                read(number);
            } catch (IOException e) {
                problems.add(e.getMessage());
            }
        }
        return problems;
    }

    private List<Manifest> readable() throws IOException {
        List<Manifest> manifests = new ArrayList<>();
        for (long number : numbers()) {
            try {
                manifests.add(read(number));
            } catch (IOException e) {
                LOG.error("{}: {}", path, e.getMessage());
            }
        }
        return manifests;
    }

    private Manifest read(long number) throws IOException {
        if (!numbers().contains(number)) {
            throw new IOException(path + " has no backup " + number);
        }
        return Manifest.parse(number, Files.readAllBytes(manifest(number)));
    }

    private List<Long> numbers() throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(path)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d{1,18}" + Pattern.quote(SUFFIX)))
                    .map(name -> Long.valueOf(name.substring(0, name.length() - SUFFIX.length())))
                    .sorted()
                    .toList();
        }
    }

    private long nextNumber() throws IOException {
        List<Long> numbers = numbers();
        return numbers.isEmpty() ? 1 : numbers.getLast() + 1;
    }

    private Path manifest(long number) {
        return path.resolve(number + SUFFIX);
    }

    /** Only where it is known of each backup what it needs. */
    private void dropUnused() throws IOException {
        List<Manifest> manifests = readable();
        if (manifests.size() < numbers().size()) {
            return;
        }
        Set<String> used = new HashSet<>();
        manifests.forEach(manifest -> manifest.entries().forEach(entry -> used.add(entry.sha256())));
        files.keepOnly(used);
    }

    private interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    /** Nobody deletes what is read; where nothing can be written, nobody could. */
    private <T> T reading(Work<T> work) throws IOException, InterruptedException {
        return Files.isWritable(path) ? alone(work) : interruptible(work);
    }

    private <T> T alone(Work<T> work) throws IOException, InterruptedException {
        try (FileChannel channel =
                        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw inUse();
            }
            return interruptible(work);
        } catch (OverlappingFileLockException _) {
            throw inUse();
        }
    }

    private <T> T interruptible(Work<T> work) throws IOException, InterruptedException {
        try {
            return work.run();
        } catch (ClosedByInterruptException e) {
            boolean _ = Thread.interrupted();
            InterruptedException interrupted = new InterruptedException("interrupted at work in " + path);
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private IOException inUse() {
        return new IOException(path + " is in use: another backup, or a restore, is under way");
    }
}
