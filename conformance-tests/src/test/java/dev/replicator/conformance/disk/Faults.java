package dev.replicator.conformance.disk;

import java.util.function.Predicate;

/** What the disk refuses at the moment. Guarded by the tree's lock. */
final class Faults {
    /** Pages that files may take in all. */
    long capacityPages = Long.MAX_VALUE;

    boolean readOnly;
    /** Whether the power is cut: nothing is answered any more. */
    boolean dead;
    /** Which files, by name, cannot be synced. */
    Predicate<String> unsynced = _ -> false;
    /** How many syncs fail yet. */
    long failingSyncs;

    /** How many changes and syncs are taken yet before the power is cut; none where it is not to be. */
    long untilCut = -1;

    void requirePower() throws DiskError {
        if (dead) {
            throw new DiskError(DiskError.EIO);
        }
    }

    void requireWritable() throws DiskError {
        requirePower();
        if (readOnly) {
            throw new DiskError(DiskError.EROFS);
        }
    }

    /** Whether this sync of a file fails. */
    boolean failsSync(String name) {
        if (failingSyncs > 0 && unsynced.test(name)) {
            failingSyncs--;
            return true;
        }
        return false;
    }
}
