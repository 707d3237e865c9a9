package dev.replicator.server.limits;

/**
 * How much clients may have. 0 always means that there is no such limit.
 *
 * @param connections open at once
 * @param addressConnections of them, from one address
 * @param feeds open at once
 * @param userFeeds of them, of one user
 * @param addressFeeds of them, from one address
 * @param requestsPerSecond of one user, or of one address without a user, in the long run
 * @param burstSeconds of which the requests may come at once; at least 1
 */
public record ClientRules(
        long connections,
        long addressConnections,
        long feeds,
        long userFeeds,
        long addressFeeds,
        long requestsPerSecond,
        long burstSeconds) {
    /** Nothing is limited. */
    public static final ClientRules NONE = new ClientRules(0, 0, 0, 0, 0, 0, 1);
}
