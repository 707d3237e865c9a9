package dev.replicator.server.access;

import java.util.concurrent.CompletionStage;

/** One way of recognising who sent a request. Thread-safe; does not block. */
interface Authenticator {
    /**
     * Looks for credentials of its kind.
     *
     * @return fails with a {@link dev.replicator.error.CouchException} where they are wrong: they are never passed over
     */
    CompletionStage<Finding> look(Credentials credentials);
}
