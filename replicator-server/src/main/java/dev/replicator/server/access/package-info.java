/**
 * Who is calling: administrators by Basic credentials or a session cookie.
 *
 * <p>It takes header values and gives a {@link dev.replicator.server.access.Caller}; it knows no HTTP server, no
 * endpoints and no store. Slow password hashes run on a thread of its own, so that wrong passwords cost those who send
 * them and nobody else. Start at {@link dev.replicator.server.access.Access}.
 */
package dev.replicator.server.access;
