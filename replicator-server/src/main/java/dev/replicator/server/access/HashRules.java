package dev.replicator.server.access;

/**
 * What is configured of passwords' hashes.
 *
 * @param iterations of a new hash
 * @param leastIterations of a user's hash that is looked at
 * @param mostIterations of a user's hash that is looked at, times the blocks of its key: one thread computes them all
 * @param upgrades whether weaker hashes are replaced when their user logs in
 */
public record HashRules(int iterations, int leastIterations, int mostIterations, boolean upgrades) {
    public static final HashRules STANDARD = new HashRules(PasswordHash.ITERATIONS, 1, 2_000_000, true);
}
