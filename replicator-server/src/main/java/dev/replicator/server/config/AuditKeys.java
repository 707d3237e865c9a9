package dev.replicator.server.config;

import dev.replicator.server.audit.Action;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The section {@code audit}: who did what, in a file of its own. */
public final class AuditKeys {
    private static final String SECTION = "audit";

    public static final Key<Boolean> ENABLE =
            Key.flag(SECTION, "enable", false, "Whether it is written down who did what: docs/AUDIT.md.");

    public static final Key<Optional<Path>> FILE =
            Key.file(SECTION, "file", "Where; audit.jsonl in the data folder where this is empty.");

    public static final Key<Long> MAX_BYTES = Key.number(
            SECTION,
            "max_bytes",
            64L << 20,
            1000,
            1L << 40,
            "The most bytes of a file before the next is begun: FILE is written, FILE.1 is the one before.");

    public static final Key<Long> KEEP = Key.number(
            SECTION, "keep", 9, 0, 10_000, "How many files before it are kept; beyond, the oldest is deleted.");

    public static final Key<Set<String>> EVENTS = new Key<>(
            SECTION,
            "events",
            "login, database, document, security, configuration, replication, backup, refusal",
            "some of " + Action.kinds().collect(Collectors.joining(", ")) + ", separated by commas",
            AuditKeys::events,
            Effect.AT_ONCE,
            "The kinds of events that are written; local_document tells of each checkpoint.");

    static final List<Key<?>> ALL = List.of(ENABLE, FILE, MAX_BYTES, KEEP, EVENTS);

    private AuditKeys() {}

    private static Set<String> events(String value) {
        Set<String> named = Stream.of(value.split(",", -1)).map(String::strip).collect(Collectors.toSet());
        if (!Action.kinds().collect(Collectors.toSet()).containsAll(named)) {
            throw new IllegalArgumentException(value);
        }
        return Set.copyOf(named);
    }
}
