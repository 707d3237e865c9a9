package dev.replicator.store;

import dev.replicator.revision.RevisionNode;
import java.util.List;

/**
 * A row of the order of changes: a document at its latest change.
 *
 * @param sequence where it stands
 * @param id the document
 * @param leaves its leaves, the winner first, then as they would win
 */
public record Change(Sequence sequence, String id, List<RevisionNode> leaves) {
    public boolean deleted() {
        return leaves.getFirst().deleted();
    }
}
