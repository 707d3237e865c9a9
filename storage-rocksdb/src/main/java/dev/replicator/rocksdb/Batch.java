package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.util.Optional;

/** Rows on their way through the {@link Committer}. Its methods are called by the committing thread. */
interface Batch {
    Rows rows();

    /** Why it must not be written any more, though it was handed over; null where it may. */
    StoreException obstacle();

    /** What it means to those who follow the databases of the store. */
    Optional<DatabaseEventRow> event();

    /** Called when its rows are durable. Must neither block nor throw. */
    void written();

    /** Called when its rows were not written. Must neither block nor throw. */
    void failed(StoreException reason);
}
