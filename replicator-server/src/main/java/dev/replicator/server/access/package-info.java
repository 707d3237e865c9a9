/**
 * Who is calling: administrators of the configuration and users of the database, by Basic credentials or a session
 * cookie.
 *
 * <p>It takes header values and gives a {@link dev.replicator.server.access.Caller}; it knows no HTTP server and no
 * endpoints, and of the store the users' database alone. Slow password hashes run on a thread of their own, so that
 * wrong passwords cost those who send them and nobody else; users are read on another. Start at
 * {@link dev.replicator.server.access.Access}.
 */
package dev.replicator.server.access;
