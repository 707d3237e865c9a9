package dev.replicator.rocksdb;

import dev.replicator.document.Blob;
import dev.replicator.store.AttachmentLease;
import java.util.ArrayList;
import java.util.List;

/** What one commit to come holds. One thread at a time. */
final class RocksLease implements AttachmentLease {
    private final RocksDatabase database;
    private final List<Long> held = new ArrayList<>();
    private boolean closed;

    RocksLease(RocksDatabase database) {
        this.database = database;
    }

    @Override
    public Upload upload() {
        requireOpen();
        return new RocksUpload(
                database, this, database.read(() -> database.attachments().begin()));
    }

    @Override
    public boolean keep(Blob blob) {
        requireOpen();
        boolean there = database.read(() -> database.attachments().holdStored(blob.number()));
        if (there) {
            held.add(blob.number());
        }
        return there;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the lease is closed");
        }
    }

    /** Takes over a number that is held already; lets go of it where the lease is closed. */
    void hold(long number) {
        if (closed) {
            database.attachments().release(number);
        } else {
            held.add(number);
        }
    }

    @Override
    public void close() {
        closed = true;
        for (long number : held) {
            database.attachments().release(number);
        }
        held.clear();
    }
}
