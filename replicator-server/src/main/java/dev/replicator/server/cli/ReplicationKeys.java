package dev.replicator.server.cli;

import dev.replicator.peer.LocalPeer;
import dev.replicator.replication.Progress;
import dev.replicator.server.access.Securities;
import dev.replicator.server.access.Standing;
import dev.replicator.server.access.UserDatabases;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.ReachKeys;
import dev.replicator.server.config.Settings;
import dev.replicator.server.metrics.ReplicationFigures;
import dev.replicator.server.replication.Reach;
import dev.replicator.server.replication.ReplicationSettings;
import dev.replicator.server.replication.Replications;
import dev.replicator.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Starts replications as they are configured. */
final class ReplicationKeys {
    private ReplicationKeys() {}

    static Replications start(
            Settings settings,
            Store store,
            Securities securities,
            UserDatabases users,
            Standing standing,
            Audit audit,
            Supplier<LocalPeer.Limits> limits) {
        Replications replications = new Replications(
                store,
                securities,
                users,
                standing,
                () -> of(settings),
                limits,
                settings.get(Keys.STORAGE_THREADS),
                audit,
                InstantSource.system());
        settings.onChange(replications::settingsChanged);
        return replications;
    }

    /** How each of them is, for the page of metrics. */
    static List<ReplicationFigures> figures(Replications replications) {
        return replications.jobs().stream()
                .map(job -> new ReplicationFigures(
                        job.id(),
                        job.state().word(),
                        job.progress().map(Progress::pending).orElse(OptionalLong.empty()),
                        job.errors()))
                .toList();
    }

    private static ReplicationSettings of(Settings settings) {
        return new ReplicationSettings(
                Math.toIntExact(settings.get(Keys.MAX_JOBS)),
                Duration.ofMillis(settings.get(Keys.SCHEDULER_INTERVAL)),
                Math.toIntExact(settings.get(Keys.MAX_CHURN)),
                Math.toIntExact(settings.get(Keys.MAX_HISTORY)),
                Duration.ofSeconds(settings.get(Keys.HEALTH_THRESHOLD)),
                Duration.ofMillis(settings.get(Keys.BACKOFF_INTERVAL)),
                Math.toIntExact(settings.get(Keys.MAX_LISTED_FAILURES)),
                new ReplicationSettings.Tls(
                        settings.get(Keys.VERIFY_CERTIFICATES), settings.get(Keys.TRUSTED_CERTIFICATES_FILE)),
                new Reach(
                        settings.get(ReachKeys.VALID_ENDPOINT_PROTOCOLS),
                        settings.get(ReachKeys.ALLOWED_HOSTS),
                        Math.toIntExact(settings.get(ReachKeys.MAX_JOBS_PER_USER))),
                new ReplicationSettings.Defaults(
                        Math.toIntExact(settings.get(Keys.WORKER_PROCESSES)),
                        Math.toIntExact(settings.get(Keys.WORKER_BATCH_SIZE)),
                        Math.toIntExact(settings.get(Keys.HTTP_CONNECTIONS)),
                        Duration.ofMillis(settings.get(Keys.CONNECTION_TIMEOUT)),
                        Math.toIntExact(settings.get(Keys.RETRIES_PER_REQUEST)),
                        settings.get(Keys.USE_CHECKPOINTS),
                        Duration.ofMillis(settings.get(Keys.CHECKPOINT_INTERVAL)),
                        settings.get(Keys.USE_BULK_GET)));
    }
}
