package dev.replicator.server.upkeep;

import dev.replicator.store.Database;
import dev.replicator.store.Store;
import dev.replicator.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes attachments that nothing refers to: what a crash left behind soon after the start, what purges and stemming
 * let go of at an interval.
 *
 * <p>Thread-safe.
 */
public final class AttachmentSweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AttachmentSweeper.class);

    private final Store store;
    private final ScheduledExecutorService thread;
    private volatile boolean stopping;

    /**
     * Starts to sweep.
     *
     * @param store stays the caller's, who closes it after this
     * @param first how long after now the first sweep begins
     * @param pause between the end of a sweep and the beginning of the next
     */
    public AttachmentSweeper(Store store, Duration first, Duration pause) {
        this.store = store;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("attachment-sweeper").daemon().factory());
        ScheduledFuture<?> _ =
                thread.scheduleWithFixedDelay(this::sweep, first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        try {
            for (String name : store.names()) {
                if (stopping) {
                    return;
                }
                sweep(name);
            }
        } catch (RuntimeException e) {
            LOG.error("a sweep of attachments failed; the next one comes at its time", e);
        }
    }

    private void sweep(String name) {
        try {
            Optional<Database> database = store.database(name);
            long swept = database.isPresent() ? database.get().sweepAttachments() : 0;
            if (swept > 0) {
                LOG.info("database {}: {} attachments that nothing referred to are deleted", name, swept);
            }
        } catch (StoreException.DatabaseGone e) {
            LOG.debug("database {} was deleted meanwhile", name);
        } catch (StoreException e) {
            // One database's trouble is no reason to leave the others.
            LOG.error("database {}: its attachments could not be swept", name, e);
        }
    }

    /** Ends a sweep that is under way, and waits for its end. */
    @Override
    public void close() {
        stopping = true;
        thread.shutdownNow();
        thread.close();
    }
}
