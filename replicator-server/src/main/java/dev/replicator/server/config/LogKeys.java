package dev.replicator.server.config;

import dev.replicator.server.log.LogRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The section {@code log}: what is logged, and where to. */
public final class LogKeys {
    private static final String SECTION = "log";
    private static final Set<String> LEVELS = Set.of("debug", "info", "notice", "warning", "error");

    public static final Key<String> LEVEL = new Key<>(
            SECTION,
            "level",
            "info",
            "one of debug, info, notice, warning, error",
            LogKeys::level,
            Effect.AT_ONCE,
            "What is logged.");

    public static final Key<LogRules.Writer> WRITER = new Key<>(
            SECTION,
            "writer",
            "stderr",
            "one of stderr, file, journald",
            value -> LogRules.Writer.valueOf(lowerCase(value).toUpperCase(Locale.ROOT)),
            Effect.AT_ONCE,
            "Where to: the standard error stream; a file; or that stream as systemd's journal takes it, without the time"
                    + " and with the priority in front.");

    public static final Key<LogRules.Format> FORMAT = new Key<>(
            SECTION,
            "format",
            "text",
            "text or json",
            value -> LogRules.Format.valueOf(lowerCase(value).toUpperCase(Locale.ROOT)),
            Effect.AT_ONCE,
            "Whether lines are for people, or objects of JSON for collectors.");

    /** Percent signs mean something to what gives the older files their names. */
    public static final Key<Optional<Path>> FILE = new Key<>(
            SECTION,
            "file",
            "",
            "a file's path, without %",
            LogKeys::file,
            Effect.AT_ONCE,
            "The file of the writer file; replicator.log in the data folder where this is empty.");

    public static final Key<Long> MAX_BYTES = Key.number(
            SECTION,
            "max_bytes",
            64L << 20,
            1000,
            1L << 40,
            "About how many bytes the file may have before the next is begun: FILE is written, FILE.1 is the one before.");

    public static final Key<Long> KEEP =
            Key.number(SECTION, "keep", 9, 1, 20, "How many files before it are kept; beyond, the oldest is deleted.");

    public static final Key<Boolean> REQUESTS = Key.flag(
            SECTION,
            "requests",
            false,
            "Whether each request is logged, at the level info, once it has ended: who, from where, method, path without"
                    + " the query, status and milliseconds.");

    public static final Key<Long> SLOW_REQUEST = Key.number(
            SECTION,
            "slow_request",
            5000,
            0,
            Integer.MAX_VALUE,
            "Milliseconds of the server's own time from which on a request is logged as slow, at the level warning, with"
                    + " what took it. What the client takes to send and to receive does not count, nor do feeds that"
                    + " waited; 0 for none.");

    static final List<Key<?>> ALL = List.of(LEVEL, WRITER, FORMAT, FILE, MAX_BYTES, KEEP, REQUESTS, SLOW_REQUEST);

    private LogKeys() {}

    private static String level(String value) {
        String level = value.toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(level)) {
            throw new IllegalArgumentException(value);
        }
        return level;
    }

    private static String lowerCase(String value) {
        if (!value.equals(value.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(value);
        }
        return value;
    }

    private static Optional<Path> file(String value) {
        if (value.contains("%")) {
            throw new IllegalArgumentException(value);
        }
        return value.isEmpty() ? Optional.empty() : Optional.of(Key.path(value));
    }
}
