/**
 * HTTP as the endpoints see it, and the machinery that carries it over Undertow: requests with bodies received whole,
 * answers sent with back-pressure, one place that words errors.
 *
 * <p>Endpoints know {@link dev.replicator.server.http.Request}, {@link dev.replicator.server.http.Answer} and
 * {@link dev.replicator.server.http.Chunks} only; nothing of Undertow reaches them. This package knows no documents, no
 * store and no configuration file.
 *
 * <p>Threads: sockets are read and written without blocking (the connection's I/O thread, or for small answers the
 * thread that made them); endpoints and {@code Chunks} run on the bounded pool of storage threads, where they may
 * block. Start at {@code Exchanges}, the path of one request from its head to its answer.
 */
package dev.replicator.server.http;
