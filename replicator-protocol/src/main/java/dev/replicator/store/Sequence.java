package dev.replicator.store;

/**
 * A point in the order of a database's changes. Opaque: only the store that made it compares or continues it.
 *
 * <p>A row's sequence is never given to another, also not after a crash, and never shown before it is durable.
 */
public interface Sequence {
    /**
     * What clients see and send back as {@code since}: begins with decimal digits that grow, since PouchDB computes
     * progress from them, and needs no escaping in JSON or a URL.
     */
    String token();
}
