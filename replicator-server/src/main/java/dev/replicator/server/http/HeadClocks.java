package dev.replicator.server.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.xnio.StreamConnection;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Tells which connections of HTTP/1.1 ended within a head that took too long: Undertow closes those, and tells nobody.
 * Thread-safe.
 */
final class HeadClocks {
    private final long limitNanos;
    private final Runnable tooSlow;
    private final Map<StreamConnection, Clock> clocks = new ConcurrentHashMap<>();

    /** @param tooSlow told of each */
    HeadClocks(long limitMillis, Runnable tooSlow) {
        this.limitNanos = TimeUnit.MILLISECONDS.toNanos(limitMillis);
        this.tooSlow = tooSlow;
    }

    /** The first bytes of a connection have come. */
    void watch(StreamConnection connection) {
        Clock clock = new Clock(connection.getSourceChannel().getConduit());
        connection.getSourceChannel().setConduit(clock);
        clocks.put(connection, clock);
        connection.setCloseListener(_ -> {
            if (clocks.remove(connection) != null
                    && clock.state == State.HEAD
                    && System.nanoTime() - clock.begunNanos >= limitNanos) {
                tooSlow.run();
            }
        });
    }

    /** A head has come whole. What is read until the exchange completes is no head, or one sent ahead. */
    void headCame(HttpServerExchange exchange) {
        Clock clock = clocks.get(((HttpServerConnection) exchange.getConnection()).getChannel());
        if (clock != null) {
            clock.state = State.REQUEST;
            exchange.addExchangeCompleteListener((_, next) -> {
                clock.state = State.IDLE;
                next.proceed();
            });
        }
    }

    /** The connection goes on as one of HTTP/2. */
    void forget(HttpServerExchange exchange) {
        clocks.remove(((HttpServerConnection) exchange.getConnection()).getChannel());
    }

    private enum State {
        HEAD,
        REQUEST,
        IDLE
    }

    private static final class Clock extends AbstractStreamSourceConduit<StreamSourceConduit> {
        private volatile long begunNanos = System.nanoTime();
        private volatile State state = State.HEAD;

        Clock(StreamSourceConduit next) {
            super(next);
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            int read = super.read(into);
            if (read > 0 && state == State.IDLE) {
                begunNanos = System.nanoTime();
                state = State.HEAD;
            }
            return read;
        }
    }
}
