package dev.replicator.store;

/**
 * A document that is not replicated, such as a checkpoint.
 *
 * @param id without {@code _local/}
 * @param revision the number after {@code 0-}
 * @param body the JSON object without the members that are not its own, compact; must not be changed
 */
public record LocalDocument(String id, long revision, byte[] body) {}
