package dev.replicator.conformance.disk;

import java.util.NavigableMap;
import java.util.TreeMap;

/** A file or a folder, whatever names it has. */
final class Inode {
    final long number;
    int mode;
    /** Null for a folder. */
    final Contents contents;
    /** A folder's names as they were made. */
    NavigableMap<String, Inode> names = new TreeMap<>();
    /** A folder's names that are on the disk. */
    NavigableMap<String, Inode> synced = new TreeMap<>();
    /** The name it was given last. */
    String name = "";

    long changedNanos;
    /** How often the kernel was told of it and has not let go since. */
    long lookups;
    /** Whether no name leads to it. */
    boolean unlinked;

    Inode(long number, int mode, boolean folder) {
        this.number = number;
        this.mode = mode;
        this.contents = folder ? null : new Contents();
        touch();
    }

    boolean isFolder() {
        return contents == null;
    }

    void touch() {
        changedNanos = System.currentTimeMillis() * 1_000_000;
    }
}
