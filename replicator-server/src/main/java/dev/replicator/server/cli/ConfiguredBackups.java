package dev.replicator.server.cli;

import dev.replicator.rocksdb.RocksStore;
import dev.replicator.server.config.BackupKeys;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.server.config.SettingsException;
import dev.replicator.store.Backups;
import java.nio.file.Path;
import java.util.List;

/** The backups of a server's store, with what else of its data folder belongs to them. */
final class ConfiguredBackups {
    private ConfiguredBackups() {}

    static Backups of(Settings settings, RocksStore store) {
        Path folder = settings.get(BackupKeys.DIRECTORY).orElseGet(() -> usualFolder(settings.get(Keys.DATABASE_DIR)));
        try {
            return of(store, folder);
        } catch (IllegalArgumentException e) {
            throw new SettingsException("backup/directory: " + e.getMessage());
        }
    }

    /** @throws IllegalArgumentException as {@link RocksStore#backups} */
    static Backups of(RocksStore store, Path folder) {
        return store.backups(folder, List.of(Settings.LOCAL_FILE));
    }

    /** Beside the data folder, and no other's. */
    static Path usualFolder(Path data) {
        Path absolute = data.toAbsolutePath().normalize();
        return absolute.resolveSibling(absolute.getFileName() + "-backups");
    }
}
