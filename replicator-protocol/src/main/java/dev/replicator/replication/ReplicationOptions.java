package dev.replicator.replication;

import java.time.Duration;
import java.util.Optional;

/**
 * What a replication is to do, by the names of CouchDB's replication documents.
 *
 * @param continuous whether it goes on with what changes later, until it is cancelled
 * @param createTarget whether a target that is not there is made
 * @param filter which documents
 * @param since the point of the source to begin at whatever a checkpoint says ({@code since_seq})
 * @param winningRevisionsOnly whether leaves that lost are left out ({@code winning_revs_only})
 * @param useCheckpoints whether checkpoints are read and written
 * @param checkpointInterval the time between two checkpoints while it goes on
 * @param workers how many batches are brought over at a time, at least 1 ({@code worker_processes})
 * @param batchSize how many documents one batch has at most, at least 1 ({@code worker_batch_size})
 * @param retries how often a request is repeated that failed for a passing reason ({@code retries_per_request})
 */
public record ReplicationOptions(
        boolean continuous,
        boolean createTarget,
        ReplicationFilter filter,
        Optional<PeerSequence> since,
        boolean winningRevisionsOnly,
        boolean useCheckpoints,
        Duration checkpointInterval,
        int workers,
        int batchSize,
        int retries) {
    /** All documents, once, by CouchDB's defaults. */
    public static final ReplicationOptions DEFAULT = new ReplicationOptions(
            false,
            false,
            new ReplicationFilter.None(),
            Optional.empty(),
            false,
            true,
            Duration.ofSeconds(30),
            4,
            500,
            5);

    /** The same, and a target that is not there is made. */
    public ReplicationOptions withCreateTarget() {
        return new ReplicationOptions(
                continuous,
                true,
                filter,
                since,
                winningRevisionsOnly,
                useCheckpoints,
                checkpointInterval,
                workers,
                batchSize,
                retries);
    }
}
