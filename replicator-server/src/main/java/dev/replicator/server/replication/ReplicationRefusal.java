package dev.replicator.server.replication;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.ReplicationException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/** What a replication that failed means to who waits for it. */
final class ReplicationRefusal {
    private static final int NOT_FOUND = 404;
    private static final int BAD_GATEWAY = 502;

    /** What a peer says of the request, and not of itself or of who asks. */
    private static final Set<Integer> HANDED_ON = Set.of(400, 404, 501);

    private ReplicationRefusal() {}

    /**
     * CouchDB answers all of it with 500. A peer's 401 must not be handed on: browsers would drop their login here. Who
     * does not administer the server is not told why a peer did not answer: it would tell an open port from a closed
     * one, and a name that is there from one that is not.
     */
    static CouchException of(Throwable problem, Job job) {
        Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
        return switch (cause) {
            case ReplicationException e
            when job.owner.isBounded() && e.getCause() instanceof PeerException.Passing ->
                new CouchError(
                                BAD_GATEWAY,
                                e.error(),
                                "A database could not be reached, or is at a host that replicator/allowed_hosts has"
                                        + " not, or did not answer as databases do. The server's log says more at "
                                        + job.id + ".")
                        .asException();
            case CancellationException e ->
                CouchError.unavailable("The replication was ended: " + e.getMessage() + ".")
                        .asException();
            case ReplicationException e
            when e.error().equals("db_not_found") -> new CouchError(NOT_FOUND, e.error(), e.getMessage()).asException();
            case ReplicationException e
            when e.getCause() instanceof PeerException.Refused refused
                    && HANDED_ON.contains(refused.error().status()) ->
                new CouchError(refused.error().status(), e.error(), e.getMessage()).asException();
            case ReplicationException e -> new CouchError(BAD_GATEWAY, e.error(), e.getMessage()).asException();
            default -> throw new IllegalStateException("a replication ends with other problems", cause);
        };
    }
}
