package dev.replicator.server.replication;

import dev.replicator.replication.Peer;

/** Makes peers of what requests name. Thread-safe. */
interface Peers {
    /**
     * One side of a replication; the caller closes it.
     *
     * @param user on whose behalf revisions are written here
     */
    Peer open(PeerReference reference, Transport transport, String user);
}
