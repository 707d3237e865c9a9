package dev.replicator.replication;

import dev.replicator.revision.Revision;
import java.util.List;

/**
 * A row of a peer's changes.
 *
 * @param revisions the leaves, or the winner alone where no more was asked for
 */
public record ChangedDocument(String id, PeerSequence sequence, List<Revision> revisions) {}
