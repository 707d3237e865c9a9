/**
 * In what two databases differ, found with a few requests to each.
 *
 * <p>The databases are reached through {@link dev.replicator.comparison.DigestedDatabase} where both have digests, and
 * as {@link dev.replicator.replication.Peer}s otherwise; this package knows no HTTP. Start at
 * {@link dev.replicator.comparison.Comparison}.
 */
package dev.replicator.comparison;
