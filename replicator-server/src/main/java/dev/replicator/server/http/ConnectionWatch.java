package dev.replicator.server.http;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.AbstractServerConnection;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.AttachmentKey;
import java.io.IOException;
import org.xnio.IoUtils;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.conduits.StreamSourceConduit;

/**
 * One connection, for as long as it lasts: tells the request under way when it closes, and can look out for a client
 * that goes away while nothing is read or written. A client that only ends its own sending is taken to be gone too:
 * those that wait for a feed keep it open.
 */
final class ConnectionWatch {
    private static final AttachmentKey<ConnectionWatch> KEY = AttachmentKey.create(ConnectionWatch.class);

    private final ServerConnection connection;
    private volatile Runnable onClose;

    /** The exchange under way; null between two. */
    private volatile HttpServerExchange current;

    private boolean watching;

    private ConnectionWatch(ServerConnection connection) {
        this.connection = connection;
        // One listener per connection, not per request: Undertow keeps all it is given.
        connection.addCloseListener(_ -> closed());
    }

    /** The watch of an exchange's connection. On its I/O thread. */
    static ConnectionWatch of(HttpServerExchange exchange) {
        ServerConnection connection = exchange.getConnection();
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

    /** Whom to tell, once, from whatever thread closes the connection; at once when it is closed already. */
    void onClose(Runnable action) {
        onClose = action;
        if (!connection.isOpen()) {
            closed();
        }
    }

    /** Tells nobody any more. */
    void forget() {
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

    /** Starts to look for the end of the client's stream, and closes the connection on it. On the I/O thread. */
    void lookOut() {
        if (watching
                || !(connection instanceof HttpServerConnection http)
                || http.getExtraBytes() != null
                || !http.isOpen()) {
            return;
        }
        watching = true;
        ConduitStreamSourceChannel source = http.getChannel().getSourceChannel();
        source.setReadListener(_ -> readable(http));
        http.getOriginalSourceConduit().resumeReads();
    }

    /** Stops to look: the connection is about to carry its next request. On the I/O thread. */
    void stopLooking() {
        if (watching && connection instanceof AbstractServerConnection http) {
            watching = false;
            http.getOriginalSourceConduit().suspendReads();
        }
    }

    private void readable(HttpServerConnection http) {
        StreamSourceConduit source = http.getOriginalSourceConduit();
        if (!watching) {
            source.suspendReads();
            return;
        }
        PooledByteBuffer pooled = http.getByteBufferPool().allocate();
        boolean keep = false;
        try {
            int read = source.read(pooled.getBuffer());
            if (read < 0) {
                IoUtils.safeClose(http);
            } else if (read > 0) {
                // The client's next request, sent ahead: it is there, and is kept until this one is answered.
                stopLooking();
                pooled.getBuffer().flip();
                http.ungetRequestBytes(pooled);
                keep = true;
            }
        } catch (IOException e) {
            IoUtils.safeClose(http);
        } finally {
            if (!keep) {
                pooled.close();
            }
        }
    }
}
