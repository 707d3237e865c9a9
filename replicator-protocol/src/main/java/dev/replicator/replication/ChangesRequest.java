package dev.replicator.replication;

import java.time.Duration;

/**
 * Which of a peer's changes are wanted.
 *
 * @param since the point after which
 * @param limit how many rows at most, at least 1
 * @param allLeaves whether each row names all leaves, not the winner alone
 * @param filter which documents
 * @param patience how long to wait for a first row where there is none; zero: not at all
 */
public record ChangesRequest(
        PeerSequence since, int limit, boolean allLeaves, ReplicationFilter filter, Duration patience) {}
