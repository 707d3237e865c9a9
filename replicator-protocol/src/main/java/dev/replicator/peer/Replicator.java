package dev.replicator.peer;

import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.Host;
import dev.replicator.replication.Peer;
import dev.replicator.replication.Replication;
import dev.replicator.replication.ReplicationException;
import dev.replicator.replication.ReplicationId;
import dev.replicator.replication.ReplicationListener;
import dev.replicator.replication.ReplicationOptions;
import dev.replicator.replication.ReplicationResult;
import dev.replicator.replication.WriteFailure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replicates for an application that embeds this library. Thread-safe. */
public final class Replicator {
    private static final Logger LOG = LoggerFactory.getLogger(Replicator.class);

    private final String name;
    private final Host host = new VirtualThreads();

    /** @param name of the application's instance, part of the ids of checkpoints: best the store's uuid */
    public Replicator(String name) {
        this.name = name;
    }

    /**
     * Begins a replication.
     *
     * @param source stays the caller's, as does the target: to be closed when the result is there
     */
    public Replication start(Peer source, Peer target, ReplicationOptions options, ReplicationListener listener) {
        String id = ReplicationId.of(name, source.address(), target.address(), options);
        return Replication.start(source, target, id, options, host, listener);
    }

    /**
     * Replicates and waits for the end. Revisions that are refused are logged, and counted in the result.
     *
     * @throws ReplicationException where it failed; what was recorded stands, so to try again costs little
     * @throws InterruptedException where the waiting thread is interrupted; the replication is ended
     */
    public ReplicationResult replicate(Peer source, Peer target, ReplicationOptions options)
            throws InterruptedException {
        Replication replication = start(source, target, options, new Logging(source.address(), target.address()));
        CompletableFuture<ReplicationResult> result = replication.result().toCompletableFuture();
        try {
            return result.get();
        } catch (InterruptedException e) {
            replication.cancel();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ReplicationException failure) {
                throw failure;
            }
            throw new IllegalStateException("a replication failed for no known reason", e.getCause());
        }
    }

    private record Logging(String source, String target) implements ReplicationListener {
        @Override
        public void refused(WriteFailure failure) {
            LOG.warn(
                    "{} refuses {} {} of {}: {}: {}",
                    target,
                    failure.id(),
                    failure.revision(),
                    source,
                    failure.error(),
                    failure.reason());
        }

        @Override
        public void missing(FetchedRevision.Missing missing) {
            LOG.warn("{} does not have {} {} any more, which it named", source, missing.id(), missing.revision());
        }
    }
}
