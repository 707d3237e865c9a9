package dev.replicator.server.config;

import dev.replicator.server.upkeep.Age;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The section {@code upkeep}: what the server clears away by itself. CouchDB has none of them. */
public final class UpkeepKeys {
    private static final String SECTION = "upkeep";

    public static final Key<Long> INTERVAL = Key.number(
                    SECTION,
                    "interval",
                    6 * 3600,
                    1,
                    1_000_000_000,
                    "Seconds between two rounds in which old bodies, old tombstones and attachments that nothing refers"
                            + " to are looked for. The first is soon after the start.")
            .atRestart();

    public static final Key<KeptBodies> REVISION_RETENTION = new Key<>(
            SECTION,
            "revision_retention",
            "30d",
            "a time such as 30d, 12h, 90m or 45s, a whole number up to 1000000, or forever",
            KeptBodies::parse,
            Effect.AT_ONCE,
            "How long the bodies of revisions that are no leaves are kept after they were superseded; a number without a"
                    + " unit: how many of each history. Bodies of leaves, conflicts and tombstones stay whatever it"
                    + " says. _compact drops all others at once.");

    public static final Key<Optional<Duration>> TOMBSTONE_TTL = new Key<>(
            SECTION,
            "tombstone_ttl",
            "",
            "a time such as 90d or 2160h, or nothing",
            value -> value.isEmpty() ? Optional.empty() : Optional.of(Age.parse(value)),
            Effect.AT_ONCE,
            "After what time a deleted document is forgotten, its tombstone too; nothing for never. A client or peer that"
                    + " was away for longer brings such documents back. POST /{db}/_tombstones tells beforehand what"
                    + " would go.");

    static final List<Key<?>> ALL = List.of(INTERVAL, REVISION_RETENTION, TOMBSTONE_TTL);

    private UpkeepKeys() {}
}
