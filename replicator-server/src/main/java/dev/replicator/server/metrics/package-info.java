/**
 * What the server counts of itself, and the two forms in which operators read it: CouchDB's tree and Prometheus's page.
 *
 * <p>Counting is done on every request, by any thread, without locks; reading is rare and may take its time. This
 * package knows no HTTP and no endpoints: they count here. Start at {@link dev.replicator.server.metrics.Metrics}.
 */
package dev.replicator.server.metrics;
