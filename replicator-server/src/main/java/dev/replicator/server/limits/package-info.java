/**
 * How much one client may have: connections, feeds, requests; and who a client is, where proxies stand between. Knows
 * callers, and nothing of HTTP or of configuration; its clock is given to it. Start with
 * {@link dev.replicator.server.limits.ClientLimits}.
 */
package dev.replicator.server.limits;
