package dev.replicator.rocksdb;

import dev.replicator.store.Edit;
import dev.replicator.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses ordinary writes while the disk is nearly full. Tombstones, purges and local documents, checkpoints among
 * them, go on.
 *
 * <p>Thread-safe. Asks the disk at most once a second.
 */
final class Room {
    private static final Logger LOG = LoggerFactory.getLogger(Room.class);
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path folder;
    private final AtomicLong measured = new AtomicLong(System.nanoTime() - FRESH_NANOS);
    private volatile Supplier<RoomRules> rules = () -> RoomRules.NONE;
    private volatile boolean refuses;

    Room(Path folder) {
        this.folder = folder;
    }

    void rules(Supplier<RoomRules> current) {
        rules = current;
    }

    /** @throws StoreException.NoRoom where one of the edits is refused now: none of them may be made */
    void requireFor(List<Edit> edits) {
        if (edits.stream().anyMatch(Room::isOrdinary)) {
            requireForMore();
        }
    }

    private static boolean isOrdinary(Edit edit) {
        return switch (edit) {
            case Edit.Update update -> !update.deleted();
            case Edit.Replicated replicated -> !replicated.deleted();
            case Edit.Purge _, Edit.Forget _, Edit.PutLocal _, Edit.DeleteLocal _ -> false;
        };
    }

    /** @throws StoreException.NoRoom where ordinary writes are refused now */
    void requireForMore() {
        long last = measured.get();
        long now = System.nanoTime();
        if (now - last >= FRESH_NANOS && measured.compareAndSet(last, now)) {
            measure();
        }
        if (refuses) {
            throw new StoreException.NoRoom("the disk has less room than is reserved", null);
        }
    }

    private void measure() {
        try {
            var disk = Files.getFileStore(folder);
            long usable = disk.getUsableSpace();
            long total = disk.getTotalSpace();
            boolean allowed = rules.get().allow(usable, total);
            if (allowed == refuses) {
                refuses = !allowed;
                LOG.warn(
                        "{} of {} bytes of the disk are free: {}",
                        usable,
                        total,
                        allowed
                                ? "all writes are taken again"
                                : "only deletions, purges and local documents are taken");
            }
        } catch (IOException e) {
            LOG.debug("the disk does not tell its room", e);
        }
    }
}
