package dev.replicator.server.replication;

import dev.replicator.replication.ReplicationId;
import dev.replicator.replication.ReplicationOptions;

/** A replication as somebody asked for it, complete with defaults. Two that are equal do the same. */
record ReplicationRequest(PeerReference source, PeerReference target, ReplicationOptions options, Transport transport) {
    /** Under which its checkpoints stand: a {@link ReplicationId}. */
    String checkpointId(String replicator) {
        return ReplicationId.of(replicator, source.address(), target.address(), options);
    }

    /** The id of its job, in CouchDB's form: that of the checkpoints, and in what way it is done. */
    String jobId(String replicator) {
        return checkpointId(replicator)
                + (options.continuous() ? "+continuous" : "")
                + (options.createTarget() ? "+create_target" : "");
    }
}
