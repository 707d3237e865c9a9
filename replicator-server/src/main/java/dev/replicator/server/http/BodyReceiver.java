package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.channels.StreamSourceChannel;

/**
 * Receives one body without blocking: what its destination takes at once on the connection's I/O thread, the rest by a
 * storage thread while the socket waits. Everything else happens on the I/O thread.
 */
final class BodyReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(BodyReceiver.class);

    /** Told exactly once, on the I/O thread, how receiving ended. */
    interface Outcome {
        /** The destination has all of it. */
        void received();

        /**
         * The destination was told to discard what it has.
         *
         * @param problem a {@code CouchException}, a malformed body or a broken connection
         */
        void failed(Exception problem);
    }

    private final HttpServerExchange exchange;
    private final BodyDestination destination;
    private final Executor storageThreads;
    private final Outcome outcome;
    private final Stall stall;
    private final BodyLimits limits;
    private StreamSourceChannel channel;
    /** Whether the destination is at work on a storage thread. */
    private boolean writing;

    private Exception abortion;
    private boolean ended;

    BodyReceiver(
            HttpServerExchange exchange,
            BodyLimits limits,
            BodyDestination destination,
            Executor storageThreads,
            Stall stall,
            Outcome outcome) {
        this.exchange = exchange;
        this.limits = limits;
        this.destination = destination;
        this.storageThreads = storageThreads;
        this.stall = stall;
        this.outcome = outcome;
    }

    /** Starts; the outcome may come before this returns. */
    void start() {
        if (exchange.isRequestComplete()) {
            end(null);
            return;
        }
        if (exchange.getRequestContentLength() > limits.mostBytes()) {
            end(BodyCollector.tooLarge(limits.mostBytes()));
            return;
        }
        if (HttpContinue.requiresContinueResponse(exchange)) {
            HttpContinue.sendContinueResponse(exchange, new IoCallback() {
                @Override
                public void onComplete(HttpServerExchange done, Sender sender) {
                    ioThread(BodyReceiver.this::listen);
                }

                @Override
                public void onException(HttpServerExchange failed, Sender sender, IOException problem) {
                    ioThread(() -> end(problem));
                }
            });
        } else {
            listen();
        }
    }

    /** Gives up, since the connection has closed; from any thread. */
    void abort(Exception problem) {
        ioThread(() -> {
            if (writing) {
                abortion = problem;
            } else {
                end(problem);
            }
        });
    }

    private void listen() {
        channel = exchange.getRequestChannel();
        channel.getReadSetter().set(_ -> readSome());
        stall.start(() -> abort(new IOException("no more of the request's body came")));
        readSome();
    }

    private void readSome() {
        if (ended || writing) {
            return;
        }
        try (PooledByteBuffer pooled =
                exchange.getConnection().getByteBufferPool().allocate()) {
            ByteBuffer buffer = pooled.getBuffer();
            while (true) {
                buffer.clear();
                int read = channel.read(buffer);
                if (read < 0) {
                    end(null);
                    return;
                }
                if (read == 0) {
                    channel.resumeReads();
                    return;
                }
                stall.progress(read);
                buffer.flip();
                if (!destination.takesAtOnce(read)) {
                    writeElsewhere(buffer);
                    return;
                }
                destination.write(buffer);
            }
        } catch (IOException | RuntimeException e) {
            end(e);
        } catch (Error e) {
            // What was read is lost: to go on would leave a hole in the body.
            end(broken(e));
        }
    }

    private static Exception broken(Error error) {
        return new IllegalStateException("receiving a body", error);
    }

    private void writeElsewhere(ByteBuffer received) {
        writing = true;
        stall.pause();
        channel.suspendReads();
        ByteBuffer copy =
                ByteBuffer.allocate(received.remaining()).put(received).flip();
        try {
            storageThreads.execute(() -> {
                Exception problem = null;
                try {
                    destination.write(copy);
                } catch (IOException e) {
                    LOG.error("a request's body cannot be kept in {}", limits.spoolFolder(), e);
                    problem = CouchError.unavailable("The server cannot keep a body of this size now. See its log.")
                            .asException();
                } catch (RuntimeException e) {
                    problem = e;
                } catch (Error e) {
                    problem = broken(e);
                }
                Exception result = problem;
                ioThread(() -> written(result));
            });
        } catch (RejectedExecutionException e) {
            written(e);
        }
    }

    private void written(Exception problem) {
        writing = false;
        stall.resume();
        if (problem != null || abortion != null) {
            end(problem != null ? problem : abortion);
        } else {
            readSome();
        }
    }

    private void end(Exception problem) {
        if (ended) {
            return;
        }
        ended = true;
        stall.stop();
        if (channel != null) {
            channel.getReadSetter().set(null);
            channel.suspendReads();
        }
        if (problem == null) {
            outcome.received();
        } else {
            destination.discard();
            outcome.failed(problem);
        }
    }

    private void ioThread(Runnable task) {
        IoThreads.run(exchange, task);
    }
}
