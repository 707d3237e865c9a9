package dev.replicator.server.cli;

import dev.replicator.server.config.Key;
import dev.replicator.server.config.LimitKeys;
import dev.replicator.server.config.ProxyKeys;
import dev.replicator.server.config.Settings;
import dev.replicator.server.http.Guards;
import dev.replicator.server.http.HeadLimits;
import dev.replicator.server.limits.ClientRules;
import dev.replicator.server.limits.TrustedProxies;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The section {@code limits} and what belongs to it, read when it changes: every request asks for it several times. */
final class ConfiguredGuards implements Supplier<Guards> {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredGuards.class);

    private final Settings settings;
    private final Descriptors descriptors;
    private volatile Guards now;

    /** Warns where the descriptors allow fewer connections than the settings do: it is they that count. */
    ConfiguredGuards(Settings settings, Descriptors descriptors) {
        this.settings = settings;
        this.descriptors = descriptors;
        OptionalLong configured = settings.get(LimitKeys.CONNECTIONS);
        long most = descriptors.connections(configured);
        if (most < configured.orElse(0)) {
            LOG.warn(
                    "[limits] max_connections is {}, but at most {} are taken: the process may have {} file descriptors"
                            + " open, of which {} are for the store and others (ulimit -n, LimitNOFILE)",
                    configured.getAsLong(),
                    most,
                    descriptors.limit().orElseThrow(),
                    Descriptors.RESERVED);
        }
        now = read();
        settings.onChange(() -> now = read());
    }

    @Override
    public Guards get() {
        return now;
    }

    private Guards read() {
        ClientRules clients = new ClientRules(
                descriptors.connections(settings.get(LimitKeys.CONNECTIONS)),
                settings.get(LimitKeys.ADDRESS_CONNECTIONS),
                settings.get(LimitKeys.FEEDS),
                settings.get(LimitKeys.USER_FEEDS),
                settings.get(LimitKeys.ADDRESS_FEEDS),
                settings.get(LimitKeys.REQUESTS_PER_SECOND),
                settings.get(LimitKeys.BURST_SECONDS));
        HeadLimits head = new HeadLimits(
                number(LimitKeys.URI_LENGTH),
                number(LimitKeys.HEADER_BYTES),
                number(LimitKeys.HEADERS),
                Math.toIntExact(TimeUnit.SECONDS.toMillis(settings.get(LimitKeys.HEAD_TIMEOUT))));
        TrustedProxies proxies =
                new TrustedProxies(settings.get(ProxyKeys.PEER_HEADER), settings.get(ProxyKeys.TRUSTED_PROXIES));
        return new Guards(
                clients, proxies, head, settings.get(LimitKeys.LEAST_PACE), settings.get(LimitKeys.QUEUE_TIME));
    }

    private int number(Key<Long> key) {
        return Math.toIntExact(settings.get(key));
    }
}
