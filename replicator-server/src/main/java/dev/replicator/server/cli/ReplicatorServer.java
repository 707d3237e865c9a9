package dev.replicator.server.cli;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.local.AttachmentCoding;
import dev.replicator.peer.ChosenAddress;
import dev.replicator.peer.LocalPeer;
import dev.replicator.server.access.Access;
import dev.replicator.server.access.PreparedStore;
import dev.replicator.server.access.Securities;
import dev.replicator.server.access.UserDatabases;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.audit.AuditLog;
import dev.replicator.server.config.Administrators;
import dev.replicator.server.config.BackupKeys;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.LimitKeys;
import dev.replicator.server.config.LogKeys;
import dev.replicator.server.config.OperationKeys;
import dev.replicator.server.config.Settings;
import dev.replicator.server.config.UpkeepKeys;
import dev.replicator.server.endpoint.ClusterSetupEndpoint;
import dev.replicator.server.endpoint.ConfigEndpoint;
import dev.replicator.server.endpoint.ConfiguredIds;
import dev.replicator.server.endpoint.DoctorEndpoint;
import dev.replicator.server.endpoint.DocumentIds;
import dev.replicator.server.endpoint.EndpointLimits;
import dev.replicator.server.endpoint.Endpoints;
import dev.replicator.server.endpoint.NodeEndpoint;
import dev.replicator.server.endpoint.Permissions;
import dev.replicator.server.endpoint.PrometheusEndpoint;
import dev.replicator.server.endpoint.RestartEndpoint;
import dev.replicator.server.endpoint.SessionEndpoint;
import dev.replicator.server.endpoint.StatsEndpoint;
import dev.replicator.server.endpoint.StoredSecurities;
import dev.replicator.server.endpoint.SystemEndpoint;
import dev.replicator.server.endpoint.UpEndpoint;
import dev.replicator.server.endpoint.UuidsEndpoint;
import dev.replicator.server.endpoint.VersionsEndpoint;
import dev.replicator.server.endpoint.WelcomeEndpoint;
import dev.replicator.server.http.CorsPolicy;
import dev.replicator.server.http.Guards;
import dev.replicator.server.http.HttpLimits;
import dev.replicator.server.http.HttpRules;
import dev.replicator.server.http.HttpServer;
import dev.replicator.server.http.RequestLog;
import dev.replicator.server.http.Router;
import dev.replicator.server.metrics.Counts;
import dev.replicator.server.metrics.Metrics;
import dev.replicator.server.metrics.Passwords;
import dev.replicator.server.metrics.Traffic;
import dev.replicator.server.peruser.PerUserDatabases;
import dev.replicator.server.replication.Replications;
import dev.replicator.server.upkeep.BackupRuns;
import dev.replicator.server.upkeep.Chores;
import dev.replicator.server.upkeep.Upkeep;
import dev.replicator.store.Backups;
import dev.replicator.store.Store;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server over a store that was opened already. */
public final class ReplicatorServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicatorServer.class);

    /** Not at once: whoever starts a server waits for its first answers. */
    private static final Duration FIRST_ROUND = Duration.ofSeconds(5);

    static {
        ChosenAddress.enable();
    }

    private final Access access;
    private final HttpServer http;
    private final Optional<HttpServer> metricsPort;
    private final Optional<InetSocketAddress> tls;
    private final Replications replications;
    private final Upkeep upkeep;
    private final PerUserDatabases perUser;
    private final BackupRuns backups;
    private final Metrics metrics;
    private final AuditLog audit;
    private final LongSupplier stopSeconds;

    private ReplicatorServer(
            Access access,
            HttpServer http,
            Optional<InetSocketAddress> tls,
            Optional<HttpServer> metricsPort,
            Replications replications,
            Upkeep upkeep,
            PerUserDatabases perUser,
            BackupRuns backups,
            Metrics metrics,
            AuditLog audit,
            LongSupplier stopSeconds) {
        this.stopSeconds = stopSeconds;
        this.audit = audit;
        this.access = access;
        this.metricsPort = metricsPort;
        this.metrics = metrics;
        this.http = http;
        this.tls = tls;
        this.replications = replications;
        this.upkeep = upkeep;
        this.perUser = perUser;
        this.backups = backups;
    }

    /**
     * Starts to listen; without backups.
     *
     * @param store stays the caller's, who closes it after this
     * @param announce told what an operator has to see once, such as a generated password
     * @throws IOException when the address cannot be listened on; the message is one line
     * @throws dev.replicator.server.config.SettingsException for settings that cannot be used
     */
    public static ReplicatorServer start(Settings settings, Store store, Consumer<String> announce) throws IOException {
        return start(settings, store, Backups.NONE, announce, () -> {});
    }

    /**
     * As above.
     *
     * @param backups those of the store
     * @param portNeeded told right before it listens
     */
    public static ReplicatorServer start(
            Settings settings, Store store, Backups backups, Consumer<String> announce, Runnable portNeeded)
            throws IOException {
        return start(
                settings,
                store,
                backups,
                announce,
                administrators -> AuthenticationKeys.start(settings, store, administrators),
                portNeeded);
    }

    /** As above; {@code recognition} makes what recognises callers. */
    static ReplicatorServer start(
            Settings settings,
            Store store,
            Backups backups,
            Consumer<String> announce,
            Function<Administrators, Access> recognition)
            throws IOException {
        return start(settings, store, backups, announce, recognition, () -> {});
    }

    private static ReplicatorServer start(
            Settings settings,
            Store store,
            Backups backups,
            Consumer<String> announce,
            Function<Administrators, Access> recognition,
            Runnable portNeeded)
            throws IOException {
        for (String name : Endpoints.SYSTEM_DATABASES) {
            if (store.database(name).isEmpty()) {
                store.create(name);
            }
        }
        if (!AttachmentCoding.compressesLikeCouchDb()) {
            LOG.warn(
                    "this Java's zlib does not compress as CouchDB's: the same text attachment put here and there makes"
                            + " different revisions");
        }
        settings.outdated().forEach(LOG::warn);
        Administrators administrators = Administrators.of(settings, store, announce);
        Access access = recognition.apply(administrators);
        Traffic traffic = new Traffic();
        Counts counts = new Counts();
        AuditLog audit = new AuditLog(new ConfiguredAudit(settings), InstantSource.system());
        Securities securities = new StoredSecurities(store);
        UserDatabases users = UserSettings.databases(settings, store, securities);
        users.prepare();
        Store databases = new PreparedStore(store, users);
        Replications replications = ReplicationKeys.start(settings, databases, securities, users, access, audit, () -> {
            EndpointLimits.Values limits = endpointLimits(settings);
            return new LocalPeer.Limits(limits.documentBytes(), limits.attachments());
        });
        BackupRuns runs = new BackupRuns(backups, () -> backupRules(settings), InstantSource.system());
        Metrics metrics = new Metrics(
                traffic, counts, passwords(access), store::metrics, () -> ReplicationKeys.figures(replications));
        Optional<HttpServer> metricsPort = Optional.empty();
        try {
            ConfiguredGuards guards = new ConfiguredGuards(settings, Descriptors.ofProcess());
            metricsPort = MetricsPort.open(settings, access, metrics, guards.get());
            NodeEndpoint node = node(settings, administrators, metrics);
            Router router = router(
                    settings, node, databases, securities, users, access, replications, runs, counts, audit, guards);
            portNeeded.run();
            HttpServer http = listen(settings, router, access, traffic, audit, guards);
            Optional<InetSocketAddress> tls;
            try {
                tls = TlsPort.open(settings, http);
            } catch (IOException | RuntimeException e) {
                http.close();
                throw e;
            }
            Upkeep upkeep = upkeep(settings, store);
            PerUserDatabases perUser = UserSettings.perUser(settings, databases);
            return new ReplicatorServer(
                    access,
                    http,
                    tls,
                    metricsPort,
                    replications,
                    upkeep,
                    perUser,
                    runs,
                    metrics,
                    audit,
                    () -> settings.get(OperationKeys.STOP_TIMEOUT));
        } catch (IOException | RuntimeException e) {
            metricsPort.ifPresent(HttpServer::close);
            replications.close();
            runs.close();
            metrics.close();
            access.close();
            audit.close();
            throw e;
        }
    }

    private static Upkeep upkeep(Settings settings, Store store) {
        InstantSource clock = InstantSource.system();
        List<Upkeep.Chore> chores = List.of(
                Chores.oldBodies(
                        () -> settings.get(UpkeepKeys.REVISION_RETENTION).at(clock.millis())),
                Chores.oldTombstones(() -> settings.get(UpkeepKeys.TOMBSTONE_TTL), clock),
                Chores.unusedAttachments());
        return new Upkeep(store, chores, FIRST_ROUND, Duration.ofSeconds(settings.get(UpkeepKeys.INTERVAL)));
    }

    /** Where it listens, with the port that was taken and a slash at the end. */
    public String url() {
        return url(http);
    }

    /** Where {@code [ssl] enable} has it listen too, in the same form. */
    public Optional<String> tlsUrl() {
        return tls.map(address -> url("https", address));
    }

    /** Where {@code [prometheus] additional_port} has it listen too, in the same form. */
    Optional<String> metricsUrl() {
        return metricsPort.map(ReplicatorServer::url);
    }

    static String url(HttpServer server) {
        return url("http", server.address());
    }

    private static String url(String scheme, InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort() + "/";
    }

    /**
     * Ends replications, which record how far they came, and then what clients have under way, as long as
     * {@code [replicator] stop_timeout} allows; the rest is broken off.
     */
    @Override
    public void close() {
        Duration atMost = Duration.ofSeconds(stopSeconds.getAsLong());
        long begun = System.nanoTime();
        // First: those who wait for a replication or a backup are answered yet. Not all of the time is theirs.
        replications.close(atMost.dividedBy(2));
        backups.close();
        http.close(atMost.minusNanos(System.nanoTime() - begun));
        metricsPort.ifPresent(HttpServer::close);
        upkeep.close();
        perUser.close();
        access.close();
        metrics.close();
        audit.close();
    }

    private static Passwords passwords(Access access) {
        return new Passwords(
                access::passwordsRemembered,
                access::passwordsHashed,
                access::passwordsWrong,
                access::passwordsLockedOut,
                access::passwordsWaiting);
    }

    private static Router router(
            Settings settings,
            NodeEndpoint node,
            Store store,
            Securities securities,
            UserDatabases users,
            Access access,
            Replications replications,
            BackupRuns backups,
            Counts counts,
            Audit audit,
            ConfiguredGuards guards) {
        InstantSource clock = InstantSource.system();
        DocumentIds ids = new ConfiguredIds(() -> idChoice(settings), clock);
        Permissions permissions = new Permissions(() -> permissionRules(settings), users::isOne);
        Router.Builder router = Router.builder(permissions, securities)
                .root(new WelcomeEndpoint(store.uuid()))
                .server("_cluster_setup", new ClusterSetupEndpoint(store, access))
                .server(
                        "_doctor",
                        new DoctorEndpoint(
                                () -> cors(settings),
                                access::rules,
                                () -> ReportedLimits.of(settings),
                                () -> guards.get().proxies(),
                                clock))
                .server("_up", new UpEndpoint(() -> settings.get(OperationKeys.MAINTENANCE_MODE)))
                .server("_uuids", new UuidsEndpoint(ids, () -> settings.get(Keys.MAX_UUIDS)))
                .server("_node", node)
                .server("_session", new SessionEndpoint(access, audit));
        EndpointLimits limits = new EndpointLimits(() -> endpointLimits(settings));
        return Endpoints.add(router, store, users, limits, ids, clock, replications, backups, counts, audit)
                .build();
    }

    private static BackupRuns.Rules backupRules(Settings settings) {
        return new BackupRuns.Rules(
                Duration.ofSeconds(settings.get(BackupKeys.INTERVAL)), Math.toIntExact(settings.get(BackupKeys.KEEP)));
    }

    private static Permissions.Rules permissionRules(Settings settings) {
        return new Permissions.Rules(
                settings.get(Keys.REQUIRE_USER_EXCEPT_FOR_UP), settings.get(Keys.ADMIN_ONLY_ALL_DBS));
    }

    private static NodeEndpoint node(Settings settings, Administrators administrators, Metrics metrics) {
        return new NodeEndpoint(Map.of(
                "_config", new ConfigEndpoint(settings, administrators),
                "_prometheus", new PrometheusEndpoint(metrics),
                "_restart", new RestartEndpoint(),
                "_stats", new StatsEndpoint(metrics),
                "_system", new SystemEndpoint(metrics),
                "_versions", new VersionsEndpoint()));
    }

    private static ConfiguredIds.Choice idChoice(Settings settings) {
        return new ConfiguredIds.Choice(settings.get(Keys.UUID_ALGORITHM), settings.get(Keys.UTC_ID_SUFFIX));
    }

    private static HttpServer listen(
            Settings settings, Router router, Access access, Traffic traffic, Audit audit, ConfiguredGuards guards)
            throws IOException {
        Path spool = settings.get(Keys.DATABASE_DIR).resolve("spool");
        return listen(
                settings.get(Keys.BIND_ADDRESS),
                settings.get(Keys.PORT),
                address -> HttpServer.start(
                        address,
                        router,
                        access,
                        () -> limits(settings, spool, guards.get()),
                        () -> httpRules(settings),
                        traffic,
                        audit));
    }

    /** Has a server started, and says where it cannot listen. */
    static <T> T listen(String bind, long port, Start<T> start) throws IOException {
        try {
            return start.at(new InetSocketAddress(InetAddress.getByName(bind), Math.toIntExact(port)));
        } catch (UnknownHostException e) {
            throw new IOException("cannot listen on " + bind + ": there is no such address", e);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + bind + " port " + port + ": " + e.getMessage(), e);
        }
    }

    /** Listens at an address. */
    interface Start<T> {
        T at(InetSocketAddress address) throws IOException;
    }

    private static EndpointLimits.Values endpointLimits(Settings settings) {
        return new EndpointLimits.Values(
                settings.get(Keys.MAX_DOCUMENT_SIZE),
                Math.toIntExact(settings.get(LimitKeys.DOCUMENT_DEPTH)),
                new AttachmentLimits(
                        settings.get(Keys.MAX_ATTACHMENT_SIZE), Math.toIntExact(settings.get(Keys.MAX_ATTACHMENTS))),
                settings.get(Keys.MAX_BULK_DOCS),
                settings.get(Keys.MAX_BULK_GET),
                settings.get(Keys.MAX_DBS_INFO),
                settings.get(Keys.MAX_LIST_SIZE),
                settings.get(LimitKeys.WAITING_USERS),
                settings.get(LimitKeys.WAITING_BULK_USERS));
    }

    private static HttpLimits limits(Settings settings, Path spool, Guards guards) {
        return new HttpLimits(
                settings.get(Keys.MAX_HTTP_REQUEST_SIZE),
                Math.toIntExact(settings.get(Keys.SPOOL_THRESHOLD)),
                settings.get(Keys.BODY_MEMORY),
                spool,
                settings.get(Keys.STORAGE_THREADS),
                settings.get(Keys.HTTP2) ? Math.toIntExact(settings.get(Keys.HTTP2_MAX_STREAMS)) : 0,
                TimeUnit.SECONDS.toMillis(settings.get(Keys.STALL_TIMEOUT)),
                guards);
    }

    static HttpRules httpRules(Settings settings) {
        return new HttpRules(
                cors(settings),
                settings.get(Keys.DECODE_PLUS_TO_SPACE),
                settings.get(Keys.COMPRESS_ANSWERS),
                new RequestLog(settings.get(LogKeys.REQUESTS), settings.get(LogKeys.SLOW_REQUEST)));
    }

    private static CorsPolicy cors(Settings settings) {
        if (!settings.get(Keys.ENABLE_CORS) && !settings.get(Keys.HTTPD_ENABLE_CORS)) {
            return CorsPolicy.OFF;
        }
        return new CorsPolicy(
                true,
                Set.copyOf(settings.get(Keys.CORS_ORIGINS)),
                settings.get(Keys.CORS_CREDENTIALS),
                Set.copyOf(settings.get(Keys.CORS_HEADERS)),
                settings.get(Keys.CORS_METHODS),
                settings.get(Keys.CORS_EXPOSED_HEADERS),
                settings.get(Keys.CORS_MAX_AGE));
    }
}
