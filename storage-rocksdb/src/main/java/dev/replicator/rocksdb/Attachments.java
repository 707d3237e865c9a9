package dev.replicator.rocksdb;

import dev.replicator.document.Blob;
import dev.replicator.store.StoreException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A database's attachments: their bytes in chunks, and who holds what no revision refers to yet.
 *
 * <p>All rows but the references are written without a sync: the synced commit that refers to a blob makes it durable
 * (see {@link Engine}), and after a crash before that nobody misses it. One lock for what must not happen at a time: to
 * find a blob or hold it, and to sweep it.
 */
final class Attachments {
    /** How many bytes stand in a row. */
    static final int CHUNK_BYTES = 64 << 10;

    private static final int RESERVED_NUMBERS = 256;

    private final RocksDatabase database;
    private final Engine engine;
    private final Keys keys;
    /** By number, how many leases and uploads hold a blob. Guarded by this. */
    private final Map<Long, Integer> holds = new HashMap<>();

    /** What was held when RocksDB was opened again, and was not whole then. Their numbers are given to no others. */
    private final Set<Long> lost = ConcurrentHashMap.newKeySet();

    private long nextNumber;
    private long reservedTo;

    Attachments(RocksDatabase database) {
        this.database = database;
        this.engine = database.engine();
        this.keys = database.keys();
        byte[] key = MetaKeys.nextBlob(database.number());
        byte[] row = engine.get(Family.META, key);
        reservedTo = row == null
                ? 1
                : RowReader.of(database.name(), Family.META, key, row).u64();
        nextNumber = reservedTo;
    }

    /**
     * What was not synced may not have come to the disk: numbers are reserved anew, and of what is held it is seen what
     * is whole. While RocksDB is opened again.
     */
    synchronized void reopened() {
        reservedTo = nextNumber;
        for (long number : holds.keySet()) {
            // Written behind its chunks: where it is, they are.
            if (engine.get(Family.ATTACHMENTS, keys.blob(number)) == null) {
                lost.add(number);
            }
        }
    }

    /**
     * From any thread.
     *
     * @throws StoreException.Unavailable where a blob or an upload was not whole when RocksDB was opened again
     */
    void requireKept(long number) {
        if (lost.contains(number)) {
            throw new StoreException.Unavailable(
                    "an attachment was lost as the store was opened again after a failed write", null);
        }
    }

    // ---- holding

    /** A number for bytes to come, held. */
    synchronized long begin() {
        database.requireThere();
        if (nextNumber == reservedTo) {
            // Written before any row that uses one of them, so no crash can lose it and keep such a row.
            Rows rows = new Rows();
            ByteWriter value = new ByteWriter(9).u8(RowReader.PLAIN).u64(reservedTo + RESERVED_NUMBERS);
            rows.put(engine.number(Family.META), MetaKeys.nextBlob(database.number()), value.toBytes());
            engine.writeUnsynced(rows.toBatch());
            reservedTo += RESERVED_NUMBERS;
        }
        hold(nextNumber);
        return nextNumber++;
    }

    synchronized boolean holdStored(long number) {
        database.requireThere();
        if (engine.get(Family.ATTACHMENTS, keys.blob(number)) == null) {
            return false;
        }
        hold(number);
        return true;
    }

    private void hold(long number) {
        holds.merge(number, 1, Integer::sum);
    }

