package dev.replicator.server.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/**
 * CouchDB's statistics under the names its own page for Prometheus has for them ({@code couch_prometheus_util.erl}).
 *
 * <p>Two differ in what they say of their type: those by method and by status are counters whose names do not end as a
 * counter's must, and so are untyped here. And the sum and number of a summary are of all the time, as Prometheus
 * expects, where CouchDB's are of its last seconds.
 */
final class CouchPage implements MultiCollector {
    private static final double MILLIS = 1000;

    /** Those whose last step is a label's value, by the step before it. */
    private static final Map<String, String> LABELS =
            Map.of("httpd_request_methods", "method", "httpd_status_codes", "code");

    private final CouchStats stats;
    private final DoubleSupplier uptimeSeconds;

    CouchPage(CouchStats stats, DoubleSupplier uptimeSeconds) {
        this.stats = stats;
        this.uptimeSeconds = uptimeSeconds;
    }

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> page = new ArrayList<>();
        Map<String, UnknownSnapshot.Builder> labelled = new LinkedHashMap<>();
        for (Stat stat : stats.all()) {
            String parent = stat.path().get(1);
            switch (stat) {
                case Stat.Counter counter
                when LABELS.containsKey(parent) ->
                    labelled.computeIfAbsent(
                                    parent,
                                    _ -> UnknownSnapshot.builder()
                                            .name("couchdb_" + parent)
                                            .help(counter.meaning()))
                            .dataPoint(new UnknownDataPointSnapshot(
                                    counter.count().getAsLong(),
                                    Labels.of(LABELS.get(parent), counter.path().getLast()),
                                    null));
                case Stat.Counter counter -> page.add(counter(counter));
                case Stat.Gauge gauge ->
                    page.add(gauge(name(gauge.path()), gauge.meaning(), (double)
                            gauge.count().getAsLong()));
                case Stat.Times times -> page.add(summary(times));
            }
        }
        labelled.values().forEach(one -> page.add(one.build()));
        page.add(gauge("couchdb_uptime_seconds", "seconds since the start", uptimeSeconds.getAsDouble()));
        return new MetricSnapshots(page);
    }

    private CounterSnapshot counter(Stat.Counter counter) {
        // The one that CouchDB makes another of: hits and misses together.
        boolean hits = counter.path().getLast().equals("auth_cache_hits");
        long value = hits ? stats.passwords() : counter.count().getAsLong();
        String name = hits ? "couchdb_auth_cache_requests" : name(counter.path());
        return CounterSnapshot.builder()
                .name(name.endsWith("_total") ? name.substring(0, name.length() - "_total".length()) : name)
                .help(hits ? "passwords that were verified, hashed or not" : counter.meaning())
                .dataPoint(new CounterDataPointSnapshot(value, Labels.EMPTY, null, 0))
                .build();
    }

    private static GaugeSnapshot gauge(String name, String meaning, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(meaning)
                .dataPoint(new GaugeDataPointSnapshot(value, Labels.EMPTY, null))
                .build();
    }

    private static SummarySnapshot summary(Stat.Times times) {
        Spread lately = times.durations().lately();
        Quantile[] quantiles = DoubleStream.of(0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
                .mapToObj(part -> new Quantile(part, lately.percentile(part) / MILLIS))
                .toArray(Quantile[]::new);
        return SummarySnapshot.builder()
                .name(name(times.path()) + "_seconds")
                .help(times.meaning())
                .dataPoint(new SummaryDataPointSnapshot(
                        times.durations().number(),
                        times.durations().seconds(),
                        Quantiles.of(quantiles),
                        Labels.EMPTY,
                        null,
                        0))
                .build();
    }

    private static String name(List<String> path) {
        return String.join("_", path);
    }
}
