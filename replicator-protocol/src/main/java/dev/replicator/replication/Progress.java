package dev.replicator.replication;

import java.util.OptionalLong;

/**
 * How far a replication is.
 *
 * @param sourceSequence up to which point the source's changes were read
 * @param throughSequence up to which point all is on the target
 * @param checkpointed up to which point that is recorded
 * @param pending how many changes are not brought over yet, where the source says
 */
public record Progress(
        PeerSequence sourceSequence,
        PeerSequence throughSequence,
        PeerSequence checkpointed,
        OptionalLong pending,
        Statistics statistics) {}
