package dev.replicator.replication;

/**
 * A revision that the target refuses.
 *
 * @param revision as the target names it
 * @param error the short name, such as {@code forbidden}
 * @param reason the target's own sentence
 */
public record WriteFailure(String id, String revision, String error, String reason) {}
