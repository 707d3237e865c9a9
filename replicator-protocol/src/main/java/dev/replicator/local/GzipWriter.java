package dev.replicator.local;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Gzips to the bytes that CouchDB's zlib gives: level 8, a header without name and time.
 *
 * <p>One thread at a time; holds native memory until {@link #release}.
 */
final class GzipWriter {
    private static final int LEVEL = 8;
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    private static final int BUFFER_BYTES = 8 << 10;

    private final OutputStream out;
    private final Deflater deflater = new Deflater(LEVEL, true);
    private final DeflaterOutputStream deflated;
    private final CRC32 checksum = new CRC32();
    private boolean begun;
    private long length;

    /** @param out takes the gzipped bytes; never closed */
    GzipWriter(OutputStream out) {
        this.out = out;
        this.deflated = new DeflaterOutputStream(out, deflater, BUFFER_BYTES);
    }

    /** How many bytes were gzipped. */
    long length() {
        return length;
    }

    void write(byte[] bytes, int offset, int count) throws IOException {
        begin();
        checksum.update(bytes, offset, count);
        deflated.write(bytes, offset, count);
        length += count;
    }

    /** Writes what remains. */
    void finish() throws IOException {
        begin();
        deflated.finish();
        littleEndian(checksum.getValue());
        littleEndian(length);
    }

    private void begin() throws IOException {
        if (!begun) {
            begun = true;
            out.write(HEADER);
        }
    }

    private void littleEndian(long value) throws IOException {
        for (int i = 0; i < 4; i++) {
            out.write((int) (value >> (8 * i)));
        }
    }

    /** Lets go of the native memory; may be called again. */
    void release() {
        deflater.end();
    }
}
