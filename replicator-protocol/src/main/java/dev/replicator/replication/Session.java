package dev.replicator.replication;

/**
 * One run of a replication, as the history of a checkpoint has it.
 *
 * @param id made at random by the run
 * @param startTime as in HTTP headers (RFC 9110, section 5.6.7)
 * @param endTime when this was recorded
 * @param startLast where it began
 * @param recorded up to which point of the source all is on the target
 * @param statistics what it had done by then
 * @param sourceInstance the source's {@link PeerInfo#instanceStartTime}; empty where another replicator wrote this
 * @param targetInstance the target's; empty where another replicator wrote this
 */
public record Session(
        String id,
        String startTime,
        String endTime,
        PeerSequence startLast,
        PeerSequence recorded,
        Statistics statistics,
        String sourceInstance,
        String targetInstance) {}
