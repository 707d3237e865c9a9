package dev.replicator.document;

/**
 * Where a revision came from: history, audit and merges need it later, and it cannot be added afterwards.
 *
 * @param receivedAt when this server received it, in milliseconds since 1970
 * @param user on whose behalf, empty where nobody was named
 * @param origin whether it was made here or replicated
 */
public record Provenance(long receivedAt, String user, Origin origin) {
    /** How a revision came to this server. */
    public enum Origin {
        EDIT,
        REPLICATION
    }
}
