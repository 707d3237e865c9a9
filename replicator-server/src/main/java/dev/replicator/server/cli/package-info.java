/**
 * The command line, and the putting together of a running server from settings and a store.
 *
 * <p>The only package that knows all others and the storage engine. Start at {@code Main}.
 */
package dev.replicator.server.cli;
