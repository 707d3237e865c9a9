package dev.replicator.replication;

import dev.replicator.revision.Revision;
import java.util.List;

/**
 * A row of a peer's changes.
 *
 * @param revisions the leaves, or the winner alone where no more was asked for
 */
public record ChangedDocument(String id, PeerSequence sequence, List<Revision> revisions) {
    /** What a row takes in memory beside its texts and revisions, about. */
    private static final int ROW_BYTES = 256;

    /** What a revision takes in memory, about. */
    public static final int REVISION_BYTES = 80;

    /** What it takes in memory, about. */
    public long bytes() {
        return ROW_BYTES + id.length() + sequence.json().length() + (long) revisions.size() * REVISION_BYTES;
    }
}
