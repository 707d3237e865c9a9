package dev.replicator.server.replication;

import java.time.Duration;
import java.util.Map;

/**
 * How peers behind URLs are talked to, by the names of CouchDB's replication documents.
 *
 * @param connections to each of them, at a time ({@code http_connections})
 * @param timeout the longest time without a byte ({@code connection_timeout})
 * @param heartbeat how often a feed that waits sends one
 * @param useBulkGet whether revisions are fetched by {@code _bulk_get} ({@code use_bulk_get})
 * @param createParameters of the request that makes the target ({@code create_target_params})
 */
record Transport(
        int connections,
        Duration timeout,
        Duration heartbeat,
        boolean useBulkGet,
        Map<String, String> createParameters) {
    Transport {
        createParameters = Map.copyOf(createParameters);
    }
}
