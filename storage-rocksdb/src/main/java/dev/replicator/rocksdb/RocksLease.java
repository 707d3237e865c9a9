package dev.replicator.rocksdb;

import dev.replicator.document.Blob;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one commit to come holds. One thread at a time. */
final class RocksLease implements AttachmentLease {
    private static final Logger LOG = LoggerFactory.getLogger(RocksLease.class);

    private final RocksDatabase database;
    private final List<Long> uploaded = new ArrayList<>();
    private final List<Long> kept = new ArrayList<>();
    private boolean closed;

    RocksLease(RocksDatabase database) {
        this.database = database;
    }

    @Override
    public Upload upload() {
        requireOpen();
        database.room().requireForMore();
        return new RocksUpload(
                database, this, database.read(() -> database.attachments().begin()));
    }

    @Override
    public boolean keep(Blob blob) {
        requireOpen();
        boolean there = database.read(() -> database.attachments().holdStored(blob.number()));
        if (there) {
            kept.add(blob.number());
        }
        return there;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the lease is closed");
        }
    }

    /** Takes over an uploaded number that is held already; lets go of it where the lease is closed. */
    void hold(long number) {
        if (closed) {
            releaseUploaded(number);
        } else {
            uploaded.add(number);
        }
    }

    @Override
    public void close() {
        closed = true;
        kept.forEach(database.attachments()::release);
        kept.clear();
        uploaded.forEach(this::releaseUploaded);
        uploaded.clear();
    }

    private void releaseUploaded(long number) {
        try (Gate.Pass _ = database.engine().gate.enter()) {
            database.attachments().releaseUploaded(number);
        } catch (StoreException.DatabaseGone e) {
            LOG.debug("nothing is left to let go of", e);
        } catch (StoreException e) {
            LOG.warn("attachment {}, which nothing may refer to, is left to a sweep: {}", number, e.getMessage());
        }
    }
}
