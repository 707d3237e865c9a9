package dev.replicator.server.http;

import dev.replicator.server.Version;
import dev.replicator.server.access.Access;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.limits.ClientLimits;
import dev.replicator.server.metrics.Refusal;
import dev.replicator.server.metrics.Traffic;
import dev.replicator.server.tls.ServerIdentity;
import io.undertow.UndertowOptions;
import io.undertow.conduits.BytesReceivedStreamSourceConduit;
import io.undertow.conduits.BytesSentStreamSinkConduit;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.ssl.SslConnection;

/**
 * Listens and answers until closed, by HTTP/1.1 and HTTP/2. Built on Undertow's listener and channels over XNIO,
 * without the rest of Undertow.
 */
public final class HttpServer implements AutoCloseable {
    static final String PRODUCT = "Replicator/" + Version.CURRENT;

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int BUFFER_SIZE = 16 * 1024;
    private static final int TLS_BUFFER_SIZE = 17 * 1024;
    private static final String HTTP_2 = "h2";
    private static final String HTTP_1 = "http/1.1";
    private static final int BACKLOG = 1024;
    static final int IDLE_MILLIS = 10 * 60_000;

    /** How long requests under way may take when the server stops, where nothing else is said. */
    private static final Duration STOP_TIME = Duration.ofSeconds(3);

    /** How long threads may take to end that have nothing left to do. */
    private static final long THREADS_MILLIS = 3000;

    private final XnioWorker worker;
    private final HttpOpenListener listener;
    private final Http2Connections http2;
    private final HeadClocks headClocks;
    private final Openings openings;
    private final AcceptingChannel<? extends StreamConnection> acceptor;
    private final StorageThreads storageThreads;
    private final ScheduledThreadPoolExecutor timer;
    private final DefaultByteBufferPool buffers;

    /** A record of TLS does not fit into the others. */
    private final DefaultByteBufferPool tlsBuffers = new DefaultByteBufferPool(true, TLS_BUFFER_SIZE, -1, 4);

    private final AtomicReference<AcceptingChannel<SslConnection>> tlsAcceptor = new AtomicReference<>();
    private final ClientLimits clients;
    private final Machinery machinery;
    private final Activity activity = new Activity();
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final AtomicBoolean closed = new AtomicBoolean();

    private HttpServer(
            InetSocketAddress address,
            Router router,
            Access access,
            Supplier<HttpLimits> settings,
            Supplier<HttpRules> rules,
            Traffic traffic,
            Audit audit,
            int idleMillis)
            throws IOException {
        HttpLimits limits = settings.get();
        HeadLimits heads = limits.guards().head();
        clients = new ClientLimits(() -> settings.get().guards().clients(), traffic::refused, System::nanoTime);
        worker = worker();
        buffers = new DefaultByteBufferPool(true, BUFFER_SIZE, -1, 4);
        storageThreads = new StorageThreads(limits.storageThreads());
        timer = timer();
        BodyBudget budget = new BodyBudget(limits.allBodiesInMemoryBytes());
        machinery = new Machinery(
                router,
                access,
                settings,
                rules,
                budget,
                storageThreads,
                timer,
                activity,
                traffic,
                heads,
                clients,
                audit);
        headClocks = new HeadClocks(heads.millis(), () -> traffic.refused(Refusal.HEAD));
        listener = new HttpOpenListener(buffers, undertowOptions(idleMillis, heads));
        http2 = new Http2Connections(machinery, buffers, BUFFER_SIZE, idleMillis);
        listener.setRootHandler(exchange -> {
            if (Http2Upgrade.grant(exchange, http2)) {
                headClocks.forget(exchange);
            } else {
                headClocks.headCame(exchange);
                exchange.dispatch(
                        SameThreadExecutor.INSTANCE,
                        () -> Exchange.begin(exchange, ConnectionWatch.of(exchange), machinery));
            }
        });
        openings = new Openings(
                buffers,
                Math.min(idleMillis, heads.millis()),
                () -> traffic.refused(Refusal.HEAD),
                http2::areAdmitted,
                this::openHttp1,
                http2::open);
        traffic.tellLoadBy(() -> load(budget));
        try {
            acceptor = worker.createStreamConnectionServer(
                    address,
                    ChannelListeners.openListenerAdapter(connection -> admit(connection, () -> open(connection))),
                    socketOptions());
        } catch (IOException e) {
            stopThreads();
            throw e;
        }
    }