    synchronized void release(long number) {
        holds.computeIfPresent(number, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Lets go of what was uploaded: the last who held it deletes it where no revision refers to it. */
    synchronized void releaseUploaded(long number) {
        release(number);
        if (!database.isGone()) {
            sweepBlob(number, keys.blob(number));
        }
    }

    // ---- writing

    synchronized void writeChunk(long number, int index, byte[] bytes, int length) {
        database.requireThere();
        requireKept(number);
        Rows rows = new Rows();
        putChunk(rows, number, index, bytes, length);
        engine.writeUnsynced(rows.toBatch());
    }

    private void putChunk(Rows rows, long number, int index, byte[] bytes, int length) {
        ByteWriter value = new ByteWriter(1 + length).u8(RowReader.PLAIN).raw(bytes, 0, length);
        rows.put(engine.number(Family.ATTACHMENTS), keys.chunk(number, index), value.buffer());
    }

    /**
     * Makes an upload a blob, or drops it where its bytes are there already. What is returned is held instead of the
     * upload's number.
     *
     * @param last the bytes that were not written yet, the last chunk
     * @return the number under which the bytes are stored
     */
    synchronized long finish(Upload upload, byte[] sha256, byte[] last, int lastLength) {
        database.requireThere();
        requireKept(upload.number());
        byte[] digestKey = keys.digest(sha256);
        byte[] known = engine.get(Family.ATTACHMENTS, digestKey);
        Rows rows = new Rows();
        int family = engine.number(Family.ATTACHMENTS);
        if (known != null) {
            deleteChunks(rows, upload.number(), upload.chunks());
            engine.writeUnsynced(rows.toBatch());
            release(upload.number());
            long number = RowReader.of(database.name(), Family.ATTACHMENTS, digestKey, known)
                    .u64();
            hold(number);
            return number;
        }
        if (lastLength > 0) {
            putChunk(rows, upload.number(), upload.chunks(), last, lastLength);
        }
        rows.put(
                family,
                digestKey,
                new ByteWriter(9).u8(RowReader.PLAIN).u64(upload.number()).toBytes());
        rows.put(
                family,
                keys.blob(upload.number()),
                new ByteWriter(41)
                        .u8(RowReader.PLAIN)
                        .u64(upload.length())
                        .raw(sha256)
                        .toBytes());
        putTotal(rows, total() + upload.length());
        engine.writeUnsynced(rows.toBatch());
        return upload.number();
    }

    /** What is known of bytes on their way in. */
    interface Upload {
        long number();

        /** How many chunks are written. */
        int chunks();

        /** How many bytes came. */
        long length();
    }

    synchronized void abandon(Upload upload) {
        release(upload.number());
        if (upload.chunks() > 0 && !database.isGone()) {
            Rows rows = new Rows();
            deleteChunks(rows, upload.number(), upload.chunks());
            engine.writeUnsynced(rows.toBatch());
        }
    }

    private void deleteChunks(Rows rows, long number, int count) {
        for (int i = 0; i < count; i++) {
            rows.delete(engine.number(Family.ATTACHMENTS), keys.chunk(number, i));
        }
    }

    /** How many bytes are stored. */
    long total() {
        byte[] key = keys.attachments(Keys.TOTAL);
        byte[] row = engine.get(Family.ATTACHMENTS, key);
        return row == null
                ? 0
                : RowReader.of(database.name(), Family.ATTACHMENTS, key, row).u64();
    }

    private void putTotal(Rows rows, long total) {
        rows.put(
                engine.number(Family.ATTACHMENTS),
                keys.attachments(Keys.TOTAL),
                new ByteWriter(9).u8(RowReader.PLAIN).u64(total).toBytes());
    }

    // ---- reading

    int read(Blob blob, long offset, byte[] into) {
        if (offset >= blob.storedLength()) {
            requireStored(blob);
            return 0;
        }
        int wanted = (int) Math.min(into.length, blob.storedLength() - offset);
        int done = 0;
        while (done < wanted) {
            long at = offset + done;
            byte[] chunk = chunk(blob, (int) (at / CHUNK_BYTES));
            int within = 1 + (int) (at % CHUNK_BYTES);
            int count = Math.min(wanted - done, chunk.length - within);
            if (count <= 0) {
                throw missing(blob);
            }
            System.arraycopy(chunk, within, into, done, count);
            done += count;
        }
        return done;
    }

    private byte[] chunk(Blob blob, int index) {
        byte[] key = keys.chunk(blob.number(), index);
        byte[] row = engine.get(Family.ATTACHMENTS, key);
        if (row == null) {
            throw missing(blob);
        }
        RowReader.of(database.name(), Family.ATTACHMENTS, key, row);
        return row;
    }

    private void requireStored(Blob blob) {
        if (engine.get(Family.ATTACHMENTS, keys.blob(blob.number())) == null) {
            throw missing(blob);
        }
    }

    private StoreException.Corrupt missing(Blob blob) {
        return new StoreException.Corrupt(
                "database " + database.name() + ": the bytes of attachment " + blob.number() + " are not there", null);
    }

    // ---- sweeping

    /**
     * Deletes what nothing refers to and nobody holds, the chunks of uploads that a crash ended among it; returns how
     * many. A read for each, so that the store can be closed in between. Of what stays no bytes are read: to come upon
     * a chunk is to read it, so those are looked for only where there is no blob.
     */
    long sweep() {
        long swept = 0;
        byte[] end = Keys.after(keys.attachments(Keys.BLOB));
        byte[] key = firstKey(keys.attachments(Keys.BLOB), end);
        byte[] chunks = keys.attachments(Keys.CHUNK);
        while (key != null) {
            if (Thread.currentThread().isInterrupted()) {
                return swept;
            }
            byte[] blob = key;
            long number = Keys.blobOf(blob);
            swept += sweepUnfinished(chunks, keys.chunks(number));
            if (database.read(() -> sweepBlob(number, blob))) {
                swept++;
            }
            chunks = keys.chunks(number + 1);
            key = firstKey(Keys.next(blob), end);
        }
        return swept + sweepUnfinished(chunks, Keys.after(keys.attachments(Keys.CHUNK)));
    }

    private byte[] firstKey(byte[] from, byte[] end) {
        return database.read(() -> {
            try (RowIterator rows = engine.rows(Family.ATTACHMENTS, from, end).first()) {
                return rows.valid() ? rows.key() : null;
            }
        });
    }

    private synchronized boolean sweepBlob(long number, byte[] key) {
        database.requireThere();
        if (holds.containsKey(number)) {
            return false;
        }
        byte[] references = keys.references(number);
        if (firstKey(references, Keys.after(references)) != null) {
            return false;
        }
        byte[] row = engine.get(Family.ATTACHMENTS, key);
        if (row == null) {
            return false;
        }
        RowReader in = RowReader.of(database.name(), Family.ATTACHMENTS, key, row);
        long length = in.u64();
        Rows rows = new Rows();
        deleteChunks(rows, number, (int) ((length + CHUNK_BYTES - 1) / CHUNK_BYTES));
        rows.delete(engine.number(Family.ATTACHMENTS), keys.digest(in.rest()));
        rows.delete(engine.number(Family.ATTACHMENTS), key);
        putTotal(rows, total() - length);
        engine.writeUnsynced(rows.toBatch());
        return true;
    }

    /** Deletes the chunks of unfinished uploads between two keys. */
    private long sweepUnfinished(byte[] from, byte[] end) {
        long swept = 0;
        for (byte[] key = from;
                Arrays.compareUnsigned(key, end) < 0 && !Thread.currentThread().isInterrupted(); ) {
            byte[] chunk = firstKey(key, end);
            if (chunk == null) {
                break;
            }
            long number = Keys.blobOf(chunk);
            if (database.read(() -> sweepChunks(number))) {
                swept++;
            }
            key = keys.chunks(number + 1);
        }
        return swept;
    }

    private synchronized boolean sweepChunks(long number) {
        database.requireThere();
        if (holds.containsKey(number) || engine.get(Family.ATTACHMENTS, keys.blob(number)) != null) {
            return false;
        }
        Rows rows = new Rows();
        byte[] first = keys.chunks(number);
        try (RowIterator chunks =
                engine.rows(Family.ATTACHMENTS, first, Keys.after(first)).first()) {
            for (; chunks.valid(); chunks.next()) {
                rows.delete(engine.number(Family.ATTACHMENTS), chunks.key());
            }
        }
        engine.writeUnsynced(rows.toBatch());
        return true;
    }
}
