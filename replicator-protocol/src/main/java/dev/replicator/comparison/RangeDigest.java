package dev.replicator.comparison;

import dev.replicator.revision.LeafDigest;
import dev.replicator.store.IdRange;

/**
 * What a range of a database's ids comes to.
 *
 * @param range as {@link IdRange#between} makes it
 */
public record RangeDigest(IdRange range, LeafDigest digest) {}
