package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the store take writes again after one failed, as soon as the disk does, without a hand.
 *
 * <p>On a full disk RocksDB goes on by itself once there is room. After any other failure it is opened again: what a
 * failed sync left in the page cache is not on the disk, and no later sync brings it there; what is read back from the
 * log is written to new files. Meanwhile reads go on as long as the disk does not take writes, and wait for the moment
 * that opening takes.
 */
final class Recovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final long PAUSE_MILLIS = 1000;

    private final Engine engine;
    private final DataFolder folder;
    private final EventLog events;
    private final Catalog catalog;
    private final AtomicBoolean trying = new AtomicBoolean();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("store-recovery").daemon().factory());

    Recovery(Engine engine, DataFolder folder, EventLog events, Catalog catalog) {
        this.engine = engine;
        this.folder = folder;
        this.events = events;
        this.catalog = catalog;
        engine.onFailedWrite(this::begin);
    }

    private void begin(StoreException failure) {
        if (trying.compareAndSet(false, true)) {
            LOG.error("the store takes no writes until the disk does", failure);
            tryLater(failure instanceof StoreException.NoRoom);
        }
    }

    private void tryLater(boolean full) {
        try {
            ScheduledFuture<?> _ = thread.schedule(() -> attempt(full), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            LOG.debug("the store is being closed", closing);
        }
    }

    /** @param full whether the disk was full, after which RocksDB may go on by itself */
    private void attempt(boolean full) {
        try {
            folder.requireWritable();
            if (!full || !engine.takesWrites()) {
                reopen();
            }
            trying.set(false);
            LOG.info("the store takes writes again");
        } catch (IOException e) {
            LOG.debug("the disk takes no writes yet", e);
            tryLater(full);
        } catch (RuntimeException e) {
            LOG.error("the store could not be opened again after a failed write; it is tried further", e);
            tryLater(full);
        }
    }

    private void reopen() {
        engine.cancelBackgroundWork();
        List<RocksDatabase> databases = engine.gate.alone(() -> {
            engine.reopen();
            events.reopened();
            return catalog.reopened();
        });
        databases.forEach(RocksDatabase::tellReopened);
        events.listeners().call();
    }

    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
    }
}
