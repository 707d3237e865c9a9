package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;

/** Something that changes a database, in the queue of its {@link Writer}. */
interface Command {
    /**
     * Adds its rows to a chunk, or as many as the chunk takes; called again for the rest, with the next chunk.
     *
     * @return whether that was all
     */
    boolean addTo(ChunkBuilder chunk);

    /** Called by the committing thread when all its rows are durable, before anybody hears of it. Must not block. */
    default void written() {}

    /** Called after {@link #written} on a thread of its own. */
    void complete();

    /**
     * Called instead where it could not be done; again, to no effect, where several of its chunks fail. Must not block.
     */
    void fail(RuntimeException reason);

    /** Whether it failed already, with a former chunk. */
    boolean hasFailed();

    /** A refusal for what comes after the database was deleted or while the store is closed. */
    static StoreException closing() {
        return new StoreException.Unavailable("the store is being closed", null);
    }
}
