package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Keeps RocksDB open while calls are inside: to call it after it was closed ends the process, not the call.
 *
 * <p>Callers may wait inside for the store's own threads, which therefore never wait here for callers: while RocksDB is
 * opened anew, callers wait and the store's threads are refused.
 *
 * <p>Thread-safe; a thread may enter again what it is in.
 */
final class Gate {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Pass pass = lock.readLock()::unlock;
    private final ReentrantReadWriteLock working = new ReentrantReadWriteLock();
    private final Pass work = working.readLock()::unlock;
    /** Whether somebody is alone or is about to be: those who work in turns would never all be out by chance. */
    private volatile boolean refusing;

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

    /**
     * As {@link #enter}, for the store's own threads, also after the gate is closed: they end before RocksDB is closed.
     *
     * @throws StoreException.Unavailable while somebody is {@link #alone}, or waits to be; never waits
     */
    Pass work() {
        if (refusing || !working.readLock().tryLock()) {
            throw new StoreException.Unavailable("the store is opened again after a failed write", null);
        }
        return work;
    }

    /** Does something while nobody else is inside. One thread at a time. */
    <T> T alone(Supplier<T> task) {
        refusing = true;
        // The store's own threads first: they do not wait for callers, who may wait for them.
        working.writeLock().lock();
        try {
            lock.writeLock().lock();
            try {
                return task.get();
            } finally {
                lock.writeLock().unlock();
            }
        } finally {
            refusing = false;
            working.writeLock().unlock();
        }
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
