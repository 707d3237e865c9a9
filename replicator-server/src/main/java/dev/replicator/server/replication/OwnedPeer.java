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
import dev.replicator.server.access.Security;
import dev.replicator.store.StoreException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * A database here, on behalf of one who may not do everything with it. Every call asks for the rights as they are then:
 * who is shut out of a database is shut out of the replications that run.
 */
final class OwnedPeer implements Peer {
    private final Peer peer;
    private final Rights rights;
    private final Executor threads;

    /** @param threads where calls run that may block on the disk, while their caller waits */
    OwnedPeer(Peer peer, Rights rights, Executor threads) {
        this.peer = peer;
        this.rights = rights;
        this.threads = threads;
    }

    /** The peer, where its owner may read and write it. */
    private Peer admitted() throws InterruptedException {
        Optional<CouchError> refusal = rights.refusal(address(), security());
        if (refusal.isPresent()) {
            throw refused(refusal.get());
        }
        return peer;
    }

    private PeerException refused(CouchError error) {
        return new PeerException.Refused(address(), error);
    }

    private Security security() throws InterruptedException {
        Optional<Security> known = rights.securities().ifKnown(address());
        if (known.isPresent()) {
            return known.get();
        }
        try {
            return CompletableFuture.supplyAsync(() -> rights.securities().of(address()), threads)
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
        try {
            security();
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
