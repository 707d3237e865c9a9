package dev.replicator.server.access;

import dev.replicator.local.DocumentRule;

/** Which rule holds for the documents that a caller saves in a database; {@link DocumentRule#NONE} in most. */
@FunctionalInterface
public interface DocumentRules {
    DocumentRule of(String database, Caller caller);
}
