package dev.replicator.peer;

import dev.replicator.local.RevsDiff;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.PeerException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The revisions of one or several answers of a peer, in the order they were asked for and held against that. */
final class FetchAnswer implements FetchedRevisions {
    /** An answer that is still to be asked for, or is there. */
    interface Step {
        /** What is asked, for errors. */
        PeerRequest request();

        ReceivedRevisions open() throws IOException, InterruptedException;
    }

    private final PeerHttp http;
    private final boolean byBulkGet;
    private final Iterator<? extends Step> steps;
    private final Awaited awaited;
    private final LargeDocuments.Turn turn;
    private final Deque<FetchedRevision> ready = new ArrayDeque<>();

    /** Null before the first: also where nothing is wanted. */
    private Step step;

    /** Null between two. */
    private ReceivedRevisions answer;

    private boolean ended;

    /** The revision that was handed on last, if it has bytes. */
    private Optional<FetchedRevision.Document> last = Optional.empty();

    /** @param turn of the documents in {@code steps}, given back here */
    FetchAnswer(
            PeerHttp http,
            Iterator<? extends Step> steps,
            List<RevsDiff> wanted,
            boolean byBulkGet,
            LargeDocuments.Turn turn) {
        this.http = http;
        this.byBulkGet = byBulkGet;
        this.steps = steps;
        this.awaited = new Awaited(wanted);
        this.turn = turn;
    }

    @Override
    public Optional<FetchedRevision> next() throws InterruptedException {
        closeLast();
        if (ready.isEmpty()) {
            turn.give();
        }
        while (ready.isEmpty() && !ended) {
            if (answer == null && !steps.hasNext()) {
                ended = true;
                if (step != null) {
                    ready.addAll(http.reading(step.request(), awaited::end));
                }
            } else {
                read();
            }
        }
        Optional<FetchedRevision> next = Optional.ofNullable(ready.poll());
        last = next.filter(FetchedRevision.Document.class::isInstance).map(FetchedRevision.Document.class::cast);
        return next;
    }

    private void read() throws InterruptedException {
        if (answer == null) {
            step = steps.next();
            answer = http.reading(step.request(), step::open);
        }
        Optional<Received> received = http.reading(step.request(), () -> {
            Optional<Received> next = answer.next();
            next.map(awaited::take).ifPresent(ready::addAll);
            return next;
        });
        if (received.isEmpty()) {
            answer.close();
            answer = null;
        } else if (received.get() instanceof Received.Failed failed
                && PeerErrors.passes(failed.error().status())) {
            throw new PeerException.Passing(http.named(step.request()) + ": "
                    + failed.error().error() + ": " + failed.error().reason());
        }
    }

    private void closeLast() {
        last.ifPresent(document -> {
            try {
                document.bytes().close();
            } catch (IOException e) {
                throw new PeerException.Passing(
                        http.named(step.request()) + ": " + e.getMessage(), e, Optional.empty());
            }
        });
        last = Optional.empty();
    }

    @Override
    public boolean byBulkGet() {
        return byBulkGet;
    }

    @Override
    public void close() {
        ended = true;
        ready.clear();
        turn.give();
        try {
            closeLast();
        } finally {
            if (answer != null) {
                answer.close();
                answer = null;
            }
        }
    }
}
