package dev.replicator.replication;

import dev.replicator.local.RevsDiff;
import dev.replicator.revision.Revision;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A peer that does what another does: for those that do one thing differently. */
class ForwardingPeer implements Peer {
    private final Peer peer;

    ForwardingPeer(Peer peer) {
        this.peer = peer;
    }

    @Override
    public String address() {
        return peer.address();
    }

    @Override
    public PeerInfo info() throws InterruptedException {
        return peer.info();
    }

    @Override
    public void create() throws InterruptedException {
        peer.create();
    }

    @Override
    public Optional<byte[]> local(String id) throws InterruptedException {
        return peer.local(id);
    }

    @Override
    public void putLocal(String id, byte[] json) throws InterruptedException {
        peer.putLocal(id, json);
    }

    @Override
    public ChangesPage changes(ChangesRequest request) throws InterruptedException {
        return peer.changes(request);
    }

    @Override
    public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions) throws InterruptedException {
        return peer.missing(revisions);
    }

    @Override
    public FetchedRevisions fetch(List<RevsDiff> wanted) throws InterruptedException {
        return peer.fetch(wanted);
    }

    @Override
    public List<WriteFailure> write(List<FetchedRevision.Document> revisions) throws InterruptedException {
        return peer.write(revisions);
    }

    @Override
    public Optional<WriteFailure> writeWithAttachments(FetchedRevision.Document revision) throws InterruptedException {
        return peer.writeWithAttachments(revision);
    }

    @Override
    public void ensureFullCommit() throws InterruptedException {
        peer.ensureFullCommit();
    }

    @Override
    public void close() {
        peer.close();
    }
}
