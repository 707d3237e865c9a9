package dev.replicator.server.endpoint;

import dev.replicator.server.http.ByteSink;
import dev.replicator.server.http.Chunks;
import dev.replicator.server.http.Pull;
import dev.replicator.store.AttachmentLease;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Sends an attachment's bytes, or a run of them, as they are taken: at most one part is read ahead. Holds the
 * attachment until it is closed, so that an answer once begun does not break off, whatever becomes of the document.
 */
final class BlobChunks implements Chunks {
    /** What the driver pulls at a time, and the store keeps in a row. */
    private static final int PART = 64 * 1024;

    /** How many bytes are decoded only to get past them before other requests have their turn. */
    private static final int MOST_SKIPPED = 1024 * 1024;

    private final InputStream bytes;
    private final BlobParts parts;
    private final AttachmentLease lease;
    private long toSkip;

    private BlobChunks(InputStream bytes, long toSkip, BlobParts parts, AttachmentLease lease) {
        this.bytes = bytes;
        this.toSkip = toSkip;
        this.parts = parts;
        this.lease = lease;
    }

    /**
     * Stored bytes.
     *
     * @param bytes stands at {@code offset}
     * @param lease holds them; closed with this
     */
    static BlobChunks stored(InputStream bytes, long offset, long length, AttachmentLease lease) {
        return new BlobChunks(bytes, 0, new BlobParts(bytes, offset, length, PART), lease);
    }

    /**
     * Decoded bytes, which can be reached only through those before them.
     *
     * @param bytes stands at the first of all
     * @param lease holds them; closed with this
     */
    static BlobChunks decoded(InputStream bytes, long offset, long length, AttachmentLease lease) {
        return new BlobChunks(bytes, offset, new BlobParts(bytes, 0, length, PART), lease);
    }

    @Override
    public Pull next(ByteSink out) throws IOException {
        if (toSkip > 0) {
            skip();
            return Pull.MORE;
        }
        out.give(parts.next());
        return parts.hasMore() ? Pull.MORE : Pull.DONE;
    }

    private void skip() throws IOException {
        byte[] unwanted = new byte[PART];
        for (int skipped = 0; skipped < MOST_SKIPPED && toSkip > 0; ) {
            int read = bytes.read(unwanted, 0, (int) Math.min(unwanted.length, toSkip));
            if (read < 0) {
                throw new EOFException("an attachment is shorter than it should be, by " + toSkip + " bytes and more");
            }
            skipped += read;
            toSkip -= read;
        }
    }

    @Override
    public void close() {
        try (lease) {
            parts.close();
        }
    }
}
