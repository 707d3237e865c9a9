package dev.replicator.server.http;

import dev.replicator.server.access.Access;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What all requests share.
 *
 * @param storageThreads run whatever may block
 * @param timer for deadlines; what it runs must not block
 * @param stallMillis after which a client that neither sends nor takes what it should is let go
 */
record Machinery(
        Router router,
        Access access,
        BodyLimits limits,
        Executor storageThreads,
        ScheduledExecutorService timer,
        long stallMillis,
        Activity activity) {}
