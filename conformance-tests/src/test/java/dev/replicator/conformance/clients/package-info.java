/**
 * Published clients under Node, and the programs in {@code clients/} that drive the server with them.
 *
 * <p>Start reading at {@link dev.replicator.conformance.clients.NodeScenario}.
 */
package dev.replicator.conformance.clients;
