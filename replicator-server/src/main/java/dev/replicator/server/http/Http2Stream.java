package dev.replicator.server.http;

import io.undertow.protocols.http2.Http2Channel;
import io.undertow.protocols.http2.Http2HeadersStreamSinkChannel;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import java.util.concurrent.atomic.AtomicReference;

/** One stream of an HTTP/2 connection: one request and its answer. */
final class Http2Stream implements Line {
    private final Http2Connection connection;
    private final HttpServerExchange exchange;
    private final Http2HeadersStreamSinkChannel sink;
    private final AtomicReference<Runnable> onClose = new AtomicReference<>();
    private volatile boolean gone;

    Http2Stream(Http2Connection connection, HttpServerExchange exchange, Http2HeadersStreamSinkChannel sink) {
        this.connection = connection;
        this.exchange = exchange;
        this.sink = sink;
        exchange.addExchangeCompleteListener((_, next) -> {
            gone = true;
            onClose.set(null);
            connection.ended(id());
            next.proceed();
        });
    }

    int id() {
        return sink.getStreamId();
    }

    @Override
    public boolean isOpen() {
        return !gone;
    }

    /** Undertow's channels would allow more, but a reset, which comes on that thread, could then pull them away. */
    @Override
    public boolean isForIoThreadOnly() {
        return true;
    }

    @Override
    public void close() {
        IoThreads.run(connection.getIoThread(), () -> {
            if (!gone) {
                // Once it has its answer, a client only needs to know that the rest of its body is not wanted.
                connection.sendRstStream(id(), isAnswered() ? Http2Channel.ERROR_NO_ERROR : Http2Channel.ERROR_CANCEL);
                broken();
            }
        });
    }

    @Override
    public void onClose(Runnable action) {
        onClose.set(action);
        if (gone) {
            tell();
        }
    }

    @Override
    public void forget() {
        onClose.set(null);
    }

    /** The client's reset comes of itself. */
    @Override
    public void lookOut() {}

    @Override
    public void stopLooking() {}

    /** The stream was reset, by whomever, or its connection closed. On the I/O thread. */
    void broken() {
        if (gone) {
            return;
        }
        gone = true;
        tell();
        // Undertow takes a reset to be the end only when something is written next, which may be never.
        Connectors.terminateRequest(exchange);
        Connectors.terminateResponse(exchange);
    }

    /** Whether a frame of the answer waits for the client to take it. */
    boolean isHeldUp() {
        return sink.isReadyForFlush();
    }

    /** Whether both sides have ended it, though Undertow may not have said so yet. */
    boolean isOver() {
        return isAnswered() && exchange.isRequestComplete();
    }

    private boolean isAnswered() {
        return sink.isWritesShutdown() && !sink.isReadyForFlush();
    }

    private void tell() {
        Runnable action = onClose.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }
}
