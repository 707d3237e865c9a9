package dev.replicator.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The section {@code backup}. */
public final class BackupKeys {
    private static final String SECTION = "backup";

    /** Of the operator alone: whoever asks for a backup has no say in where it is written. */
    public static final Key<Optional<Path>> DIRECTORY = new Key<>(
                    SECTION,
                    "directory",
                    "",
                    "a folder's path",
                    BackupKeys::folder,
                    Effect.AT_ONCE,
                    "The folder of the backups, best on another disk; where this is empty the data folder's name with"
                            + " -backups behind it.")
            .onlyAtStart();

    public static final Key<Long> INTERVAL = Key.number(
            SECTION,
            "interval",
            0,
            0,
            366L * 24 * 3600,
            "Seconds from the beginning of a backup to that of the next, which the server makes by itself; 0 for none.");

    public static final Key<Long> KEEP =
            Key.number(SECTION, "keep", 7, 1, 10_000, "How many backups stay when the server made one by itself.");

    static final List<Key<?>> ALL = List.of(DIRECTORY, INTERVAL, KEEP);

    private BackupKeys() {}

    private static Optional<Path> folder(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(Key.path(value));
    }
}
