package dev.replicator.server.replication;

import dev.replicator.replication.Peer;

/** Makes peers of what requests name. Thread-safe. */
interface Peers {
    /**
     * One side of a replication; the caller closes it.
     *
     * @param job by which it is read and written, on its owner's behalf
     */
    Peer open(PeerReference reference, Job job);
}
