package dev.replicator.server.replication;

import dev.replicator.replication.Peer;

/** Makes peers of what requests name. Thread-safe. */
interface Peers {
    /**
     * One side of a replication; the caller closes it.
     *
     * @param owner on whose behalf databases are read and written
     */
    Peer open(PeerReference reference, Transport transport, Owner owner);
}
