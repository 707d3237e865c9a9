/**
 * What is configured: an INI file in CouchDB's dialect with its section and key names, what was written while the
 * server ran, the environment, flags; the later wins.
 *
 * <p>Everything known stands in one table, {@link dev.replicator.server.config.Keys}, from which
 * {@code docs/CONFIGURATION.md} is made too. What is not in it, or has a value that it does not take, is refused with
 * one line that says where it stands and what was expected, at the start as later.
 * {@link dev.replicator.server.config.Settings} is live; those who need a value ask for it each time. The package
 * starts nothing and knows no HTTP.
 */
package dev.replicator.server.config;