    /**
     * Starts to listen.
     *
     * @param address port 0 takes a free one
     * @param settings asked for each request; what threads and bodies take together is as at the start
     * @param rules asked once by each request, on its I/O thread: must not block
     * @param traffic what passes is counted there; of this server alone
     * @param audit is told who did what
     * @throws IOException when the address cannot be listened on
     */
    public static HttpServer start(
            InetSocketAddress address,
            Router router,
            Access access,
            Supplier<HttpLimits> settings,
            Supplier<HttpRules> rules,
            Traffic traffic,
            Audit audit)
            throws IOException {
        return start(address, router, access, settings, rules, traffic, audit, IDLE_MILLIS);
    }

    /** As above; connections without a request are closed after {@code idleMillis}. */
    static HttpServer start(
            InetSocketAddress address,
            Router router,
            Access access,
            Supplier<HttpLimits> settings,
            Supplier<HttpRules> rules,
            Traffic traffic,
            Audit audit,
            int idleMillis)
            throws IOException {
        HttpServer server = new HttpServer(address, router, access, settings, rules, traffic, audit, idleMillis);
        server.acceptor.resumeAccepts();
        return server;
    }

    /**
     * Listens at a second address too, by TLS.
     *
     * @param address port 0 takes a free one
     * @return the address with the port that was taken
     * @throws IOException when the address cannot be listened on
     * @throws IllegalStateException when it does so already
     */
    public InetSocketAddress listenByTls(InetSocketAddress address, ServerIdentity identity) throws IOException {
        UndertowXnioSsl ssl = new UndertowXnioSsl(Xnio.getInstance(), OptionMap.EMPTY, tlsBuffers, identity.context()) {
            @Override
            public SSLContext getSslContext() {
                return identity.context();
            }
        };
        AcceptingChannel<SslConnection> listening = ssl.createSslConnectionServer(
                worker,
                address,
                ChannelListeners.openListenerAdapter(
                        connection -> admit(connection, () -> openTls(connection, identity))),
                socketOptions());
        if (!tlsAcceptor.compareAndSet(null, listening)) {
            IoUtils.safeClose(listening);
            throw new IllegalStateException("it listens by TLS already");
        }
        listening.resumeAccepts();
        return listening.getLocalAddress(InetSocketAddress.class);
    }

    /** Where it listens, with the port that was taken. */
    public InetSocketAddress address() {
        return acceptor.getLocalAddress(InetSocketAddress.class);
    }

    /** Closes it; what is under way has some seconds to end. */
    @Override
    public void close() {
        close(STOP_TIME);
    }

