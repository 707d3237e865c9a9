package dev.replicator.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Hands a body on to its taker while it comes. Some of it gathers in between, so that a storage thread is bothered once
 * for many packets.
 */
final class StreamedBody implements BodyDestination {
    /** What one connection may hold here. */
    private static final int MOST_GATHERED = 128 << 10;

    private static final int FIRST_SIZE = 16 << 10;

    private final BodyTaker taker;
    private final long mostBytes;
    private final Executor storageThreads;
    private byte[] gathered = {};
    private int filled;
    private long length;

    /** @param mostBytes of the whole body */
    StreamedBody(BodyTaker taker, long mostBytes, Executor storageThreads) {
        this.taker = taker;
        this.mostBytes = mostBytes;
        this.storageThreads = storageThreads;
    }

    @Override
    public boolean takesAtOnce(int more) {
        return more <= MOST_GATHERED - filled;
    }

    @Override
    public void write(ByteBuffer bytes) {
        int more = bytes.remaining();
        if (more > mostBytes - length) {
            throw BodyCollector.tooLarge(mostBytes);
        }
        length += more;
        if (!takesAtOnce(more)) {
            taker.take(gathered, 0, filled);
            filled = 0;
        }
        if (gathered.length - filled < more) {
            int grown = Math.max(FIRST_SIZE, Math.max(filled + more, 2 * gathered.length));
            gathered = Arrays.copyOf(gathered, grown);
        }
        bytes.get(gathered, filled, more);
        filled += more;
    }

    /** Ends the body, on a storage thread. */
    Answer complete() {
        return complete(taker, () -> taker.take(gathered, 0, filled));
    }

    @Override
    public void discard() {
        try {
            storageThreads.execute(taker::abandon);
        } catch (RejectedExecutionException e) {
            // The server is stopping: its threads have ended, and the store is there still.
            taker.abandon();
        }
    }

    /** Has a taker take a body that was received whole, on a storage thread. */
    static Answer pipe(RequestBody body, BodyTaker taker) throws IOException {
        return complete(taker, () -> {
            try (InputStream in = body.open()) {
                byte[] part = new byte[Math.clamp(body.length(), 1, MOST_GATHERED)];
                for (int count = in.read(part); count >= 0; count = in.read(part)) {
                    taker.take(part, 0, count);
                }
            }
        });
    }

    private static <E extends Exception> Answer complete(BodyTaker taker, Rest<E> rest) throws E {
        boolean taken = false;
        try {
            rest.take();
            taken = true;
        } finally {
            if (!taken) {
                taker.abandon();
            }
        }
        return taker.complete();
    }

    /** Has the taker take what is left. */
    private interface Rest<E extends Exception> {
        void take() throws E;
    }
}
