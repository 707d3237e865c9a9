package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/**
 * Looks at all that a data folder holds, and changes nothing: the checksums of all files, then for every database that
 * its rows can be read and agree with each other.
 *
 * <p>Needs memory for the conflicts and the attachments' digests of one database at a time. One thread.
 */
public final class FolderCheck {
    private static final String STORE = "(none)";

    private final Engine engine;
    private final Listener listener;
    private int files;
    private long documents;
    private long attachments;
    private long problems;

    private FolderCheck(Engine engine, Listener listener) {
        this.engine = engine;
        this.listener = listener;
    }

    /** Told how far it is and what is wrong. */
    public interface Listener {
        /** @param what is looked at: {@code files}, or a database */
        void progress(String what, long done, long total);

        /** @param line for the operator; names a file, or a database and what in it */
        void problem(String line);
    }

    /** What was looked at, and how many problems were told of. */
    public record Report(int files, int databases, long documents, long attachments, long problems) {}

    /**
     * Checks a folder that no server has open.
     *
     * @param scratch a folder for temporary files
     * @throws StoreException.CannotOpen where it is no store's, in use, or so damaged that it cannot be opened
     */
    public static Report run(Path folder, Path scratch, Listener listener) {
        DataFolder data = DataFolder.existing(folder.toAbsolutePath().normalize());
        Optional<StoreException> damagedLog = Optional.empty();
        Engine engine;
        try {
            engine = Engine.openReadOnly(data, RocksStoreOptions.DEFAULT, true, scratch);
        } catch (StoreException.CannotOpen e) {
            engine = Engine.openReadOnly(data, RocksStoreOptions.DEFAULT, false, scratch);
            damagedLog = Optional.of(e);
        }
        try (Engine opened = engine) {
            FolderCheck check = new FolderCheck(opened, listener);
            damagedLog.ifPresent(reason -> check.problem("the log is damaged: " + reason.getMessage()));
            return check.run();
        }
    }

    private Report run() {
        checkFiles();
        Map<String, Integer> databases = databases();
        databases.forEach((name, number) -> {
            DatabaseCheck check = new DatabaseCheck(engine, name, number, listener::progress, this::problem);
            check.run();
            documents += check.documents();
            attachments += check.attachments();
        });
        return new Report(files, databases.size(), documents, attachments, problems);
    }

    private void problem(String line) {
        problems++;
        listener.problem(line);
    }

    private void checkFiles() {
        List<Path> all = new ArrayList<>(engine.files());
        for (Path file : all) {
            listener.progress("files", files, all.size());
            try (Options options = new Options();
                    SstFileReader reader = new SstFileReader(options)) {
                reader.open(file.toString());
                reader.verifyChecksum();
            } catch (RocksDBException e) {
                problem("file " + file + ": " + e.getMessage());
            }
            files++;
        }
        listener.progress("files", files, all.size());
    }

    private Map<String, Integer> databases() {
        Map<String, Integer> databases = new TreeMap<>();
        byte[] from = MetaKeys.databases();
        try (RowIterator rows = engine.rows(Family.META, from, Keys.after(from)).first()) {
            for (; rows.valid(); rows.next()) {
                byte[] key = rows.key();
                databases.put(
                        MetaKeys.textOf(key),
                        RowReader.of(STORE, Family.META, key, rows.value()).u32());
            }
        } catch (StoreException e) {
            problem("the list of databases: " + e.getMessage());
        }
        return databases;
    }
}
