package dev.replicator.server.http;

import io.undertow.conduits.HeadStreamSinkConduit;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.http2.AbstractHttp2StreamSinkChannel;
import io.undertow.protocols.http2.AbstractHttp2StreamSourceChannel;
import io.undertow.protocols.http2.Http2Channel;
import io.undertow.protocols.http2.Http2HeadersStreamSinkChannel;
import io.undertow.protocols.http2.Http2RstStreamStreamSourceChannel;
import io.undertow.protocols.http2.Http2Setting;
import io.undertow.protocols.http2.Http2SettingsStreamSourceChannel;
import io.undertow.protocols.http2.Http2StreamSourceChannel;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.server.protocol.framed.FrameHeaderData;
import io.undertow.server.protocol.http2.Http2ServerConnection;
import io.undertow.util.HeaderMap;
import io.undertow.util.Methods;
import io.undertow.util.Protocols;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelExceptionHandler;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;

/**
 * One connection of HTTP/2. Undertow's channel does the framing, the compression of headers and the flow control; this
 * turns its streams into exchanges, tells them when they are reset, and keeps the limits that Undertow only announces.
 * Everything happens on the connection's I/O thread.
 */
final class Http2Connection extends Http2Channel {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);

    /**
     * What clients may send on all streams together before it has come here, beyond the 64 KiB that the protocol begins
     * with: some more than one stream may, so that bodies do not wait for each other.
     */
    private static final int MORE_TO_RECEIVE = 1 << 20;

    /** Streams that a client may reset in {@link #RESETS_NANOS}: cancelled feeds and fetches, but no flood of them. */
    static final int MOST_RESETS = 1000;

    static final long RESETS_NANOS = TimeUnit.SECONDS.toNanos(30);

    /**
     * Resets of streams that were held up, after which the connection is ended as soon as it has no stream. Undertow
     * keeps a frame of each for as long as the connection lasts.
     */
    private static final int MANY_LEFTOVERS = 512;

    private static final int MOST_LEFTOVERS = 1024;

    /** How long a client has to take the last frame, and what answers come before it. */
    private static final long GOODBYE_MILLIS = 2000;

    private final Http2Connections owner;
    private final int mostStreams;
    private final boolean upgraded;
    private final Map<Integer, Http2Stream> streams = new HashMap<>();
    private long idleSinceNanos = System.nanoTime();
    private long resetsSinceNanos = System.nanoTime();
    private int resets;
    private int leftovers;
    private boolean hasReset;
    private final FrameTrace trace = new FrameTrace();
    private boolean greeted;

    /** Serves the request that asked for the upgrade. */
    private Runnable first = () -> {};

    private XnioExecutor.Key idleCheck;

    /** While something is begun and not at its end. */
    private XnioExecutor.Key deadline;

    /**
     * @param received what was read already; may be null
     * @param settings the client's, from its request to upgrade; null where it comes with prior knowledge
     */
    Http2Connection(
            StreamConnection connection,
            Http2Connections owner,
            int mostStreams,
            PooledByteBuffer received,
            ByteBuffer settings) {
        super(
                connection,
                CLEARTEXT_UPGRADE_STRING,
                owner.buffers(),
                received,
                false,
                settings != null,
                true,
                settings,
                owner.options(mostStreams));
        this.owner = owner;
        this.mostStreams = mostStreams;
        this.upgraded = settings != null;
        addCloseTask(_ -> closed());
        getReceiveSetter().set(_ -> receiveOne());
    }

    /** Whether it began as one of HTTP/1.1, as which Undertow goes on to count it. */
    boolean isUpgraded() {
        return upgraded;
    }

    /** Starts to take requests. */
    void begin() {
        checkIdle();
        watchBeginning();
        resumeReceives();
    }

    /**
     * Serves the request that asked for the upgrade as the first stream, once the client's first frame has come: Java's
     * client gets out of step where much of an answer follows the 101 at once (seen with JDK 25).
     */
    void serveFirst(HttpServerExchange upgraded) {
        Http2HeadersStreamSinkChannel sink = createInitialUpgradeResponseStream();
        ServerConnection connection = new Http2ServerConnection(this, sink, getSettings(), owner.bufferSize(), null);
        HeaderMap fields = new HeaderMap();
        Http2Upgrade.copyFields(upgraded.getRequestHeaders(), fields);
        HttpServerExchange exchange = new HttpServerExchange(connection, fields, sink.getHeaders(), -1);
        Connectors.terminateRequest(exchange);
        exchange.setRequestURI(upgraded.getRequestURI(), upgraded.isHostIncludedInRequestURI());
        Http2Head head = new Http2Head(upgraded.getRequestMethod(), null, upgraded.getQueryString());
        first = () -> serve(exchange, head, sink);
    }

    private void receiveOne() {
        try {
            switch (receive()) {
                case Http2StreamSourceChannel request -> admit(request);
                case Http2RstStreamStreamSourceChannel reset -> wasReset(reset.getStreamId());
                case Http2SettingsStreamSourceChannel settings -> settle(settings.getSettings());
                case null, default -> {}
            }
        } catch (IOException e) {
            LOG.debug("a connection of HTTP/2 is given up", e);
            IoUtils.safeClose(this);
        } catch (RuntimeException e) {
            LOG.error("a connection of HTTP/2 is given up", e);
            IoUtils.safeClose(this);
        }
    }

    private void admit(Http2StreamSourceChannel request) {
        if (owner.isStopping() || isFull()) {
            sendRstStream(request.getStreamId(), ERROR_REFUSED_STREAM);
            return;
        }
        Optional<Http2Head> head = Http2Head.take(request.getHeaders());
        if (head.isEmpty()) {
            sendRstStream(request.getStreamId(), ERROR_PROTOCOL_ERROR);
            return;
        }
        Http2HeadersStreamSinkChannel sink = request.getResponseChannel();
        ServerConnection connection = new Http2ServerConnection(this, request, getSettings(), owner.bufferSize(), null);
        HttpServerExchange exchange = new HttpServerExchange(connection, request.getHeaders(), sink.getHeaders(), -1);
        if (request.isOpen()) {
            request.setCompletionListener(_ -> Connectors.terminateRequest(exchange));
            exchange.addExchangeCompleteListener((_, next) -> {
                release(request);
                next.proceed();
            });
        } else {
            Connectors.terminateRequest(exchange);
        }
        exchange.setRequestURI(head.get().path());
        serve(exchange, head.get(), sink);
    }

    /**
     * Lets go of what came of a body and will not be read. Undertow does not where a stream is reset after it has come
     * to its end; with its buffers all held that way, it would read nothing from the connection any more.
     */
    private static void release(Http2StreamSourceChannel request) {
        request.setIgnoreForceClose(true);
        IoUtils.safeClose(request);
    }

    private void serve(HttpServerExchange exchange, Http2Head head, Http2HeadersStreamSinkChannel sink) {
        exchange.setProtocol(Protocols.HTTP_2_0);
        exchange.setPersistent(true);
        exchange.setRequestScheme(getSslSession() == null ? "http" : "https");
        exchange.setRequestMethod(head.method());
        exchange.setQueryString(head.query());
        exchange.setRequestPath(exchange.getRequestURI());
        exchange.setRelativePath(exchange.getRequestURI());
        sink.setCompletionListener(_ -> Connectors.terminateResponse(exchange));
        if (head.method().equals(Methods.HEAD)) {
            exchange.addResponseWrapper((factory, _) -> new HeadStreamSinkConduit(factory.create(), null, true));
        }
        Http2Stream stream = new Http2Stream(this, exchange, sink);
        streams.put(stream.id(), stream);
        owner.serve(exchange, stream);
    }

    /** Those that Undertow is about to take for ended do not count: their client can know already. */
    private boolean isFull() {
        return streams.size() >= mostStreams
                && streams.values().stream().filter(stream -> !stream.isOver()).count() >= mostStreams;
    }

    private void wasReset(int id) {
        long now = System.nanoTime();
        if (now - resetsSinceNanos > RESETS_NANOS) {
            resetsSinceNanos = now;
            resets = 0;
        }
        Http2Stream stream = streams.get(id);
        if (stream != null) {
            leftovers += stream.isHeldUp() ? 1 : 0;
            stream.broken();
        }
        if (++resets > MOST_RESETS || leftovers > MOST_LEFTOVERS) {
            LOG.debug("a connection of HTTP/2 is ended: its client resets too many streams");
            sendGoAway(ERROR_ENHANCE_YOUR_CALM);
        }
    }

    private void settle(List<Http2Setting> settings) throws IOException {
        if (!settings.stream().allMatch(setting -> Http2Upgrade.isBearable(setting.getId(), setting.getValue()))) {
            sendGoAway(ERROR_ENHANCE_YOUR_CALM);
            return;
        }
        if (!greeted) {
            greeted = true;
            watchBeginning();
            sendUpdateWindowSize(0, MORE_TO_RECEIVE);
            first.run();
            first = () -> {};
        }
    }

    void ended(int id) {
        streams.remove(id);
        if (streams.isEmpty()) {
            idleSinceNanos = System.nanoTime();
            if (leftovers > MANY_LEFTOVERS || owner.isStopping()) {
                sendGoAway(ERROR_NO_ERROR);
            }
        }
    }

    /** Says goodbye where there is no stream. */
    void endIfIdle() {
        if (streams.isEmpty()) {
            sendGoAway(ERROR_NO_ERROR);
        }
    }

    private void checkIdle() {
        long limit = owner.idleMillis();
        long idle = streams.isEmpty() ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - idleSinceNanos) : 0;
        if (idle >= limit) {
            sendGoAway(ERROR_NO_ERROR);
        } else {
            idleCheck = getIoThread().executeAfter(this::checkIdle, limit - idle, TimeUnit.MILLISECONDS);
        }
    }

    /** What a client begins, it has some time to bring to its end, as by HTTP/1.1; its greeting too. */
    private void watchBeginning() {
        boolean unfinished = !greeted || trace.isUnfinished();
        if (unfinished && deadline == null) {
            deadline = getIoThread()
                    .executeAfter(this::endUnfinished, owner.heads().millis(), TimeUnit.MILLISECONDS);
        } else if (!unfinished && deadline != null) {
            deadline.remove();
            deadline = null;
        }
    }

    private void endUnfinished() {
        deadline = null;
        if (getUnderlyingConnection().getSourceChannel().isReadResumed()) {
            owner.tooSlow();
            sendGoAway(ERROR_NO_ERROR);
        } else {
            // Its bodies fill the buffers, and so the rest is not read.
            watchBeginning();
        }
    }

    private void closed() {
        if (deadline != null) {
            deadline.remove();
        }
        if (idleCheck != null) {
            idleCheck.remove();
        }
        owner.closed(this);
        List.copyOf(streams.values()).forEach(Http2Stream::broken);
    }

    /** Closes the connection soon, for a client that takes nothing will not take that it is told to go either. */
    @Override
    public void sendGoAway(int status, ChannelExceptionHandler<AbstractHttp2StreamSinkChannel> handler) {
        if (isThisGoneAway()) {
            return;
        }
        super.sendGoAway(status, handler);
        try {
            getIoThread().executeAfter(() -> IoUtils.safeClose(this), GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            IoUtils.safeClose(this);
        }
    }

    @Override
    public void sendRstStream(int streamId, int statusCode) {
        hasReset = true;
        super.sendRstStream(streamId, statusCode);
    }

    /**
     * Does nothing: each byte of a body is given back to the window of the connection when it comes. As it is read
     * would be never for those of streams that are reset, and the window would close for good (RFC 9113, section 6.9).
     * How much a client may send before it is read is for the windows of the streams, and for Undertow's buffers, to
     * say.
     */
    @Override
    public void updateReceiveFlowControlWindow(int read) {}

    /**
     * Undertow would take the first frame of a head for all of it, if the rest has not come yet. To be asked again, as
     * for any part of a frame, it goes on where it was.
     */
    @Override
    protected FrameHeaderData parseFrame(ByteBuffer data) throws IOException {
        int from = data.position();
        FrameHeaderData frame = super.parseFrame(data);
        trace.consumed(data, from);
        if (frame != null && trace.isData()) {
            super.updateReceiveFlowControlWindow(trace.length());
        }
        watchBeginning();
        if (!trace.isWithinHead()) {
            return frame;
        }
        if (trace.headBytes() > owner.heads().mostBytes()) {
            throw new IOException("a head of more than " + owner.heads().mostBytes() + " bytes");
        }
        return null;
    }

    /**
     * Ignores what a client sent of a body before it saw that its stream is reset (RFC 9113, section 5.1). Undertow
     * would take that for a breach of the protocol, and end the connection.
     */
    @Override
    protected AbstractHttp2StreamSourceChannel createChannel(FrameHeaderData frame, PooledByteBuffer data)
            throws IOException {
        if (hasReset && trace.isData()) {
            return null;
        }
        return super.createChannel(frame, data);
    }
}
