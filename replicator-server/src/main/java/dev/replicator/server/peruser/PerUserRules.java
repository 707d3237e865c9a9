package dev.replicator.server.peruser;

/**
 * What is configured of users' own databases.
 *
 * @param enabled whether they are made
 * @param deletes whether a user's database is deleted with the user
 * @param prefix what their names begin with
 */
public record PerUserRules(boolean enabled, boolean deletes, String prefix) {}
