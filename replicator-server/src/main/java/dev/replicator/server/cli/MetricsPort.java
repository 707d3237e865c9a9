package dev.replicator.server.cli;

import dev.replicator.server.access.Access;
import dev.replicator.server.access.Securities;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.server.endpoint.NodeEndpoint;
import dev.replicator.server.endpoint.PrometheusEndpoint;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Guards;
import dev.replicator.server.http.HttpLimits;
import dev.replicator.server.http.HttpRules;
import dev.replicator.server.http.HttpServer;
import dev.replicator.server.http.Router;
import dev.replicator.server.metrics.Metrics;
import dev.replicator.server.metrics.Traffic;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CouchDB's {@code [prometheus] additional_port}: a port at which {@code /_node/_local/_prometheus}, and nothing else,
 * is answered to whoever reaches it. What is asked there is not counted.
 */
final class MetricsPort {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsPort.class);

    /** Nobody has to send a body there, so nobody gets to fill a disk. */
    private static final long MOST_BODY_BYTES = 1024;

    private static final int THREADS = 1;

    private MetricsPort() {}

    /**
     * Starts to listen, where it is configured.
     *
     * @param guards as they are when the server starts
     * @throws IOException when the address cannot be listened on; the message is one line
     */
    static Optional<HttpServer> open(Settings settings, Access access, Metrics metrics, Guards guards)
            throws IOException {
        if (!settings.get(Keys.METRICS_PORT_OPEN)) {
            return Optional.empty();
        }
        NodeEndpoint node = new NodeEndpoint(Map.of("_prometheus", new PrometheusEndpoint(metrics)));
        Router router = Router.builder((_, _) -> Optional.of(Audience.LOGGING_IN), Securities.NONE)
                .server("_node", node)
                .build();
        HttpLimits limits = new HttpLimits(
                MOST_BODY_BYTES,
                (int) MOST_BODY_BYTES,
                MOST_BODY_BYTES,
                settings.get(Keys.DATABASE_DIR).resolve("spool"),
                THREADS,
                0,
                TimeUnit.SECONDS.toMillis(settings.get(Keys.STALL_TIMEOUT)),
                guards);
        HttpServer server = ReplicatorServer.listen(
                settings.get(Keys.METRICS_BIND_ADDRESS),
                settings.get(Keys.METRICS_PORT),
                address -> HttpServer.start(
                        address, router, access, () -> limits, () -> HttpRules.STANDARD, new Traffic(), Audit.OFF));
        LOG.info("metrics for everybody at {}_node/_local/_prometheus", ReplicatorServer.url(server));
        return Optional.of(server);
    }
}
