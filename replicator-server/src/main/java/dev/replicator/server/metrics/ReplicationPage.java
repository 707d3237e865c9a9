package dev.replicator.server.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** How the replications are, for Prometheus: asked once for each page. */
final class ReplicationPage implements MultiCollector {
    private final Supplier<List<ReplicationFigures>> jobs;

    ReplicationPage(Supplier<List<ReplicationFigures>> jobs) {
        this.jobs = jobs;
    }

    @Override
    public MetricSnapshots collect() {
        List<ReplicationFigures> all = jobs.get();
        Map<String, Long> byState =
                all.stream().collect(Collectors.groupingBy(ReplicationFigures::state, Collectors.counting()));
        GaugeSnapshot.Builder states = GaugeSnapshot.builder()
                .name("replicator_replication_jobs")
                .help("replications by state: running, pending (they wait for their turn), crashing");
        for (String state : ReplicationFigures.STATES) {
            states.dataPoint(point(byState.getOrDefault(state, 0L), "state", state));
        }
        GaugeSnapshot.Builder pending = GaugeSnapshot.builder()
                .name("replicator_replication_pending_changes")
                .help("changes of the source that a replication has still to bring over, where the source says");
        GaugeSnapshot.Builder failures = GaugeSnapshot.builder()
                .name("replicator_replication_failures")
                .help("failures in a row of a replication; 0 once it runs well");
        for (ReplicationFigures job : all) {
            job.pending().ifPresent(changes -> pending.dataPoint(point(changes, "job", job.job())));
            failures.dataPoint(point(job.failures(), "job", job.job()));
        }
        return new MetricSnapshots(states.build(), pending.build(), failures.build());
    }

    private static GaugeDataPointSnapshot point(long value, String label, String of) {
        return new GaugeDataPointSnapshot(value, Labels.of(label, of), null);
    }
}
