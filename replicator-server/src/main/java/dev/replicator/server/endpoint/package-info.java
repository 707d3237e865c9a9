/**
 * What is answered at each path, one class per endpoint.
 *
 * <p>Endpoints know requests, answers, the callers and what they serve; they know nothing of sockets and threads, and
 * no storage engine.
 */
package dev.replicator.server.endpoint;
