package dev.replicator.server.http;

import dev.replicator.server.limits.ClientRules;

/**
 * What keeps clients from taking more than their part.
 *
 * @param head what may stand before a body; as it is when the server starts
 * @param leastBytesPerSecond at which a client sends a body and takes an answer
 */
public record Guards(ClientRules clients, HeadLimits head, long leastBytesPerSecond) {
    /** Heads are bounded, and nothing else is. */
    public static final Guards STANDARD = new Guards(ClientRules.NONE, HeadLimits.STANDARD, 0);
}