    /**
     * Takes no more connections and requests (those on connections that are open get 503), frees the port, has feeds
     * end with their last line, and waits for what is under way.
     *
     * @param atMost beyond which what is under way is broken off
     */
    public void close(Duration atMost) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        IoUtils.safeClose(acceptor);
        IoUtils.safeClose(tlsAcceptor.get());
        try {
            activity.stop();
            http2.stop();
            if (!activity.awaitEnd(atMost.toMillis())) {
                LOG.warn(
                        "requests were still under way after {} ms, and are broken off: {}",
                        atMost.toMillis(),
                        openRequests());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        openings.close();
        listener.closeConnections();
        http2.close();
        stopThreads();
        buffers.close();
        tlsBuffers.close();
    }

    /** Whether it was told to close. */
    boolean isStopping() {
        return activity.isStopping();
    }

    /** Those under way, what waits included. */
    int openRequests() {
        return activity.active() + activity.resting();
    }

    /** Those that wait for a storage thread. */
    int waitingRequests() {
        return storageThreads.waiting();
    }

    long openConnections() {
        // Undertow counts those that are of HTTP/1.1, or were.
        return listener.getConnectorStatistics().getActiveConnections() + http2.begunHere() + openings.waiting();
    }

    private Traffic.Load load(BodyBudget budget) {
        return new Traffic.Load(
                openConnections(),
                activity.active(),
                activity.resting(),
                waitingRequests(),
                budget.used(),
                budget.most(),
                received.sum(),
                sent.sum());
    }

    /** On the accepting thread: what is one too many costs no more than this. */
    private void admit(StreamConnection connection, Runnable open) {
        InetSocketAddress peer = connection.getPeerAddress(InetSocketAddress.class);
        Optional<ClientLimits.Place> place = peer == null
                ? Optional.empty()
                : clients.connect(peer.getAddress(), machinery.proxies().include(peer.getAddress()));
        if (place.isEmpty()) {
            IoUtils.safeClose(connection);
            return;
        }
        connection.setCloseListener(_ -> place.get().leave());
        open.run();
    }

    private void open(StreamConnection connection) {
        // Undertow's own counts come after the first bytes, which say what protocol it is, and are of HTTP/1.1 alone.
        var source = connection.getSourceChannel();
        source.setConduit(new BytesReceivedStreamSourceConduit(source.getConduit(), received::add));
        var sink = connection.getSinkChannel();
        sink.setConduit(new BytesSentStreamSinkConduit(sink.getConduit(), sent::add));
        openings.open(connection);
    }

    /** Which protocol was agreed on need not be asked: a client that chose HTTP/2 begins as with prior knowledge. */
    private void openTls(SslConnection connection, ServerIdentity identity) {
        identity.prepare(
                UndertowXnioSsl.getSslEngine(connection),
                List.of(HTTP_2, HTTP_1),
                protocol -> protocol.equals(HTTP_1) || http2.areAdmitted());
        open(connection);
    }

    /** @param received what was read of it */
    private void openHttp1(StreamConnection connection, PooledByteBuffer received) {
        ParserRefusals.giveBodies(connection);
        headClocks.watch(connection);
        listener.handleEvent(connection, received);
    }

    private void stopThreads() {
        timer.shutdownNow();
        worker.shutdown();
        storageThreads.end();
        try {
            if (!worker.awaitTermination(THREADS_MILLIS, TimeUnit.MILLISECONDS)) {
                worker.shutdownNow();
            }
            storageThreads.awaitEnd(THREADS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static XnioWorker worker() throws IOException {
        return Xnio.getInstance()
                .createWorker(OptionMap.builder()
                        .set(Options.WORKER_NAME, "http")
                        .set(
                                Options.WORKER_IO_THREADS,
                                Math.max(2, Runtime.getRuntime().availableProcessors()))
                        // Undertow wants some for its own rare needs; requests are answered on the storage threads.
                        .set(Options.WORKER_TASK_CORE_THREADS, 1)
                        .set(Options.WORKER_TASK_MAX_THREADS, 2)
                        .set(Options.TCP_NODELAY, true)
                        .getMap());
    }

    private static OptionMap undertowOptions(int idleMillis, HeadLimits heads) {
        return OptionMap.builder()
                .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .set(UndertowOptions.DECODE_URL, false)
                .set(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
                .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .set(UndertowOptions.ENABLE_STATISTICS, true)
                .set(UndertowOptions.NO_REQUEST_TIMEOUT, idleMillis)
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, heads.millis())
                .set(UndertowOptions.MAX_HEADER_SIZE, heads.mostBytes())
                .set(UndertowOptions.MAX_HEADERS, HeadLimits.MOST_FIELDS)
                .getMap();
    }

    private static OptionMap socketOptions() {
        return OptionMap.builder()
                .set(Options.TCP_NODELAY, true)
                .set(Options.REUSE_ADDRESSES, true)
                .set(Options.BACKLOG, BACKLOG)
                .getMap();
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
