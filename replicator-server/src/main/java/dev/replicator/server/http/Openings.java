package dev.replicator.server.http;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Connections that have not said yet whether they are of HTTP/1.1 or, with prior knowledge, of HTTP/2: their first
 * bytes do (RFC 9113, section 3.4). Thread-safe.
 */
final class Openings {
    private static final Logger LOG = LoggerFactory.getLogger(Openings.class);

    /** How HTTP/2 begins; no method of HTTP/1.1 does. */
    private static final ByteBuffer HTTP2 =
            ByteBuffer.wrap("PRI".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();

    private final ByteBufferPool buffers;
    private final long headMillis;
    private final Runnable tooSlow;
    private final BooleanSupplier http2Admitted;
    private final BiConsumer<StreamConnection, PooledByteBuffer> http1;
    private final BiConsumer<StreamConnection, PooledByteBuffer> http2;
    private final Set<StreamConnection> waiting = ConcurrentHashMap.newKeySet();

    /**
     * @param headMillis after which a connection is closed that has not said enough; TLS begins within it too
     * @param tooSlow told of each of those
     * @param http2Admitted asked once something came; otherwise it is HTTP/1.1 whatever that is
     * @param http1 takes over a connection, with what was read of it, on its I/O thread
     * @param http2 likewise
     */
    Openings(
            ByteBufferPool buffers,
            long headMillis,
            Runnable tooSlow,
            BooleanSupplier http2Admitted,
            BiConsumer<StreamConnection, PooledByteBuffer> http1,
            BiConsumer<StreamConnection, PooledByteBuffer> http2) {
        this.buffers = buffers;
        this.headMillis = headMillis;
        this.tooSlow = tooSlow;
        this.http2Admitted = http2Admitted;
        this.http1 = http1;
        this.http2 = http2;
    }

    /** A connection was accepted; on its I/O thread. */
    void open(StreamConnection connection) {
        new Opening(connection).read();
    }

    /** How many have not said enough yet. */
    int waiting() {
        return waiting.size();
    }

    /** Closes those that still wait. */
    void close() {
        waiting.forEach(IoUtils::safeClose);
    }

    private final class Opening {
        private final StreamConnection connection;
        private PooledByteBuffer begun;
        private XnioExecutor.Key deadline;

        Opening(StreamConnection connection) {
            this.connection = connection;
        }

        void read() {
            PooledByteBuffer pooled = begun == null ? buffers.allocate() : begun;
            try {
                int read = connection.getSourceChannel().read(pooled.getBuffer());
                if (read < 0) {
                    throw new IOException("it ended before it began");
                }
            } catch (IOException e) {
                LOG.debug("a new connection is given up", e);
                pooled.close();
                IoUtils.safeClose(connection);
                return;
            }
            ByteBuffer received = pooled.getBuffer().duplicate().flip();
            int compared = Math.min(received.remaining(), HTTP2.remaining());
            boolean fits = (compared == 0 || http2Admitted.getAsBoolean())
                    && received.slice(0, compared).equals(HTTP2.slice(0, compared));
            if (fits && compared < HTTP2.remaining()) {
                await(pooled);
            } else {
                decided();
                pooled.getBuffer().flip();
                (fits ? http2 : http1).accept(connection, pooled);
            }
        }

        private void await(PooledByteBuffer pooled) {
            // Nothing is held for those that say nothing.
            if (pooled.getBuffer().position() == 0) {
                pooled.close();
                begun = null;
            } else {
                begun = pooled;
            }
            ConduitStreamSourceChannel source = connection.getSourceChannel();
            if (deadline == null) {
                waiting.add(connection);
                connection.setCloseListener(_ -> ended());
                deadline = connection.getIoThread().executeAfter(this::giveUp, headMillis, TimeUnit.MILLISECONDS);
                source.setReadListener(_ -> read());
                source.resumeReads();
            }
        }

        private void giveUp() {
            tooSlow.run();
            IoUtils.safeClose(connection);
        }

        private void decided() {
            if (deadline != null) {
                connection.getSourceChannel().suspendReads();
                forget();
            }
        }

        /** A listener stays with its connection: this one is told of the end of each, though long decided. */
        private void ended() {
            if (waiting.contains(connection)) {
                forget();
                if (begun != null) {
                    begun.close();
                }
            }
        }

        private void forget() {
            waiting.remove(connection);
            deadline.remove();
            deadline = null;
        }
    }
}
