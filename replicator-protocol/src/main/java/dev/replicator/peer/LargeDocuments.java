package dev.replicator.peer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;

/**
 * Sees that of the large documents of a peer one at a time is held, however many are fetched at a time: what a
 * replication takes of memory would else grow with its workers times the largest document. Thread-safe.
 */
final class LargeDocuments {
    /** A document of more bytes of JSON, its attachments aside, is large. */
    static final int LARGE_BYTES = 1 << 20;

    private final Semaphore one = new Semaphore(1, true);

    /** For one who fetches some documents, one after the other. */
    Turn turn() {
        return new Turn();
    }

    /** One thread at a time. Given back in any case: others wait for it. */
    final class Turn {
        private long read;
        private boolean held;

        /** Waits until no other large document is held. */
        void take() throws InterruptedException {
            if (!held) {
                one.acquire();
                held = true;
            }
        }

        boolean isHeld() {
            return held;
        }

        /** The document that was read is not held any more. */
        void give() {
            read = 0;
            if (held) {
                held = false;
                one.release();
            }
        }

        /** The same bytes, which wait for this turn once they are those of a large document. */
        InputStream over(InputStream documents) {
            return new FilterInputStream(documents) {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] into, int offset, int count) throws IOException {
                    int came = in.read(into, offset, count);
                    grow(Math.max(came, 0));
                    return came;
                }
            };
        }

        private void grow(int came) throws InterruptedIOException {
            read += came;
            if (read <= LARGE_BYTES) {
                return;
            }
            try {
                take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                InterruptedIOException interrupted =
                        new InterruptedIOException("interrupted while waiting to read a large document");
                interrupted.initCause(e);
                throw interrupted;
            }
        }
    }
}
