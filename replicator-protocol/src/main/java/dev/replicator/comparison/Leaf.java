package dev.replicator.comparison;

import dev.replicator.revision.Revision;

/**
 * A leaf of a document.
 *
 * @param deleted whether it is a tombstone; false where that was not asked
 */
public record Leaf(Revision revision, boolean deleted) {}
