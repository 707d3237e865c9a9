package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Blob;
import dev.replicator.server.http.ByteSink;
import dev.replicator.server.http.Pull;
import dev.replicator.store.AttachmentLease;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlobChunksTest {
    private static final int PART = 64 * 1024;

    private static final byte[] BYTES = random(5 * PART / 2);

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Counts what was taken of it. */
    private static final class Counted extends ByteArrayInputStream {
        private boolean closed;

        Counted(byte[] bytes) {
            super(bytes);
        }

        int taken() {
            return pos;
        }

        @Override
        public void close() throws IOException {
            super.close();
            closed = true;
        }
    }

    private static final class Lease implements AttachmentLease {
        private boolean closed;

        @Override
        public Upload upload() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean keep(Blob blob) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void readsNoMoreThanAPartAhead() throws IOException {
        Counted bytes = new Counted(BYTES);
        try (BlobChunks chunks = BlobChunks.stored(bytes, 0, BYTES.length, new Lease())) {
            for (int pull = 1; pull <= 3; pull++) {
                ByteSink out = new ByteSink();
                Pull pulled = chunks.next(out);
                assertEquals(Math.min(pull * PART, BYTES.length), bytes.taken());
                assertEquals(pull < 3 ? PART : PART / 2, out.size());
                assertEquals(pull < 3 ? Pull.MORE : Pull.DONE, pulled);
            }
        }
    }

    /** The store keeps rows of a part's size: reading across their ends would read each twice. */
    @Test
    void endsPartsWhereTheRowsEnd() throws IOException {
        Counted bytes = new Counted(Arrays.copyOfRange(BYTES, 100, BYTES.length));
        try (BlobChunks chunks = BlobChunks.stored(bytes, 100, 2 * PART, new Lease())) {
            int[] sizes = new int[3];
            for (int i = 0; i < sizes.length; i++) {
                ByteSink out = new ByteSink();
                assertEquals(i < 2 ? Pull.MORE : Pull.DONE, chunks.next(out));
                sizes[i] = out.size();
            }
            assertArrayEquals(new int[] {PART - 100, PART, 100}, sizes);
        }
    }

    @Test
    void getsPastWhatComesBeforeInSteps() throws IOException {
        byte[] large = random(3_000_000);
        Counted bytes = new Counted(large);
        try (BlobChunks chunks = BlobChunks.decoded(bytes, 2_500_000, 10, new Lease())) {
            ByteSink out = new ByteSink();
            int before = 0;
            while (out.size() == 0) {
                assertTrue(bytes.taken() - before <= 1024 * 1024 + PART, "a step of " + (bytes.taken() - before));
                before = bytes.taken();
                Pull pulled = chunks.next(out);
                assertEquals(out.size() == 0 ? Pull.MORE : Pull.DONE, pulled);
            }
            assertEquals(2_500_010, bytes.taken());
        }
    }

    @Test
    void bytesThatAreMissingBreakTheAnswerOff() {
        InputStream bytes = new ByteArrayInputStream(BYTES, 0, PART + 1);
        BlobChunks chunks = BlobChunks.stored(bytes, 0, BYTES.length, new Lease());
        assertThrows(EOFException.class, () -> {
            chunks.next(new ByteSink());
            chunks.next(new ByteSink());
        });
        BlobChunks skipping = BlobChunks.decoded(new ByteArrayInputStream(BYTES), BYTES.length + 1, 1, new Lease());
        assertThrows(EOFException.class, () -> skipping.next(new ByteSink()));
    }

    @Test
    void letsGoWhenClosed() {
        Counted bytes = new Counted(BYTES);
        Lease lease = new Lease();
        BlobChunks.stored(bytes, 0, BYTES.length, lease).close();
        assertTrue(bytes.closed);
        assertTrue(lease.closed);
    }
}
