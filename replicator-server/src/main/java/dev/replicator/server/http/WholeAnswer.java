package dev.replicator.server.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.StreamSinkConduit;

/** Sends an answer that stands in memory: at once as far as the socket takes it, the rest on the I/O thread. */
final class WholeAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(WholeAnswer.class);
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final HttpServerExchange exchange;
    private final Line line;
    private final ByteBuffer body;
    private final Stall stall;
    private StreamSinkChannel channel;

    private WholeAnswer(HttpServerExchange exchange, Line line, ByteBuffer body, Stall stall) {
        this.exchange = exchange;
        this.line = line;
        this.body = body;
        this.stall = stall;
    }

    /** From any thread that has the exchange to itself. Does not block; never throws for what the client does. */
    static void send(HttpServerExchange exchange, Line line, Answer.Whole answer, Stall stall) {
        if (!line.isOpen()) {
            exchange.endExchange();
            return;
        }
        putHead(exchange, answer.status(), answer.headers());
        if (exchange.isHttp10() && exchange.isPersistent() && exchange.isRequestComplete()) {
            // Such a client takes the connection to end unless told otherwise.
            exchange.getResponseHeaders().put(Headers.CONNECTION, Headers.KEEP_ALIVE.toString());
        }
        boolean bodiless = answer.status() == NO_CONTENT || answer.status() == NOT_MODIFIED;
        if (bodiless) {
            // Undertow would claim chunks where the method is HEAD.
            exchange.addResponseWrapper((factory, sent) -> {
                StreamSinkConduit conduit = factory.create();
                sent.getResponseHeaders().remove(Headers.TRANSFER_ENCODING);
                return conduit;
            });
        } else {
            exchange.setResponseContentLength(answer.body().length);
        }
        boolean sendsBody = !bodiless && !exchange.getRequestMethod().equals(Methods.HEAD);
        ByteBuffer body = sendsBody ? ByteBuffer.wrap(answer.body()) : ByteBuffer.allocate(0);
        new WholeAnswer(exchange, line, body, stall).start();
    }

    static void putHead(HttpServerExchange exchange, int status, dev.replicator.server.http.Headers headers) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.SERVER, HttpServer.PRODUCT);
        headers.forEach((name, value) -> exchange.getResponseHeaders().put(HttpString.tryFromString(name), value));
    }

    private void start() {
        if (!body.hasRemaining()) {
            Ending.end(exchange, line, stall);
            return;
        }
        channel = exchange.getResponseChannel();
        write();
    }

    private void write() {
        try {
            while (body.hasRemaining()) {
                int written = channel.write(body);
                if (written == 0) {
                    await();
                    return;
                }
                stall.progress(written);
            }
            stall.stop();
            channel.getWriteSetter().set(null);
            channel.suspendWrites();
            Ending.end(exchange, line, stall);
        } catch (IOException e) {
            LOG.debug("the client went away before its answer was complete", e);
            stall.stop();
            line.close();
        }
    }

    private void await() {
        if (!channel.isWriteResumed()) {
            stall.start(line::close);
            channel.getWriteSetter().set(_ -> write());
            channel.resumeWrites();
        }
    }
}
