/**
 * What reaches the databases that take part in a replication: one over HTTP, whoever serves it, and one of a store of
 * this process.
 *
 * <p>Of the engine only its {@link dev.replicator.replication.Peer} is known here. Calls block and are made from
 * virtual threads. Start at {@link dev.replicator.peer.HttpPeer}; {@code PeerHttp} is how a request is sent and an
 * answer bounded, {@code FetchAnswer} what fetched revisions are read from.
 */
package dev.replicator.peer;
