package dev.replicator.replication;

import java.util.Optional;

/** Revisions as they come from a peer. One thread at a time. */
public interface FetchedRevisions extends AutoCloseable {
    /**
     * The next. What was not read of the bytes of the one before is passed over.
     *
     * @return empty at the end, when all that was asked for is answered
     * @throws PeerException where the answer breaks off or makes no sense
     */
    Optional<FetchedRevision> next() throws InterruptedException;

    /** Whether they come by {@code _bulk_get}, of which CouchDB's replicator keeps count. */
    default boolean byBulkGet() {
        return false;
    }

    /** Gives up the rest. */
    @Override
    void close();
}
