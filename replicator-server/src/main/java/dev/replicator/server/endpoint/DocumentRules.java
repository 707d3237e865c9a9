package dev.replicator.server.endpoint;

import dev.replicator.local.DocumentRule;
import dev.replicator.server.access.Caller;

/** Which rule holds for the documents that a caller saves in a database; {@link DocumentRule#NONE} in most. */
@FunctionalInterface
interface DocumentRules {
    DocumentRule of(String database, Caller caller);
}
