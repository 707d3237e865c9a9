package dev.replicator.server.endpoint;

import dev.replicator.server.http.ByteSink;
import dev.replicator.server.http.Chunks;
import dev.replicator.server.http.Pull;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Sends what a stream reads from the store, part by part as it is taken. */
final class BlobChunks implements Chunks {
    private static final int PART = 64 * 1024;

    private final InputStream bytes;

    BlobChunks(InputStream bytes) {
        this.bytes = bytes;
    }

    @Override
    public Pull next(ByteSink out) throws IOException {
        byte[] part = bytes.readNBytes(PART);
        out.write(part);
        return part.length < PART ? Pull.DONE : Pull.MORE;
    }

    @Override
    public void close() {
        try {
            bytes.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
