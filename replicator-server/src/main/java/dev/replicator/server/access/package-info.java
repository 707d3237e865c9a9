/**
 * Who is calling: administrators of the configuration and users of the database, by Basic credentials or a session
 * cookie, and whom a token or a proxy vouches for.
 *
 * <p>It takes header values and gives a {@link dev.replicator.server.access.Caller}; it knows no HTTP server and no
 * endpoints, and of the store the users' database alone. Each way of recognising callers is an
 * {@link dev.replicator.server.access.Authenticator}; what is configured of it comes as
 * {@link dev.replicator.server.access.AccessRules}. Slow password hashes run on a thread of their own, so that wrong
 * passwords cost those who send them and nobody else; users are read on another, and keys of tokens fetched without
 * any. Start at {@link dev.replicator.server.access.Access}.
 */
package dev.replicator.server.access;
