package dev.replicator.server.replication;

import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.Host;
import dev.replicator.replication.Peer;
import dev.replicator.replication.Progress;
import dev.replicator.replication.Replication;
import dev.replicator.replication.ReplicationException;
import dev.replicator.replication.ReplicationListener;
import dev.replicator.replication.ReplicationResult;
import dev.replicator.replication.WriteFailure;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs jobs with the replication engine. */
final class PeerRuns implements Scheduler.Runs {
    private static final Logger LOG = LoggerFactory.getLogger(PeerRuns.class);

    private final String replicator;
    private final Peers peers;
    private final Host host;

    /** @param replicator the store's uuid: part of the ids of checkpoints */
    PeerRuns(String replicator, Peers peers, Host host) {
        this.replicator = replicator;
        this.peers = peers;
        this.host = host;
    }

    @Override
    public Scheduler.Run start(Job job, Consumer<Scheduler.End> ended) {
        ReplicationRequest request = job.request;
        Peer source = peers.open(request.source(), job);
        Peer target;
        try {
            target = peers.open(request.target(), job);
        } catch (RuntimeException e) {
            // It may have a client of its own.
            source.close();
            throw e;
        }
        LOG.info("replication {} from {} to {} begins", job.id, source.address(), target.address());
        Replication replication = Replication.start(
                source,
                target,
                request.checkpointId(replicator, job.owner),
                request.options(),
                host,
                new Listener(job));
        replication
                .result()
                .whenCompleteAsync(
                        (result, problem) -> {
                            source.close();
                            target.close();
                            ended.accept(end(result, problem));
                        },
                        Thread::startVirtualThread);
        return new Scheduler.Run() {
            @Override
            public void cancel() {
                replication.cancel();
            }

            @Override
            public Progress progress() {
                return replication.progress();
            }
        };
    }

    private static Scheduler.End end(ReplicationResult result, Throwable problem) {
        if (problem == null) {
            return result.cancelled() ? new Scheduler.End.Stopped() : new Scheduler.End.Done(result);
        }
        Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
        if (cause instanceof ReplicationException failure) {
            return new Scheduler.End.Crashed(failure);
        }
        LOG.error("a replication failed by a fault of this server", cause);
        return new Scheduler.End.Crashed(
                new ReplicationException("internal_server_error", "the server failed; see its log", true, cause));
    }

    private record Listener(Job job) implements ReplicationListener {
        @Override
        public void refused(WriteFailure failure) {
            job.refused.add(failure);
            // All are listed for who asks; a log of a hundred thousand lines helps nobody.
            if (job.refused.total() == 1) {
                LOG.warn(
                        "replication {}: {} refuses document '{}' at {}: {}; further ones are in _scheduler/jobs/{}/failures",
                        job.id,
                        job.request.target().address(),
                        failure.id(),
                        failure.revision(),
                        failure.error(),
                        job.id);
            }
        }

        @Override
        public void missing(FetchedRevision.Missing missing) {
            // As with those that are refused: the job counts all of them.
            if (job.missed.compareAndSet(false, true)) {
                LOG.warn(
                        "replication {}: {} named document '{}' at {} and does not give it: {}; further ones are only counted",
                        job.id,
                        job.request.source().address(),
                        missing.id(),
                        missing.revision(),
                        missing.error());
            } else {
                LOG.debug("replication {}: '{}' at {} is not given", job.id, missing.id(), missing.revision());
            }
        }
    }
}
