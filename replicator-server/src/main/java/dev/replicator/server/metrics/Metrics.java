package dev.replicator.server.metrics;

import dev.replicator.store.StoreMetric;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What operators can read of the server. Thread-safe. No name or label is of one database: there may be 100,000; those
 * of one replication bear its id.
 */
public final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final JvmHeapPressureMetrics pressure = new JvmHeapPressureMetrics();
    private final CouchStats stats;
    private final SystemFigures system;

    /**
     * @param store asked for each page
     * @param replications likewise
     */
    public Metrics(
            Traffic traffic,
            Counts counts,
            Passwords passwords,
            Supplier<List<StoreMetric>> store,
            Supplier<List<ReplicationFigures>> replications) {
        stats = new CouchStats(traffic, counts, passwords);
        system = new SystemFigures(traffic, passwords);
        registry.getPrometheusRegistry()
                .register(new CouchPage(
                        stats, () -> ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0));
        registry.getPrometheusRegistry().register(traffic.requestTimes());
        registry.getPrometheusRegistry().register(new StorePage(store));
        registry.getPrometheusRegistry().register(new ReplicationPage(replications));
        List<MeterBinder> process = List.of(
                new ClassLoaderMetrics(),
                collections,
                pressure,
                new JvmMemoryMetrics(),
                new JvmThreadMetrics(),
                new FileDescriptorMetrics(),
                new ProcessorMetrics(),
                new UptimeMetrics());
        process.forEach(binder -> binder.bindTo(registry));
        bindLoad(traffic);
        bindRefusals(traffic, passwords);
        level(
                "passwords.waiting",
                null,
                "passwords that wait to be hashed",
                passwords,
                all -> all.waiting().getAsInt());
    }

    private void bindLoad(Traffic traffic) {
        level(
                "http.connections",
                null,
                "open connections",
                traffic,
                of -> of.load().connections());
        level(
                "http.active.requests",
                null,
                "requests under way, waiting feeds aside",
                traffic,
                of -> of.load().active());
        level(
                "http.waiting.feeds",
                null,
                "answers that wait for something to happen",
                traffic,
                of -> of.load().waitingFeeds());
        level(
                "http.waiting.tasks",
                null,
                "requests that wait for a storage thread",
                traffic,
                of -> of.load().waitingTasks());
        level(
                "http.bodies",
                "bytes",
                "memory that request bodies take",
                traffic,
                of -> of.load().bodyBytes());
        level(
                "http.bodies.limit",
                "bytes",
                "memory that request bodies may take",
                traffic,
                of -> of.load().mostBodyBytes());
        FunctionCounter.builder(
                        "replicator.http.received", traffic, of -> of.load().bytesIn())
                .baseUnit("bytes")
                .description("bytes received over HTTP, heads and framing too")
                .register(registry);
        FunctionCounter.builder("replicator.http.sent", traffic, of -> of.load().bytesOut())
                .baseUnit("bytes")
                .description("bytes sent over HTTP, heads and framing too")
                .register(registry);
    }

    private void bindRefusals(Traffic traffic, Passwords passwords) {
        for (Refusal refusal : Refusal.values()) {
            Refusal.Kind kind = refusal.kind();
            FunctionCounter.builder("replicator." + kind.metric(), traffic, of -> of.ofRefusal(refusal))
                    .tag(kind.label(), refusal.label())
                    .description(kind.meaning())
                    .register(registry);
        }
        logins("wrong_password", passwords, passwords.wrong());
        logins("locked_out", passwords, passwords.lockedOut());
    }

    private void logins(String reason, Passwords passwords, LongSupplier count) {
        FunctionCounter.builder("replicator.refused.logins", passwords, _ -> count.getAsLong())
                .tag("reason", reason)
                .description("passwords that were refused, with a request or by _session; reason: wrong_password,"
                        + " locked_out")
                .register(registry);
    }

    private <T> void level(String name, String unit, String meaning, T of, ToDoubleFunction<T> value) {
        Gauge.builder("replicator." + name, of, value)
                .baseUnit(unit)
                .description(meaning)
                .strongReference(true)
                .register(registry);
    }

    /** CouchDB's tree of statistics: numbers, texts, lists, and maps by text. */
    public Map<String, Object> stats() {
        return stats.tree();
    }

    /** CouchDB's figures of the process: numbers, and maps by text. */
    public Map<String, Object> system() {
        return system.tree();
    }

    /** Everything, in Prometheus's text format. */
    public String prometheus() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        pressure.close();
        registry.close();
    }
}
