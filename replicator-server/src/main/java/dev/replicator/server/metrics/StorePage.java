package dev.replicator.server.metrics;

import dev.replicator.store.StoreMetric;
import dev.replicator.store.StoreMetric.Bucket;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;

/** What the store tells of itself, for Prometheus: asked once for each page. */
final class StorePage implements MultiCollector {
    private final Supplier<List<StoreMetric>> metrics;

    StorePage(Supplier<List<StoreMetric>> metrics) {
        this.metrics = metrics;
    }

    @Override
    public MetricSnapshots collect() {
        return new MetricSnapshots(
                metrics.get().stream().map(StorePage::snapshot).toList());
    }

    private static MetricSnapshot snapshot(StoreMetric metric) {
        String name = "replicator_" + metric.name()
                + switch (metric.unit()) {
                    case BYTES -> "_bytes";
                    case SECONDS -> "_seconds";
                    case NUMBER -> "";
                };
        return switch (metric) {
            case StoreMetric.Total total ->
                CounterSnapshot.builder()
                        .name(name)
                        .help(total.meaning())
                        .dataPoint(new CounterDataPointSnapshot(total.value(), Labels.EMPTY, null, 0))
                        .build();
            case StoreMetric.Level level ->
                GaugeSnapshot.builder()
                        .name(name)
                        .help(level.meaning())
                        .dataPoint(new GaugeDataPointSnapshot(level.value(), Labels.EMPTY, null))
                        .build();
            case StoreMetric.Distribution all ->
                HistogramSnapshot.builder()
                        .name(name)
                        .help(all.meaning())
                        .dataPoint(HistogramDataPointSnapshot.builder()
                                .classicHistogramBuckets(buckets(all.buckets()))
                                .sum(all.sum())
                                .build())
                        .build();
        };
    }

    private static ClassicHistogramBuckets buckets(List<Bucket> buckets) {
        return ClassicHistogramBuckets.of(
                buckets.stream().mapToDouble(Bucket::upTo).toArray(),
                buckets.stream().mapToLong(Bucket::count).toArray());
    }
}
