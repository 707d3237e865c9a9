package dev.replicator.server.http;

import dev.replicator.server.limits.ClientRules;
import dev.replicator.server.limits.TrustedProxies;

/**
 * What keeps clients from taking more than their part.
 *
 * @param proxies that are believed when they say whose requests they bring
 * @param head what may stand before a body; as it is when the server starts
 * @param leastBytesPerSecond at which a client sends a body and takes an answer
 * @param mostQueueMillis that requests wait for a thread until further ones are refused; 0 for any time
 */
public record Guards(
        ClientRules clients, TrustedProxies proxies, HeadLimits head, long leastBytesPerSecond, long mostQueueMillis) {
    /** Heads are bounded, and nothing else is. */
    public static final Guards STANDARD = new Guards(ClientRules.NONE, TrustedProxies.NONE, HeadLimits.STANDARD, 0, 0);
}
