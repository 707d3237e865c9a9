package dev.replicator.server.http;

import dev.replicator.server.access.Access;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.limits.ClientLimits;
import dev.replicator.server.limits.TrustedProxies;
import dev.replicator.server.metrics.Refusal;
import dev.replicator.server.metrics.Traffic;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * What all requests share.
 *
 * @param settings asked for each request: some change while the server runs
 * @param rules asked once by each request
 * @param budget the memory of all bodies
 * @param storageThreads run whatever may block
 * @param timer for deadlines; what it runs must not block
 * @param traffic what passes is counted there
 * @param heads what may stand before a body
 * @param clients who may have how much
 * @param audit is told who did what
 */
record Machinery(
        Router router,
        Access access,
        Supplier<HttpLimits> settings,
        Supplier<HttpRules> rules,
        BodyBudget budget,
        StorageThreads storageThreads,
        ScheduledExecutorService timer,
        Activity activity,
        Traffic traffic,
        HeadLimits heads,
        ClientLimits clients,
        Audit audit) {

    /** What a request's body may take, as it is set now. */
    BodyLimits limits() {
        HttpLimits now = settings.get();
        return new BodyLimits(now.mostBodyBytes(), now.bodyInMemoryBytes(), budget, now.spoolFolder());
    }

    /** The proxies that are believed now. */
    TrustedProxies proxies() {
        return settings.get().guards().proxies();
    }

    /** Whether so much waits for the storage threads that a further request would not be answered in time. */
    boolean isOverloaded() {
        long most = settings.get().guards().mostQueueMillis();
        return most > 0 && storageThreads.waitedMillis() > most;
    }

    /** Watches over one client that sends or takes something. */
    Stall stall(Refusal during) {
        HttpLimits now = settings.get();
        return new Stall(timer, now.stallMillis(), now.guards().leastBytesPerSecond(), () -> traffic.refused(during));
    }
}
