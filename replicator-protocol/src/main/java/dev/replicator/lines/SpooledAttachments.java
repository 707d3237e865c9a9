package dev.replicator.lines;

import dev.replicator.document.AttachmentIntake;
import dev.replicator.document.Blob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Takes the attachments inside a line to a spool. The number of a blob is where its bytes begin there. */
final class SpooledAttachments implements AttachmentIntake {
    /** Nobody looks at it: the target makes its own. */
    private static final byte[] NO_MD5 = new byte[16];

    private final Spool spool;

    SpooledAttachments(Spool spool) {
        this.spool = spool;
    }

    @Override
    public Incoming begin(String name, Optional<String> contentType) {
        long begin = spool.length();
        return new Incoming() {
            @Override
            public void write(byte[] bytes, int offset, int count) {
                try {
                    spool.write(bytes, offset, count);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public Blob finish(String type) {
                long length = spool.length() - begin;
                return new Blob(begin, NO_MD5, length, length, Blob.Encoding.IDENTITY);
            }

            @Override
            public void close() {
                // What was not finished stays in the spool until the line is done.
            }
        };
    }
}
