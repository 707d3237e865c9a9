package dev.replicator.replication;

/**
 * How a replication ended.
 *
 * @param checkpoint how far it came, with what earlier runs recorded; also where no checkpoints are written
 * @param noChanges whether there was nothing new, so that this run is not in the checkpoint, unless it is the first
 * @param cancelled whether it was told to end
 */
public record ReplicationResult(Checkpoint checkpoint, boolean noChanges, boolean cancelled, Statistics statistics) {}
