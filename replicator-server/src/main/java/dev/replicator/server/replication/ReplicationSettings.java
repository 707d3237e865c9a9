package dev.replicator.server.replication;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How replications run, by the names of section {@code replicator}.
 *
 * @param maxJobs how many run at a time ({@code max_jobs})
 * @param interval between two rotations ({@code interval})
 * @param maxChurn how many are stopped at each for others that wait ({@code max_churn})
 * @param maxHistory how many events of a job are remembered ({@code max_history})
 * @param healthy after running for so long a job counts as well, and former failures no more ({@code health_threshold})
 * @param backoff how long a job waits that failed once ({@code backoff_interval})
 * @param listedFailures how many refused revisions are listed for a job ({@code max_listed_failures})
 * @param tls whom to trust
 * @param reach what may be connected to
 * @param defaults what requests do not say
 */
public record ReplicationSettings(
        int maxJobs,
        Duration interval,
        int maxChurn,
        int maxHistory,
        Duration healthy,
        Duration backoff,
        int listedFailures,
        Tls tls,
        Reach reach,
        Defaults defaults) {
    /**
     * Whom to trust among peers behind {@code https}.
     *
     * @param verify whether they must prove who they are ({@code verify_ssl_certificates})
     * @param trusted a file of certificates that alone are trusted ({@code ssl_trusted_certificates_file})
     *     ({@code ssl_certificate_max_depth})
     */
    public record Tls(boolean verify, Optional<Path> trusted) {}

    /**
     * What requests do not say.
     *
     * @param workers {@code worker_processes}
     * @param batchSize {@code worker_batch_size}
     * @param connections {@code http_connections}
     * @param timeout {@code connection_timeout}
     * @param retries {@code retries_per_request}
     * @param useCheckpoints {@code use_checkpoints}
     * @param checkpointInterval {@code checkpoint_interval}
     * @param useBulkGet {@code use_bulk_get}
     */
    public record Defaults(
            int workers,
            int batchSize,
            int connections,
            Duration timeout,
            int retries,
            boolean useCheckpoints,
            Duration checkpointInterval,
            boolean useBulkGet) {}
}
