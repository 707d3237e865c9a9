package dev.replicator.store;

import dev.replicator.revision.LeafDigest;

/**
 * What all leaves of a database come to at one moment.
 *
 * @param last the last durable change
 */
public record DatabaseDigest(LeafDigest leaves, Sequence last) {}
