package dev.replicator.server.access;

import java.util.Optional;

/** The security of the databases as it is now. Thread-safe. */
public interface Securities {
    /** Of a server without databases. */
    Securities NONE = new Securities() {
        @Override
        public Optional<Security> ifKnown(String database) {
            return Optional.empty();
        }

        @Override
        public Security of(String database) {
            throw new IllegalStateException("there are no databases, and no " + database);
        }
    };

    /** That of a database, where it can be told without a wait: never blocks. Empty: ask {@link #of}. */
    Optional<Security> ifKnown(String database);

    /**
     * That of a database; may wait for the disk.
     *
     * @throws dev.replicator.error.CouchException 404 where there is no such database
     */
    Security of(String database);
}
