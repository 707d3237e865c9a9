package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps RocksDB open while calls are inside: to call it after it was closed ends the process, not the call.
 *
 * <p>Thread-safe; a thread may enter again what it is in.
 */
final class Gate {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Pass pass = lock.readLock()::unlock;
    private volatile boolean closed;

    /** Ends a stay. */
    interface Pass extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws StoreException.Unavailable once the gate is closed */
    Pass enter() {
        lock.readLock().lock();
        if (closed) {
            lock.readLock().unlock();
            throw new StoreException.Unavailable("the store is closed", null);
        }
        return pass;
    }

    /** Lets nobody in any more and waits until all have left. */
    void close() {
        lock.writeLock().lock();
        try {
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
