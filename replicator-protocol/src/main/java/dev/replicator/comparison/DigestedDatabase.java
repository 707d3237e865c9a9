package dev.replicator.comparison;

import dev.replicator.revision.LeafDigest;
import dev.replicator.store.IdRange;
import java.util.List;

/**
 * A database that tells the digests of ranges of its ids. Calls block, and throw
 * {@link dev.replicator.replication.PeerException} where it does not answer.
 */
public interface DigestedDatabase {
    /** @param ranges at most {@value Comparison#MAX_PARTS} */
    List<LeafDigest> digests(List<IdRange> ranges) throws InterruptedException;

    /**
     * Cuts a range into parts of about as many documents each.
     *
     * @param most how many at most, {@value Comparison#MAX_PARTS} or fewer
     * @return the parts, which together are the range; none where it has no documents
     */
    List<RangeDigest> parts(IdRange range, int most) throws InterruptedException;

    /** The documents of a range, ascending. */
    List<DocumentLeaves> leaves(IdRange range) throws InterruptedException;
}
