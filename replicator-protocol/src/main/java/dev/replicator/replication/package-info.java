/**
 * Replication: what one peer has and another lacks is brought to it, by the steps of CouchDB's replication protocol,
 * with checkpoints on both sides from which a later run goes on.
 *
 * <p>Between two {@link dev.replicator.replication.Peer}s, whatever they are: what reaches a peer is in package
 * {@code peer}. This package knows no HTTP, no store, no thread and no clock of its own; all it needs of those comes
 * from a {@link dev.replicator.replication.Host}. Start at {@link dev.replicator.replication.Replication}.
 */
package dev.replicator.replication;
