package dev.replicator.server.http;

import io.undertow.conduits.ReadDataStreamSourceConduit;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Reads a chunked body of HTTP/1.1 through {@link ChunkDecoder}, in the place of Undertow's own conduit. What follows
 * the body on the connection is pushed back: it is the next request.
 */
final class ChunkedBodyConduit extends AbstractStreamSourceConduit<StreamSourceConduit> {
    private final HttpServerExchange exchange;
    private final HttpServerConnection connection;
    private final ChunkDecoder decoder = new ChunkDecoder();

    private ChunkedBodyConduit(HttpServerExchange exchange, HttpServerConnection connection) {
        super(new ReadDataStreamSourceConduit(connection.getOriginalSourceConduit(), connection));
        this.exchange = exchange;
        this.connection = connection;
    }

    /** Has the exchange's request channel read by this, if its body is chunked. To be called before it is asked for. */
    static void install(HttpServerExchange exchange) {
        if (exchange.getConnection() instanceof HttpServerConnection connection) {
            exchange.addRequestWrapper((_, wrapped) -> new ChunkedBodyConduit(wrapped, connection));
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (decoder.isEnd()) {
            return -1;
        }
        int before = target.position();
        PooledByteBuffer pooled = connection.getByteBufferPool().allocate();
        boolean keep = false;
        try {
            ByteBuffer coded = pooled.getBuffer();
            int read = next.read(coded);
            if (read < 0) {
                throw new ClosedChannelException();
            }
            coded.flip();
            decoder.decode(coded, target);
            keep = coded.hasRemaining();
            if (keep) {
                connection.ungetRequestBytes(pooled);
            }
        } finally {
            if (!keep) {
                pooled.close();
            }
        }
        if (decoder.isEnd()) {
            Connectors.terminateRequest(exchange);
        }
        int count = target.position() - before;
        return count == 0 && decoder.isEnd() ? -1 : count;
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            if (targets[i].hasRemaining()) {
                return read(targets[i]);
            }
        }
        return 0;
    }

    @Override
    public void terminateReads() throws IOException {
        if (!decoder.isEnd()) {
            exchange.setPersistent(false);
            super.terminateReads();
        }
    }
}
