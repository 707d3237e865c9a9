package dev.replicator.local;

import dev.replicator.document.AttachmentIntake;
import dev.replicator.document.Blob;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Puts the attachments inside a document into the store while the document is parsed.
 *
 * <p>How bytes are stored depends on their type, which a client may name behind them. Few bytes wait for it; more are
 * stored as they are, and once again where their type turns out to ask for it. The first blob is then referred to by
 * nothing, and deleted when the lease is closed.
 */
final class InlineAttachments implements AttachmentIntake {
    private static final int WAITING_BYTES = 64 * 1024;
    private static final String UNKNOWN_TYPE = "application/octet-stream";

    private final Database database;
    private final AttachmentLease lease;

    InlineAttachments(Database database, AttachmentLease lease) {
        this.database = database;
        this.lease = lease;
    }

    @Override
    public Incoming begin(String name, Optional<String> contentType) {
        Inline inline = new Inline();
        contentType.ifPresent(inline::store);
        return inline;
    }

    private final class Inline implements Incoming {
        private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(0);

        /** Null while the bytes wait for their type. */
        private IncomingAttachment stored;

        private String storedAs = UNKNOWN_TYPE;

        private void store(String contentType) {
            storedAs = contentType;
            stored = IncomingAttachment.plain(lease, contentType);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) {
            try {
                if (stored == null && waiting.size() + count > WAITING_BYTES) {
                    store(UNKNOWN_TYPE);
                    waiting.writeTo(stored);
                    waiting.reset();
                }
                if (stored == null) {
                    waiting.write(bytes, offset, count);
                } else {
                    stored.write(bytes, offset, count);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Blob finish(String contentType) {
            try {
                if (stored == null) {
                    store(contentType);
                    waiting.writeTo(stored);
                }
                Blob blob = stored.finish();
                boolean asTypeAsks =
                        AttachmentCoding.isCompressible(storedAs) == AttachmentCoding.isCompressible(contentType);
                return asTypeAsks ? blob : storedAgain(blob, contentType);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Blob storedAgain(Blob blob, String contentType) throws IOException {
            try (InputStream bytes = AttachmentCoding.decoded(database, blob)) {
                return IncomingAttachment.plain(lease, contentType).storeAll(bytes);
            }
        }

        @Override
        public void close() {
            if (stored != null) {
                stored.close();
            }
        }
    }
}
