/**
 * The load tool: how much work any CouchDB-compatible server does a second, and a second of its own CPU time.
 *
 * <p>It speaks HTTP/1.1 over plain sockets with requests built beforehand, so that it takes little of the CPU that it
 * shares with the server. Start reading at {@link dev.replicator.conformance.bench.Bench}, then {@code Workload}.
 */
package dev.replicator.conformance.bench;
