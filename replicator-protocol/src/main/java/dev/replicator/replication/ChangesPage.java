package dev.replicator.replication;

import java.util.List;
import java.util.OptionalLong;

/**
 * Some of a peer's changes.
 *
 * @param last where the next page begins, behind the last row and whatever a filter left out
 * @param pending how many rows come after {@code last}, where the peer says; it may count what a filter leaves out
 * @param cut whether it ends because of its bytes, though there may be rows behind it
 */
public record ChangesPage(List<ChangedDocument> rows, PeerSequence last, OptionalLong pending, boolean cut) {
    /** A page ends behind the row with which it has so many bytes, by {@link ChangedDocument#bytes}. */
    public static final long MOST_BYTES = 4 << 20;

    /** A page that ends where the rows end, or with as many as were asked for. */
    public ChangesPage(List<ChangedDocument> rows, PeerSequence last, OptionalLong pending) {
        this(rows, last, pending, false);
    }
}
