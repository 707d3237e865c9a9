package dev.replicator.server.upkeep;

import dev.replicator.store.Database;
import dev.replicator.store.Store;
import dev.replicator.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes round all databases soon after the start and at an interval, one after the other on one thread, and does the
 * chores of each.
 *
 * <p>Thread-safe.
 */
public final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final Store store;
    private final List<Chore> chores;
    private final ScheduledExecutorService thread;
    private volatile boolean stopping;

    /** Something to be done to each database now and then. */
    @FunctionalInterface
    public interface Chore {
        /**
         * Does it. Called on one thread, which may be interrupted at the server's end.
         *
         * @param goOn says no once the server ends: the rest is left to the next round
         */
        void look(Database database, BooleanSupplier goOn);
    }

    /**
     * Starts to go round.
     *
     * @param store stays the caller's, who closes it after this
     * @param chores in the order in which they are done to a database
     * @param first how long after now the first round begins
     * @param pause between the end of a round and the beginning of the next
     */
    public Upkeep(Store store, List<Chore> chores, Duration first, Duration pause) {
        this.store = store;
        this.chores = List.copyOf(chores);
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("upkeep").daemon().factory());
        ScheduledFuture<?> _ =
                thread.scheduleWithFixedDelay(this::goRound, first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void goRound() {
        try {
            for (String name : store.names()) {
                if (stopping) {
                    return;
                }
                lookAfter(name);
            }
        } catch (RuntimeException e) {
            LOG.error("a round of upkeep failed; the next one comes at its time", e);
        }
    }

    private void lookAfter(String name) {
        try {
            Optional<Database> database = store.database(name);
            if (database.isPresent()) {
                for (Chore chore : chores) {
                    chore.look(database.get(), () -> !stopping);
                }
            }
        } catch (StoreException.DatabaseGone e) {
            LOG.debug("database {} was deleted meanwhile", name);
        } catch (StoreException e) {
            if (!stopping) {
                // One database's trouble is no reason to leave the others.
                LOG.error("database {} could not be looked after", name, e);
            }
        }
    }

    /** Ends a round that is under way, and waits for its end. */
    @Override
    public void close() {
        stopping = true;
        thread.shutdownNow();
        thread.close();
    }
}
