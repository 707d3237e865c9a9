package dev.replicator.comparison;

import dev.replicator.replication.ChangedDocument;
import dev.replicator.replication.ChangesPage;
import dev.replicator.replication.ChangesRequest;
import dev.replicator.replication.Peer;
import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.revision.Revision;
import dev.replicator.store.IdRange;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Finds the documents in which two databases differ by reading all changes of both: for servers without digests. Holds
 * the ids and leaves of all documents, some 300 bytes for each. A row of changes does not say which leaves are
 * tombstones, so revisions are compared by their ids alone, of which it is a part.
 */
public final class LeafListing {
    private static final int PAGE = 1000;

    /** The revisions of a document, ascending; none where a side does not have it. */
    private static final class Sides {
        private List<Revision> left = List.of();
        private List<Revision> right = List.of();

        void right(List<Revision> revisions) {
            // Those of equal documents are held once.
            right = revisions.equals(left) ? left : revisions;
        }
    }

    private final Map<String, Sides> documents = new HashMap<>();

    private LeafListing() {}

    /** Reads all of both. */
    public static LeafListing of(Peer left, Peer right) throws InterruptedException {
        LeafListing listing = new LeafListing();
        listing.read(left, (sides, revisions) -> sides.left = revisions);
        listing.read(right, Sides::right);
        return listing;
    }

    private void read(Peer peer, BiConsumer<Sides, List<Revision>> put) throws InterruptedException {
        PeerSequence since = PeerSequence.START;
        ChangesPage page;
        do {
            page = peer.changes(new ChangesRequest(since, PAGE, true, new ReplicationFilter.None(), Duration.ZERO));
            for (ChangedDocument row : page.rows()) {
                List<Revision> revisions = row.revisions().stream().sorted().toList();
                put.accept(documents.computeIfAbsent(row.id(), _ -> new Sides()), revisions);
            }
            since = page.last();
        } while (page.cut() || page.rows().size() == PAGE);
    }

    /** How many documents there are on either side, deleted ones among them. */
    public long documents() {
        return documents.size();
    }

    /** Those that differ, ascending by id. */
    public Stream<Difference> differences() {
        return documents.entrySet().stream()
                .filter(entry -> !entry.getValue().left.equals(entry.getValue().right))
                .map(entry -> Difference.between(
                        entry.getKey(), leaves(entry.getValue().left), leaves(entry.getValue().right)))
                .sorted(Comparator.comparing(Difference::id, IdRange.ORDER));
    }

    private static List<Leaf> leaves(List<Revision> revisions) {
        return revisions.stream().map(revision -> new Leaf(revision, false)).toList();
    }
}
