package dev.replicator.comparison;

import dev.replicator.revision.LeafDigest;
import dev.replicator.store.IdRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds the documents in which two databases differ: cuts a range that differs into parts, asks both for the digests of
 * those, and goes on with the ones that differ until they are small enough to be read. So the number of requests grows
 * with the logarithm of the documents, times how many of them differ.
 *
 * <p>What is written meanwhile may be found to differ, or not.
 */
public final class Comparison {
    /** Into how many parts a range is cut: more make fewer requests, of more bytes. */
    public static final int MAX_PARTS = 64;

    /** A range is read where both have no more documents in it than this, together. */
    public static final int MAX_LISTED = 500;

    private final DigestedDatabase left;
    private final DigestedDatabase right;
    private final Predicate<Difference> found;

    private Comparison(DigestedDatabase left, DigestedDatabase right, Predicate<Difference> found) {
        this.left = left;
        this.right = right;
        this.found = found;
    }

    /**
     * Finds what differs between two databases, ascending by id.
     *
     * @param leftDigest of all of the first
     * @param rightDigest of all of the second
     * @param found is given each document that differs; false ends the search
     */
    public static void run(
            DigestedDatabase left,
            LeafDigest leftDigest,
            DigestedDatabase right,
            LeafDigest rightDigest,
            Predicate<Difference> found)
            throws InterruptedException {
        new Comparison(left, right, found)
                .search(IdRange.between(Optional.empty(), Optional.empty()), leftDigest, rightDigest);
    }

    /** @return false where the search is to end */
    private boolean search(IdRange range, LeafDigest ofLeft, LeafDigest ofRight) throws InterruptedException {
        if (ofLeft.equals(ofRight)) {
            return true;
        }
        if (ofLeft.documents() + ofRight.documents() <= MAX_LISTED) {
            return list(range);
        }
        // By the one with more documents, so that each part has fewer than the range.
        boolean byLeft = ofLeft.documents() >= ofRight.documents();
        List<RangeDigest> parts = (byLeft ? left : right).parts(range, MAX_PARTS);
        if (parts.size() < 2) {
            // It was written to meanwhile, and is not what it was.
            return list(range);
        }
        List<LeafDigest> others = (byLeft ? right : left)
                .digests(parts.stream().map(RangeDigest::range).toList());
        for (int i = 0; i < parts.size(); i++) {
            LeafDigest one = parts.get(i).digest();
            LeafDigest other = others.get(i);
            if (!search(parts.get(i).range(), byLeft ? one : other, byLeft ? other : one)) {
                return false;
            }
        }
        return true;
    }

    private boolean list(IdRange range) throws InterruptedException {
        Map<String, List<Leaf>> ofLeft = byId(left.leaves(range));
        Map<String, List<Leaf>> ofRight = byId(right.leaves(range));
        Set<String> ids = new TreeSet<>(IdRange.ORDER);
        ids.addAll(ofLeft.keySet());
        ids.addAll(ofRight.keySet());
        for (String id : ids) {
            Difference difference =
                    Difference.between(id, ofLeft.getOrDefault(id, List.of()), ofRight.getOrDefault(id, List.of()));
            if (!difference.isNone() && !found.test(difference)) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, List<Leaf>> byId(List<DocumentLeaves> documents) {
        return documents.stream()
                .collect(Collectors.toMap(DocumentLeaves::id, DocumentLeaves::leaves, (_, last) -> last));
    }
}
