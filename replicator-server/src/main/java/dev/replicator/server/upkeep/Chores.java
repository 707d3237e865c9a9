package dev.replicator.server.upkeep;

import dev.replicator.local.OldTombstones;
import dev.replicator.revision.Retention;
import dev.replicator.store.DatabaseStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done to every database by itself. Each is quick where there is nothing to do. */
public final class Chores {
    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

    private Chores() {}

    /** Drops the bodies of revisions that are no leaves and that a retention does not keep. */
    public static Upkeep.Chore oldBodies(Supplier<Retention> retention) {
        return (database, _) -> {
            Retention keep = retention.get();
            DatabaseStatus status = database.status();
            if (keep.equals(Retention.ALL) || status.innerBytes() == 0) {
                return;
            }
            long dropped = await(database.compact(keep).toCompletableFuture());
            if (dropped > 0) {
                LOG.info(
                        "database {}: {} bodies of superseded revisions are dropped, {} bytes",
                        database.name(),
                        dropped,
                        status.innerBytes() - database.status().innerBytes());
            }
        };
    }

    /**
     * Forgets documents that were deleted long ago.
     *
     * @param age how long ago; empty for never
     */
    public static Upkeep.Chore oldTombstones(Supplier<Optional<Duration>> age, InstantSource clock) {
        return (database, goOn) -> {
            Optional<Duration> limit = age.get();
            if (limit.isEmpty() || database.status().deletedDocuments() == 0) {
                return;
            }
            OldTombstones forgotten =
                    OldTombstones.forget(database, clock.millis() - limit.get().toMillis(), goOn);
            if (forgotten.documents() > 0) {
                LOG.info(
                        "database {}: {} documents deleted more than {} s ago are forgotten, {} bytes",
                        database.name(),
                        forgotten.documents(),
                        limit.get().toSeconds(),
                        forgotten.bytes());
            }
        };
    }

    /** Deletes attachments that nothing refers to: what a crash left, and what went with bodies and purges. */
    public static Upkeep.Chore unusedAttachments() {
        return (database, _) -> {
            long swept = database.sweepAttachments();
            if (swept > 0) {
                LOG.info("database {}: {} attachments that nothing referred to are deleted", database.name(), swept);
            }
        };
    }

    private static long await(Future<Long> compaction) {
        try {
            return compaction.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException reason ? reason : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            // The server ends, and its store will end the compaction.
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
