package dev.replicator.store;

/**
 * Something that happened to a database: a row of {@link DatabaseEvents}.
 *
 * @param sequence where it stands in the order of events of the store
 * @param database the database's name; it may be gone, or another one of this name made since
 */
public record DatabaseEvent(Sequence sequence, String database, Type type) {
    /** What happened. */
    public enum Type {
        CREATED,
        /** Its documents changed; local documents and settings do not count. */
        UPDATED,
        DELETED
    }
}
