package dev.replicator.peer;

import dev.replicator.document.Blob;
import dev.replicator.replication.PeerException;
import dev.replicator.store.Database;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The stored bytes of some attachments, one behind the other, read as they are asked for. */
final class StoredBytes extends InputStream {
    private static final int MAX_READ_BYTES = 64 << 10;

    private final StorageCalls storage;
    private final Database database;
    private final Deque<Blob> blobs;
    private long offset;

    /** @param blobs held by the caller */
    StoredBytes(StorageCalls storage, Database database, List<Blob> blobs) {
        this.storage = storage;
        this.database = database;
        this.blobs = new ArrayDeque<>(blobs);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        while (!blobs.isEmpty() && offset == blobs.element().storedLength()) {
            blobs.remove();
            offset = 0;
        }
        if (blobs.isEmpty()) {
            return -1;
        }
        Blob blob = blobs.element();
        byte[] part = new byte[(int) Math.min(Math.min(count, MAX_READ_BYTES), blob.storedLength() - offset)];
        int read = read(blob, part);
        if (read == 0) {
            throw new EOFException("an attachment ends after " + offset + " of " + blob.storedLength() + " bytes");
        }
        System.arraycopy(part, 0, into, from, read);
        offset += read;
        return read;
    }

    private int read(Blob blob, byte[] part) throws IOException {
        try {
            return storage.call("reading an attachment", () -> database.read(blob, offset, part));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } catch (PeerException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
