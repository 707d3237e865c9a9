/**
 * Published clients that meet through the server: what they had offline is everywhere afterwards, and nothing is lost.
 *
 * <p>What a scenario does and compares stands in its program in {@code clients/}; here is what it runs against.
 */
package dev.replicator.conformance.replication;
