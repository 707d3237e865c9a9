package dev.replicator.server.replication;

import dev.replicator.replication.ReplicationId;
import dev.replicator.replication.ReplicationOptions;

/** A replication as somebody asked for it, complete with defaults. Two that are equal do the same. */
record ReplicationRequest(PeerReference source, PeerReference target, ReplicationOptions options, Transport transport) {
    /**
     * Under which its checkpoints stand: a {@link ReplicationId}. Of those who do not administer the server each has
     * ids of their own: what one may not read or write is passed over by checkpoints of that one alone.
     */
    String checkpointId(String replicator, Owner owner) {
        String asking =
                owner.isBounded() ? replicator + " " + owner.caller().name().orElse("") : replicator;
        return ReplicationId.of(asking, source.address(), target.address(), options);
    }

    /**
     * The id of its job, in CouchDB's form: that of the checkpoints, and in what way it is done. So nobody holds up
     * another's replication by asking for it first.
     */
    String jobId(String replicator, Owner owner) {
        return checkpointId(replicator, owner)
                + (options.continuous() ? "+continuous" : "")
                + (options.createTarget() ? "+create_target" : "");
    }
}
