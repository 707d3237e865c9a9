package dev.replicator.server.replication;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.local.RevsDiff;
import dev.replicator.replication.ChangesPage;
import dev.replicator.replication.ChangesRequest;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.Peer;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.PeerInfo;
import dev.replicator.replication.WriteFailure;
import dev.replicator.revision.Revision;
import dev.replicator.server.access.Caller;
import dev.replicator.server.access.Security;
import dev.replicator.store.StoreException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * A database here, on behalf of one who may not do everything with it, or may stop to. Every call asks who the owner is
 * then, and for the rights as they are: who is shut out of a database is shut out of the replications that run.
 */
final class OwnedPeer implements Peer {
    private final Peer peer;
    private final CurrentOwner owner;
    private final Function<Caller, Rights> rights;
    private final Executor threads;

    /**
     * @param rights those of somebody
     * @param threads where calls run that may block on the disk, while their caller waits
     */
    OwnedPeer(Peer peer, CurrentOwner owner, Function<Caller, Rights> rights, Executor threads) {
        this.peer = peer;
        this.owner = owner;
        this.rights = rights;
        this.threads = threads;
    }

    /** The peer, where its owner may read and write it. */
    private Peer admitted() throws InterruptedException {
        Rights now = rights.apply(owner.now());
        Optional<CouchError> refusal = now.areUnlimited() ? Optional.empty() : now.refusal(address(), security(now));
        if (refusal.isPresent()) {
            throw refused(refusal.get());
        }
        return peer;
    }

    private PeerException refused(CouchError error) {
        return new PeerException.Refused(address(), error);
    }

    private Security security(Rights now) throws InterruptedException {
        Optional<Security> known = now.securities().ifKnown(address());
        if (known.isPresent()) {
            return known.get();
        }
        try {
            return CompletableFuture.supplyAsync(() -> now.securities().of(address()), threads)
                    .get();
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case CouchException refusal -> refused(refusal.error());
                case StoreException problem ->
                    new PeerException.Passing(address() + ": " + problem.getMessage(), problem, Optional.empty());
                case RuntimeException other -> other;
                default -> new IllegalStateException(e.getCause());
            };
        }
    }

    @Override
    public String address() {
        return peer.address();
    }

    @Override
    public PeerInfo info() throws InterruptedException {
        return admitted().info();
    }

    /** {@inheritDoc} To make one is for administrators of the server. */
    @Override
    public void create() throws InterruptedException {
        Rights now = rights.apply(owner.now());
        if (now.areUnlimited()) {
            peer.create();
            return;
        }
        try {
            security(now);
        } catch (PeerException.Refused e) {
            throw refused(Rights.notServerAdmin());
        }
    }

    @Override
    public Optional<byte[]> local(String id) throws InterruptedException {
        return admitted().local(id);
    }

    @Override
    public void putLocal(String id, byte[] json) throws InterruptedException {
        admitted().putLocal(id, json);
    }

    @Override
    public ChangesPage changes(ChangesRequest request) throws InterruptedException {
        return admitted().changes(request);
    }

    @Override
    public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions) throws InterruptedException {
        return admitted().missing(revisions);
    }

    @Override
    public FetchedRevisions fetch(List<RevsDiff> wanted) throws InterruptedException {
        return admitted().fetch(wanted);
    }

    @Override
    public List<WriteFailure> write(List<FetchedRevision.Document> revisions) throws InterruptedException {
        return admitted().write(revisions);
    }

    @Override
    public Optional<WriteFailure> writeWithAttachments(FetchedRevision.Document revision) throws InterruptedException {
        return admitted().writeWithAttachments(revision);
    }

    @Override
    public void ensureFullCommit() throws InterruptedException {
        admitted().ensureFullCommit();
    }

    @Override
    public void close() {
        peer.close();
    }
}
