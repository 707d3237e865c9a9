package dev.replicator.rocksdb;

import dev.replicator.document.Attachment;
import dev.replicator.store.StoreException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A database as its writer sees it: what is durable with all chunks upon it that are on their way to the disk.
 *
 * <p>Belongs to the writer; of the maps, those who complete a chunk remove what it held. When a chunk fails, the ledger
 * is broken: every later chunk made from it fails as well, and the writer begins a new one from what is on disk, once
 * nothing made from this one is on its way there any more.
 */
final class Ledger {
    final Sums sums;
    final ConcurrentMap<String, InFlight> documents = new ConcurrentHashMap<>();
    /** Local documents in flight: how large each is afterwards. */
    final ConcurrentMap<String, LocalInFlight> locals = new ConcurrentHashMap<>();
    /** The attachments of contents in flight, which cannot be read back yet where they will stand. */
    final ConcurrentMap<BodyId, References> attachments = new ConcurrentHashMap<>();

    /** The last sequence number given. */
    long last;
    /** Whether this open of the store has begun its epoch. */
    boolean epochBegun;
    /** Whether the database's deletion is on its way: nothing may follow. */
    boolean dropped;

    int revsLimit;
    /** The number of the last record of a purge. */
    long purges;

    int purgedInfosLimit;
    long chunks;
    /** The number of the last durable chunk; set by the committing thread. */
    volatile long durableChunk;

    /** Whether a chunk made from it was given up half made; set by the writer. */
    private volatile boolean spoiled;

    private volatile StoreException broken;

    Ledger(Sums sums, long last, boolean epochBegun, int revsLimit) {
        this.sums = sums;
        this.last = last;
        this.epochBegun = epochBegun;
        this.revsLimit = revsLimit;
    }

    void breakWith(StoreException reason) {
        broken = reason;
    }

    /** Why nothing made from this ledger may be written any more, or null. */
    StoreException broken() {
        return broken;
    }

    /**
     * Has no further chunk made from this ledger, which counts what will not be written. Those that were made before
     * are sound.
     */
    void spoil() {
        spoiled = true;
    }

    /** Whether the writer has to begin a new one. */
    boolean isSpent() {
        return spoiled || broken != null;
    }

    /**
     * What a content in flight refers to.
     *
     * @param chunk the number of the chunk that writes it, which alone removes it
     */
    record References(long chunk, List<Attachment> attachments) {}

    /** A local document in flight; one object for each edit, so that only its own chunk removes it. */
    static final class LocalInFlight {
        final String id;
        /** The bytes of its body, -1 where it is deleted. */
        final long bytes;

        LocalInFlight(String id, long bytes) {
            this.id = id;
            this.bytes = bytes;
        }
    }
}
