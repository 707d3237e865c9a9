package dev.replicator.server.http;

import dev.replicator.server.metrics.Refusal;
import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.http2.Http2Channel;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;

/** All connections of HTTP/2, with what they share. Thread-safe. */
final class Http2Connections {
    /** What a client may send of one body before it is read. */
    private static final int WINDOW = 128 << 10;

    /** Of 16 KiB, that one connection may fill with bodies before they are read; then it is not read any more. */
    static final int MOST_BUFFERS = 32;

    static {
        // Undertow takes no more by its options than by this; 0 leaves it to them.
        System.setProperty(Http2Channel.HTTP2_MAX_HEADER_SIZE_PROPERTY, "0");
    }

    private final Machinery machinery;
    private final ByteBufferPool buffers;
    private final int bufferSize;
    private final long idleMillis;
    private final Set<Http2Connection> connections = ConcurrentHashMap.newKeySet();

    /** @param idleMillis after which a connection without a request is ended */
    Http2Connections(Machinery machinery, ByteBufferPool buffers, int bufferSize, long idleMillis) {
        this.machinery = machinery;
        this.buffers = buffers;
        this.bufferSize = bufferSize;
        this.idleMillis = idleMillis;
    }

    /** Whether new connections may have HTTP/2. */
    boolean areAdmitted() {
        return mostStreams() > 0 && !isStopping();
    }

    boolean isStopping() {
        return machinery.activity().isStopping();
    }

    /** Takes over a connection whose client begins with HTTP/2; on its I/O thread. */
    void open(StreamConnection connection, PooledByteBuffer received) {
        begin(new Http2Connection(connection, this, mostStreams(), received, null));
    }

    /** Takes over a connection whose client asked for it, once it was told so; on its I/O thread. */
    void upgrade(StreamConnection connection, HttpServerExchange first, ByteBuffer settings) {
        Http2Connection upgraded = new Http2Connection(connection, this, mostStreams(), null, settings);
        begin(upgraded);
        upgraded.serveFirst(first);
    }

    private void begin(Http2Connection connection) {
        connections.add(connection);
        connection.begin();
    }

    void serve(HttpServerExchange exchange, Http2Stream stream) {
        Connectors.executeRootHandler(
                begun -> begun.dispatch(SameThreadExecutor.INSTANCE, () -> Exchange.begin(begun, stream, machinery)),
                exchange);
    }

    /** How many there are that began with HTTP/2. */
    long begunHere() {
        return connections.stream()
                .filter(connection -> !connection.isUpgraded())
                .count();
    }

    void closed(Http2Connection connection) {
        connections.remove(connection);
    }

    /** Ends those that have nothing under way; the others end with their last stream. New streams are refused. */
    void stop() {
        connections.forEach(connection -> IoThreads.run(connection.getIoThread(), connection::endIfIdle));
    }

    /** Ends all of them, whatever is under way. */
    void close() {
        connections.forEach(connection ->
                IoThreads.run(connection.getIoThread(), () -> connection.sendGoAway(Http2Channel.ERROR_NO_ERROR)));
    }

    ByteBufferPool buffers() {
        return buffers;
    }

    int bufferSize() {
        return bufferSize;
    }

    long idleMillis() {
        return idleMillis;
    }

    HeadLimits heads() {
        return machinery.heads();
    }

    /** A head, or what else a client has begun to send, does not come to its end. */
    void tooSlow() {
        machinery.traffic().refused(Refusal.HEAD);
    }

    private int mostStreams() {
        return machinery.settings().get().http2Streams();
    }

    OptionMap options(int mostStreams) {
        return OptionMap.builder()
                .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .set(UndertowOptions.MAX_HEADERS, HeadLimits.MOST_FIELDS)
                .set(UndertowOptions.MAX_HEADER_SIZE, machinery.heads().mostListBytes())
                .set(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, mostStreams)
                .set(UndertowOptions.HTTP2_SETTINGS_INITIAL_WINDOW_SIZE, WINDOW)
                .set(UndertowOptions.HTTP2_SETTINGS_ENABLE_PUSH, false)
                // Undertow's own counts no reset of a request that is complete, but those that it sends.
                .set(UndertowOptions.MAX_RST_FRAMES_PER_WINDOW, Http2Connection.MOST_RESETS)
                .set(UndertowOptions.RST_FRAMES_TIME_WINDOW, (int)
                        TimeUnit.NANOSECONDS.toMillis(Http2Connection.RESETS_NANOS))
                .set(UndertowOptions.MAX_QUEUED_READ_BUFFERS, MOST_BUFFERS)
                .getMap();
    }
}
