package dev.replicator.replication;

/** Why a replication ended before it was done. What was recorded by then stands: a later one goes on from there. */
public final class ReplicationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String error;
    private final boolean passing;

    /**
     * @param error the short name, as CouchDB's {@code _replicate} answers it
     * @param reason the sentence, without credentials
     * @param passing whether it may work later
     */
    public ReplicationException(String error, String reason, boolean passing, Throwable cause) {
        super(reason, cause);
        this.error = error;
        this.passing = passing;
    }

    /** The short name. */
    public String error() {
        return error;
    }

    /** Whether to try again makes sense without a change of the replication or its peers. */
    public boolean isPassing() {
        return passing;
    }
}
