/**
 * What was configured: an INI file in CouchDB's dialect with its section and key names, the environment, flags; the
 * later wins.
 *
 * <p>Everything known stands in one table, {@link dev.replicator.server.config.Keys}. What is not in it, or has a value
 * that it does not take, is refused at the start with one line that says where it stands and what was expected. The
 * package only reads texts and gives values; it starts nothing.
 */
package dev.replicator.server.config;
