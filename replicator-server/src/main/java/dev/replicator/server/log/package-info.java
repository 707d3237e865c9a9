/**
 * What the process logs, and where to: Logback, set up from values. Knows nothing of HTTP or configuration. Start with
 * {@link dev.replicator.server.log.Logging}.
 */
package dev.replicator.server.log;
