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
 * is broken: every later chunk made from it fails as well, and the writer begins a new one from what is on disk.
 */
final class Ledger {
    final Sums sums;
    final ConcurrentMap<String, InFlight> documents = new ConcurrentHashMap<>();
    /** Local documents in flight: whether each is there afterwards. */
    final ConcurrentMap<String, LocalInFlight> locals = new ConcurrentHashMap<>();
    /** The attachments of contents in flight, which cannot be read back yet. */
    final ConcurrentMap<BodyId, List<Attachment>> attachments = new ConcurrentHashMap<>();

    /** The last sequence number given. */
    long last;
    /** Whether this open of the store has begun its epoch. */
    boolean epochBegun;
    /** Whether the database's deletion is on its way: nothing may follow. */
    boolean dropped;

    int revsLimit;
    long chunks;
    /** The number of the last durable chunk; set by the committing thread. */
    volatile long durableChunk;

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

    /** A local document in flight; one object for each edit, so that only its own chunk removes it. */
    static final class LocalInFlight {
        final String id;
        final boolean there;

        LocalInFlight(String id, boolean there) {
            this.id = id;
            this.there = there;
        }
    }
}
