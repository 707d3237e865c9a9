package dev.replicator.server.access;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Those who are not configured, but sign up. Thread-safe. */
public interface Users extends AutoCloseable {
    /** Nobody. */
    Users NONE = _ -> CompletableFuture.completedFuture(Optional.empty());

    /**
     * The user of a name, as of the last commit that was answered before this call. Does not block.
     *
     * @return empty where there is none; fails with a {@link dev.replicator.error.CouchException} or a
     *     {@link dev.replicator.store.StoreException} where it cannot be told now
     */
    CompletionStage<Optional<Principal>> find(String name);

    /**
     * Puts a stronger hash of the same password into a user's document, if its hash is still the one that was found.
     * Does not block; what becomes of it is logged.
     */
    default void upgrade(Principal user, PasswordHash stronger) {}

    /** Asked no more. */
    @Override
    default void close() {}
}
