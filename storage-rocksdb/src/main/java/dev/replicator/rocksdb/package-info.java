/**
 * The storage interface on RocksDB: one RocksDB for all databases of a server.
 *
 * <p>It knows bytes, keys and batches, and neither HTTP nor JSON; the rules it applies are the pure functions of
 * {@link dev.replicator.store}. {@code docs/FORMAT.md} holds every byte it writes. Start at
 * {@link dev.replicator.rocksdb.RocksStore}; the way of a commit is {@code Writer}, {@code ChunkBuilder},
 * {@code Committer}.
 *
 * <p>Threading: reads run on the caller's thread. Each database has one {@code Writer}, which runs on a small pool, one
 * task at a time; all writers feed the one thread of the {@code Committer}.
 */
package dev.replicator.rocksdb;
