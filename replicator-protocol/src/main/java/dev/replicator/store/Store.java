package dev.replicator.store;

import java.util.List;
import java.util.Optional;

/**
 * All databases of a server, and the few things the server keeps for itself beside them.
 *
 * <p>Thread-safe. Methods may block on the disk: call them on threads that may. What a method returned from is durable.
 * Any method may throw {@link StoreException}.
 */
public interface Store extends AutoCloseable {
    /** 32 hex digits that name this store for as long as it exists: part of the ids of replications. */
    String uuid();

    /** The database of a name, where there is one. Cheap: handles of the same database are interchangeable. */
    Optional<Database> database(String name);

    /**
     * The database of a name, as {@link #database}, for threads that must not wait for the disk.
     *
     * @return empty also where there is one that would have to be read from the disk first
     */
    Optional<Database> opened(String name);

    /**
     * Makes a database. The name is taken as it is; the rules for names are the caller's.
     *
     * @return empty where one of that name exists
     */
    Optional<Database> create(String name);

    /**
     * Deletes a database: its handles answer {@link StoreException.DatabaseGone} from then on, its commits under way
     * complete before or fail with that, its space is reclaimed later. One made anew under the name shares nothing with
     * it.
     *
     * @return false where there is none
     */
    boolean delete(String name);

    /** The names of all databases, in the order of their UTF-8 bytes. */
    List<String> names();

    /** What happened to the databases, in its order. */
    DatabaseEvents events();

    /** A value the server keeps for itself, by key. */
    Optional<byte[]> setting(String key);

    /** Keeps a value under a key, in place of what was there. */
    void putSetting(String key, byte[] value);

    /**
     * What the engine tells operators of itself, always the same names in the same order. May cost some system calls,
     * but nothing that grows with what is stored.
     */
    List<StoreMetric> metrics();

    /** Completes or fails the commits under way and releases the store. No method may be called afterwards. */
    @Override
    void close();
}
