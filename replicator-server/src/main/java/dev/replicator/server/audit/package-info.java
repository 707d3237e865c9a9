/**
 * Who did what: events, and the file that they are written to. Knows nothing of HTTP or configuration. Start with
 * {@link dev.replicator.server.audit.Audit}.
 */
package dev.replicator.server.audit;
