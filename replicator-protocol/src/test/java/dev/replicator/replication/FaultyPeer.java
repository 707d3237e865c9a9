package dev.replicator.replication;

import dev.replicator.local.RevsDiff;
import dev.replicator.revision.Revision;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A peer behind a bad network: between any two steps others come first; requests get lost before they have an effect
 * and after it, are repeated, and answers break off in their middle.
 */
final class FaultyPeer implements Peer {
    private final Peer peer;
    private final String address;
    private final SimulatedHost host;
    private final Faults faults;
    private final LocalWrite onPutLocal;

    /** How many of a hundred requests suffer what. Changed while the network is used. */
    static final class Faults {
        int lostBefore;
        int lostAfter;
        int repeated;
        int brokenOff;

        static Faults heavy() {
            Faults faults = new Faults();
            faults.lostBefore = 6;
            faults.lostAfter = 6;
            faults.repeated = 6;
            faults.brokenOff = 10;
            return faults;
        }

        void stop() {
            lostBefore = 0;
            lostAfter = 0;
            repeated = 0;
            brokenOff = 0;
        }
    }

    /** Hears of a checkpoint before it is written. */
    @FunctionalInterface
    interface LocalWrite {
        void write(String id, byte[] json);
    }

    FaultyPeer(Peer peer, String address, SimulatedHost host, Faults faults, LocalWrite onPutLocal) {
        this.peer = peer;
        this.address = address;
        this.host = host;
        this.faults = faults;
        this.onPutLocal = onPutLocal;
    }

    private boolean happens(int percent) {
        return host.random().nextInt(100) < percent;
    }

    private static PeerException.Passing lost() {
        return new PeerException.Passing("the connection was lost");
    }

    private <T> T call(Retries.Request<T> request) throws InterruptedException {
        host.gate();
        if (happens(faults.lostBefore)) {
            throw lost();
        }
        T answer = request.send();
        host.gate();
        if (happens(faults.repeated)) {
            answer = request.send();
            host.gate();
        }
        if (happens(faults.lostAfter)) {
            throw lost();
        }
        return answer;
    }

    private void order(Retries.Order order) throws InterruptedException {
        call(() -> {
            order.send();
            return true;
        });
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public PeerInfo info() throws InterruptedException {
        return call(peer::info);
    }

    @Override
    public void create() throws InterruptedException {
        order(peer::create);
    }

    @Override
    public Optional<byte[]> local(String id) throws InterruptedException {
        return call(() -> peer.local(id));
    }

    @Override
    public void putLocal(String id, byte[] json) throws InterruptedException {
        order(() -> {
            onPutLocal.write(id, json);
            peer.putLocal(id, json);
        });
    }

    /** Waits in simulated time. */
    @Override
    public ChangesPage changes(ChangesRequest request) throws InterruptedException {
        ChangesRequest atOnce = new ChangesRequest(
                request.since(), request.limit(), request.allLeaves(), request.filter(), Duration.ZERO);
        ChangesPage page = call(() -> peer.changes(atOnce));
        if (!page.rows().isEmpty() || request.patience().isZero()) {
            return page;
        }
        host.sleep(Duration.ofMillis(host.random().nextLong(request.patience().toMillis())));
        return call(() -> peer.changes(atOnce));
    }

    @Override
    public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions) throws InterruptedException {
        return call(() -> peer.missing(revisions));
    }

    @Override
    public FetchedRevisions fetch(List<RevsDiff> wanted) throws InterruptedException {
        FetchedRevisions answers = call(() -> peer.fetch(wanted));
        return new FetchedRevisions() {
            @Override
            public Optional<FetchedRevision> next() throws InterruptedException {
                host.gate();
                if (happens(faults.brokenOff)) {
                    throw lost();
                }
                return answers.next().map(answer -> breaking(answer));
            }

            @Override
            public void close() {
                answers.close();
            }
        };
    }

    /** Ends with an error after some bytes. */
    private static InputStream brokenOff(InputStream bytes, int count) {
        InputStream lost = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the connection was lost");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return read();
            }
        };
        try {
            return new SequenceInputStream(new ByteArrayInputStream(bytes.readNBytes(count)), lost);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FetchedRevision breaking(FetchedRevision answer) {
        if (!(answer instanceof FetchedRevision.Document document)
                || document.following().isEmpty()
                || !happens(2 * faults.brokenOff)) {
            return answer;
        }
        return new FetchedRevision.Document(
                document.id(),
                document.revision(),
                document.json(),
                document.following(),
                brokenOff(document.bytes(), host.random().nextInt(100)));
    }

    @Override
    public List<WriteFailure> write(List<FetchedRevision.Document> revisions) throws InterruptedException {
        return call(() -> peer.write(revisions));
    }

    @Override
    public Optional<WriteFailure> writeWithAttachments(FetchedRevision.Document revision) throws InterruptedException {
        byte[] bytes;
        try {
            bytes = revision.bytes().readAllBytes();
        } catch (IOException e) {
            throw new PeerException.Passing("the source broke off", e, Optional.empty());
        }
        return call(() -> peer.writeWithAttachments(new FetchedRevision.Document(
                revision.id(),
                revision.revision(),
                revision.json(),
                revision.following(),
                new ByteArrayInputStream(bytes))));
    }

    @Override
    public void ensureFullCommit() throws InterruptedException {
        order(peer::ensureFullCommit);
    }

    @Override
    public void close() {
        peer.close();
    }
}
