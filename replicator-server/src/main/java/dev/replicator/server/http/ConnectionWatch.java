package dev.replicator.server.http;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.AttachmentKey;
import java.io.IOException;
import org.xnio.IoUtils;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.conduits.StreamSourceConduit;

/**
 * One connection of HTTP/1.1, for as long as it lasts: tells the request under way when it closes, and can look out for
 * a client that goes away while nothing is read or written. A client that only ends its own sending is taken to be gone
 * too: those that wait for a feed keep it open.
 */
final class ConnectionWatch implements Line {
    private static final AttachmentKey<ConnectionWatch> KEY = AttachmentKey.create(ConnectionWatch.class);

    private final HttpServerConnection connection;
    private volatile Runnable onClose;

    /** The exchange under way; null between two. */
    private volatile HttpServerExchange current;

    private boolean watching;

    private ConnectionWatch(HttpServerConnection connection) {
        this.connection = connection;
        // One listener per connection, not per request: Undertow keeps all it is given.
        connection.addCloseListener(_ -> closed());
    }

    /** The watch of an exchange's connection. On its I/O thread. */
    static ConnectionWatch of(HttpServerExchange exchange) {
        HttpServerConnection connection = (HttpServerConnection) exchange.getConnection();
        ConnectionWatch watch = connection.getAttachment(KEY);
        if (watch == null) {
            watch = new ConnectionWatch(connection);
            connection.putAttachment(KEY, watch);
        }
        watch.follow(exchange);
        return watch;
    }

    private void follow(HttpServerExchange exchange) {
        current = exchange;
        exchange.addExchangeCompleteListener((_, next) -> {
            current = null;
            next.proceed();
        });
    }

    @Override
    public boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public boolean isForIoThreadOnly() {
        return false;
    }

    @Override
    public void close() {
        IoThreads.run(connection.getIoThread(), () -> IoUtils.safeClose(connection));
    }

    @Override
    public void onClose(Runnable action) {
        onClose = action;
        if (!connection.isOpen()) {
            closed();
        }
    }

    @Override
    public void forget() {
        onClose = null;
    }

    private void closed() {
        HttpServerExchange exchange = current;
        if (exchange != null) {
            // Undertow ends the exchange next. Where another could follow, it would set its idle timer for that, which
            // keeps a connection that is gone, and all that hangs on it, for ten minutes.
            exchange.setPersistent(false);
        }
        Runnable action = onClose;
        onClose = null;
        if (action != null) {
            action.run();
        }
    }

    /** Looks for the end of the client's stream, and closes the connection on it. */
    @Override
    public void lookOut() {
        if (watching || connection.getExtraBytes() != null || !connection.isOpen()) {
            return;
        }
        watching = true;
        ConduitStreamSourceChannel source = connection.getChannel().getSourceChannel();
        source.setReadListener(_ -> readable());
        connection.getOriginalSourceConduit().resumeReads();
    }

    @Override
    public void stopLooking() {
        if (watching) {
            watching = false;
            connection.getOriginalSourceConduit().suspendReads();
        }
    }

    private void readable() {
        StreamSourceConduit source = connection.getOriginalSourceConduit();
        if (!watching) {
            source.suspendReads();
            return;
        }
        PooledByteBuffer pooled = connection.getByteBufferPool().allocate();
        boolean keep = false;
        try {
            int read = source.read(pooled.getBuffer());
            if (read < 0) {
                IoUtils.safeClose(connection);
            } else if (read > 0) {
                // The client's next request, sent ahead: it is there, and is kept until this one is answered.
                stopLooking();
                pooled.getBuffer().flip();
                connection.ungetRequestBytes(pooled);
                keep = true;
            }
        } catch (IOException e) {
            IoUtils.safeClose(connection);
        } finally {
            if (!keep) {
                pooled.close();
            }
        }
    }
}
