package dev.replicator.server.http;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Gzips a stream part by part (RFC 1952), fast rather than small. Holds native memory until closed. One thread at a
 * time.
 */
final class GzipCoder implements AutoCloseable {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 0xff};
    private static final int TRAILER_BYTES = 8;
    private static final int STEP = 16 << 10;

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final CRC32 crc = new CRC32();
    private final byte[] step = new byte[STEP];
    private boolean begun;

    /** Takes bytes; some of what they become may come out with later ones only. */
    void code(byte[] source, int offset, int length, ByteSink out) {
        if (!begun) {
            begun = true;
            out.write(HEADER);
        }
        crc.update(source, offset, length);
        deflater.setInput(source, offset, length);
        drain(Deflater.NO_FLUSH, out);
    }

    /** Lets out all that was taken so far. */
    void flush(ByteSink out) {
        drain(Deflater.SYNC_FLUSH, out);
    }

    void finish(ByteSink out) {
        deflater.finish();
        drain(Deflater.NO_FLUSH, out);
        out.write(ByteBuffer.allocate(TRAILER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue())
                .putInt((int) deflater.getBytesRead())
                .array());
    }

    private void drain(int flush, ByteSink out) {
        int count;
        do {
            count = deflater.deflate(step, 0, step.length, flush);
            out.write(step, 0, count);
        } while (count == step.length || (count > 0 && !deflater.needsInput()));
    }

    @Override
    public void close() {
        deflater.end();
    }
}
