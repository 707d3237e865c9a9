package dev.replicator.rocksdb;

import dev.replicator.document.Blob;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.StoreException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bytes on their way into a database, written by the chunk. One thread at a time. */
final class RocksUpload extends AttachmentLease.Upload implements Attachments.Upload {
    private static final Logger LOG = LoggerFactory.getLogger(RocksUpload.class);
    private static final int FIRST_BUFFER_BYTES = 4 << 10;

    private final RocksDatabase database;
    private final RocksLease lease;
    private final long number;
    private final MessageDigest sha256 = digest("SHA-256");
    private final MessageDigest md5 = digest("MD5");
    private byte[] chunk = new byte[FIRST_BUFFER_BYTES];
    private int filled;
    private int chunks;
    private long length;
    /** Whether no further bytes are taken. */
    private boolean ended;
    /** Whether the number was handed over, or given up. */
    private boolean finished;

    RocksUpload(RocksDatabase database, RocksLease lease, long number) {
        this.database = database;
        this.lease = lease;
        this.number = number;
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public int chunks() {
        return chunks;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        requireUnended();
        sha256.update(bytes, offset, count);
        md5.update(bytes, offset, count);
        length += count;
        int at = offset;
        int left = count;
        while (left > 0) {
            if (filled == Attachments.CHUNK_BYTES) {
                writeChunk();
            }
            int part = Math.min(left, Attachments.CHUNK_BYTES - filled);
            if (chunk.length - filled < part) {
                int grown = Math.max(filled + part, chunk.length * 2);
                chunk = Engine.grown(chunk, Math.min(grown, Attachments.CHUNK_BYTES));
            }
            System.arraycopy(bytes, at, chunk, filled, part);
            filled += part;
            at += part;
            left -= part;
        }
    }

    private void writeChunk() {
        database.read(() -> {
            database.attachments().writeChunk(number, chunks, chunk, filled);
            return null;
        });
        chunks++;
        filled = 0;
    }

    @Override
    public Blob finish(Blob.Encoding encoding, long decodedLength) {
        requireUnended();
        // Also where it fails: the digests are used up.
        ended = true;
        byte[] digest = sha256.digest();
        long stored = database.read(() -> database.attachments().finish(this, digest, chunk, filled));
        finished = true;
        chunk = null;
        lease.hold(stored);
        return new Blob(stored, md5.digest(), length, decodedLength, encoding);
    }

    private void requireUnended() {
        if (ended) {
            throw new IllegalStateException("the upload has ended");
        }
    }

    @Override
    public void close() {
        ended = true;
        chunk = null;
        if (finished) {
            return;
        }
        finished = true;
        try (Gate.Pass _ = database.engine().gate.enter()) {
            database.attachments().abandon(this);
        } catch (StoreException.Unavailable e) {
            LOG.warn("the chunks of an interrupted upload are left to a sweep", e);
        }
    }
}
