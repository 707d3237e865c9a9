package dev.replicator.store;

/** Hears how far the making, checking or restoring of a backup is. */
@FunctionalInterface
public interface BackupProgress {
    /** Nobody wants to know. */
    BackupProgress UNHEARD = (_, _) -> {};

    /**
     * Called now and then, on the thread that works.
     *
     * @param done bytes that were worked through
     * @param total bytes there are
     */
    void told(long done, long total);
}
