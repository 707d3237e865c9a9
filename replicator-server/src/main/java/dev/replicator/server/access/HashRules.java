package dev.replicator.server.access;

/**
 * What is configured of passwords' hashes.
 *
 * @param fresh how new ones are made
 * @param leastIterations of a user's hash that is looked at
 * @param mostIterations of a user's hash that is looked at, times the blocks of its key: one thread computes them all
 * @param upgrades whether weaker hashes are replaced when their user logs in
 */
public record HashRules(Pbkdf2 fresh, int leastIterations, int mostIterations, boolean upgrades) {
    public static final HashRules STANDARD = new HashRules(Pbkdf2.STANDARD, 1, 2_000_000, true);
}
