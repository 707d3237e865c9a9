package dev.replicator.server.http;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListeners;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/**
 * Ends an exchange whose answer is written: flushes it, and reads over what is left of a body that was refused, so that
 * the connection can carry the next request and the client, which is still sending, gets to see its answer.
 */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

    /** Beyond this much of a refused body it is cheaper to lose the connection. */
    private static final long MOST_DRAINED = 64L << 20;

    private final HttpServerExchange exchange;
    private final Line line;
    private final Stall stall;
    private final boolean drain;
    private long drained;

    private Ending(HttpServerExchange exchange, Line line, Stall stall, boolean drain) {
        this.exchange = exchange;
        this.line = line;
        this.stall = stall;
        this.drain = drain;
    }

    /** On the thread that has the exchange to itself; where the body is not complete yet, that is the I/O thread. */
    static void end(HttpServerExchange exchange, Line line, Stall stall) {
        if (exchange.isRequestComplete() || !line.isOpen()) {
            exchange.endExchange();
            return;
        }
        // A client that still waits for 100 Continue will not send its body; one whose framing broke cannot be
        // followed.
        boolean awaitsContinue = HttpContinue.requiresContinueResponse(exchange.getRequestHeaders())
                && !HttpContinue.isContinueResponseSent(exchange);
        boolean drain = exchange.isPersistent() && !awaitsContinue;
        if (!drain) {
            exchange.setPersistent(false);
        }
        new Ending(exchange, line, stall, drain).flush();
    }

    private void flush() {
        try {
            StreamSinkChannel channel = exchange.getResponseChannel();
            if (channel == null) {
                channel = Connectors.getConduitSinkChannel(exchange);
            }
            channel.shutdownWrites();
            stall.start(line::close);
            if (channel.flush()) {
                flushed();
            } else {
                channel.getWriteSetter()
                        .set(ChannelListeners.flushingChannelListener(
                                sink -> {
                                    sink.suspendWrites();
                                    flushed();
                                },
                                (_, problem) -> close(problem)));
                channel.resumeWrites();
            }
        } catch (IOException e) {
            close(e);
        }
    }

    private void flushed() {
        if (!drain) {
            stall.stop();
            line.close();
            return;
        }
        StreamSourceChannel source = Connectors.getExistingRequestChannel(exchange);
        if (source == null) {
            source = exchange.getRequestChannel();
        }
        source.getReadSetter().set(this::drain);
        drain(source);
    }

    private void drain(StreamSourceChannel source) {
        try (PooledByteBuffer pooled =
                exchange.getConnection().getByteBufferPool().allocate()) {
            while (drained <= MOST_DRAINED) {
                pooled.getBuffer().clear();
                int read = source.read(pooled.getBuffer());
                if (read < 0) {
                    stall.stop();
                    return;
                }
                if (read == 0) {
                    source.resumeReads();
                    return;
                }
                stall.progress(read);
                drained += read;
            }
            close(new IOException("more than " + MOST_DRAINED + " bytes of a refused body"));
        } catch (IOException e) {
            close(e);
        }
    }

    private void close(IOException problem) {
        LOG.debug("a connection is given up", problem);
        stall.stop();
        line.close();
    }
}
