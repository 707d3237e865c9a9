package dev.replicator.comparison;

import java.util.List;

/**
 * A document that two databases do not have alike.
 *
 * @param left the leaves that only the first has
 * @param right the leaves that only the second has
 */
public record Difference(String id, List<Leaf> left, List<Leaf> right) {
    /** What leaves of a document, none where it is not there, have and others have not. */
    static Difference between(String id, List<Leaf> left, List<Leaf> right) {
        return new Difference(
                id,
                left.stream().filter(leaf -> !right.contains(leaf)).toList(),
                right.stream().filter(leaf -> !left.contains(leaf)).toList());
    }

    boolean isNone() {
        return left.isEmpty() && right.isEmpty();
    }
}
