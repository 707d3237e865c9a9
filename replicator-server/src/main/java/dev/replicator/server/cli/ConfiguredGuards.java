package dev.replicator.server.cli;

import dev.replicator.server.config.Key;
import dev.replicator.server.config.LimitKeys;
import dev.replicator.server.config.ProxyKeys;
import dev.replicator.server.config.Settings;
import dev.replicator.server.http.Guards;
import dev.replicator.server.http.HeadLimits;
import dev.replicator.server.limits.ClientRules;
import dev.replicator.server.limits.TrustedProxies;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The section {@code limits} and what belongs to it, read when it changes: every request asks for it several times. */
final class ConfiguredGuards implements Supplier<Guards> {
    private final Settings settings;
    private volatile Guards now;

    ConfiguredGuards(Settings settings) {
        this.settings = settings;
        now = read();
        settings.onChange(() -> now = read());
    }

    @Override
    public Guards get() {
        return now;
    }

    private Guards read() {
        ClientRules clients = new ClientRules(
                settings.get(LimitKeys.CONNECTIONS),
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
        return new Guards(clients, proxies, head, settings.get(LimitKeys.LEAST_PACE));
    }

    private int number(Key<Long> key) {
        return Math.toIntExact(settings.get(key));
    }
}
