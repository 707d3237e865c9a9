package dev.replicator.server.replication;

/** What a body of {@code _replicate} asks for. */
sealed interface ReplicationOrder {
    record Start(ReplicationRequest request) implements ReplicationOrder {}

    /** To end the job that the same request began. */
    record Cancel(ReplicationRequest request) implements ReplicationOrder {}

    /** To end the job of an id. */
    record CancelById(String jobId) implements ReplicationOrder {}
}
