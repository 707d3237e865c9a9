package dev.replicator.local;

import dev.replicator.document.Blob;
import dev.replicator.store.AttachmentLease;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.ZipException;

/**
 * One attachment on its way into the store, written as its bytes come and in the form in which it is stored. Closing it
 * unfinished leaves nothing behind.
 *
 * <p>One thread at a time.
 */
public abstract sealed class IncomingAttachment extends OutputStream {
    final AttachmentLease.Upload upload;

    private IncomingAttachment(AttachmentLease lease) {
        this.upload = lease.upload();
    }

    /** Bytes that come as they are; they are gzipped here where their type asks for it. */
    public static IncomingAttachment plain(AttachmentLease lease, String contentType) {
        return AttachmentCoding.isCompressible(contentType) ? new Gzipping(lease) : new Identity(lease);
    }

    /** Bytes that come gzipped, stored as they are; writing fails with {@link ZipException} where they are not. */
    public static IncomingAttachment gzipped(AttachmentLease lease) {
        return new Gzipped(lease);
    }

    /** How many bytes came so far, their encoding undone. */
    public abstract long length();

    /**
     * Ends the attachment.
     *
     * @throws ZipException where what came should be gzip and breaks off
     */
    public abstract Blob finish() throws IOException;

    /**
     * Stores all that an input holds, and closes this.
     *
     * @param bytes read to the end, not closed
     */
    public Blob storeAll(InputStream bytes) throws IOException {
        try (this) {
            bytes.transferTo(this);
            return finish();
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public abstract void write(byte[] bytes, int offset, int count) throws IOException;

    @Override
    public void close() {
        upload.close();
    }

    private static final class Identity extends IncomingAttachment {
        private long length;

        Identity(AttachmentLease lease) {
            super(lease);
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            upload.write(bytes, offset, count);
            length += count;
        }

        @Override
        public Blob finish() {
            return upload.finish(Blob.Encoding.IDENTITY, length);
        }
    }

    /** Gzips to the same bytes as CouchDB, since their MD5 is part of the revision id. */
    private static final class Gzipping extends IncomingAttachment {
        private final GzipWriter gzip;

        Gzipping(AttachmentLease lease) {
            super(lease);
            gzip = new GzipWriter(upload);
        }

        @Override
        public long length() {
            return gzip.length();
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            gzip.write(bytes, offset, count);
        }

        @Override
        public Blob finish() throws IOException {
            gzip.finish();
            return upload.finish(Blob.Encoding.GZIP, gzip.length());
        }

        @Override
        public void close() {
            gzip.release();
            super.close();
        }
    }

    private static final class Gzipped extends IncomingAttachment {
        private final GzipMeter meter = new GzipMeter();

        Gzipped(AttachmentLease lease) {
            super(lease);
        }

        @Override
        public long length() {
            return meter.length();
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            meter.take(bytes, offset, count);
            upload.write(bytes, offset, count);
        }

        @Override
        public Blob finish() throws ZipException, IOException {
            meter.end();
            return upload.finish(Blob.Encoding.GZIP, meter.length());
        }

        @Override
        public void close() {
            meter.close();
            super.close();
        }
    }
}
