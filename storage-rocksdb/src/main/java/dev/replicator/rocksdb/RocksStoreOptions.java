package dev.replicator.rocksdb;

/**
 * What a store may take of the machine.
 *
 * @param cacheBytes memory for blocks read from disk; what is written and not yet in files is charged to it as well, so
 *     that this bounds most of what RocksDB takes outside the heap. At least 8 MiB
 * @param writeBufferBytes memory for what is written and not yet in files, at least 4 MiB and at most half of
 *     {@code cacheBytes}
 * @param maxOpenFiles files held open, at least 64
 * @param backgroundJobs threads of RocksDB for writing files and merging them, at least 2
 * @param writerThreads threads that merge edits, at least 1
 */
public record RocksStoreOptions(
        long cacheBytes, long writeBufferBytes, int maxOpenFiles, int backgroundJobs, int writerThreads) {
    private static final long MIB = 1L << 20;

    /** Modest enough for a machine of 256 MB beside a small heap. */
    public static final RocksStoreOptions DEFAULT = new RocksStoreOptions(128 * MIB, 64 * MIB, 512, 2, 2);

    public RocksStoreOptions {
        require(cacheBytes >= 8 * MIB, "cacheBytes must be at least 8 MiB");
        require(
                writeBufferBytes >= 4 * MIB && writeBufferBytes <= cacheBytes / 2,
                "writeBufferBytes must be at least 4 MiB and at most half of cacheBytes");
        require(maxOpenFiles >= 64, "maxOpenFiles must be at least 64");
        require(backgroundJobs >= 2, "backgroundJobs must be at least 2");
        require(writerThreads >= 1, "writerThreads must be at least 1");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
