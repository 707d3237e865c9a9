package dev.replicator.server.config;

import java.util.List;

/** The section {@code disk_monitor}: what is kept free on the disk of the data folder. */
public final class DiskKeys {
    private static final String SECTION = "disk_monitor";

    public static final Key<Long> RESERVED_BYTES = Key.number(
            SECTION,
            "reserved_bytes",
            64 << 20,
            0,
            1L << 50,
            "The bytes kept free for deletions, purges, checkpoints and compaction: with less, other writes get 507. 0 for"
                    + " none.");

    public static final Key<Boolean> ENABLE =
            Key.flag(SECTION, "enable", false, "Whether interactive_database_writes_threshold holds.");

    public static final Key<Long> WRITES_THRESHOLD = Key.number(
            SECTION,
            "interactive_database_writes_threshold",
            90,
            0,
            100,
            "The percentage of the disk that may be used: above it writes get 507, but for deletions, purges and _local"
                    + " documents.");

    static final List<Key<?>> ALL = List.of(ENABLE, WRITES_THRESHOLD, RESERVED_BYTES);

    private DiskKeys() {}
}
