package dev.replicator.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.changes.ChangesFilter;
import dev.replicator.error.CouchError;
import dev.replicator.local.FilteredChanges;
import dev.replicator.replication.ChangedDocument;
import dev.replicator.replication.ChangesPage;
import dev.replicator.replication.ChangesRequest;
import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.revision.RevisionNode;
import dev.replicator.selector.Selector;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.Sequence;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** One reading of a database's changes, page by page, for a peer of a replication. One thread at a time. */
final class LocalChanges {
    private static final String READING = "reading changes";

    /** Looked at before their bytes are counted: rows with thousands of leaves come as they are stored. */
    private static final int STEP_ROWS = 100;

    private final StorageCalls storage;
    private final InstantSource clock;
    private final Database database;
    private final ChangesRequest first;
    private final FilteredChanges changes;

    /** @throws dev.replicator.error.CouchException where the point is none, or the filter */
    LocalChanges(StorageCalls storage, InstantSource clock, Database database, ChangesRequest request)
            throws InterruptedException {
        this.storage = storage;
        this.clock = clock;
        this.database = database;
        this.first = request;
        Optional<ChangesFilter> filter = filter(request.filter());
        this.changes = new FilteredChanges(database, filter, storage.call(READING, this::since));
    }

    private Sequence since() {
        String since = first.since().since();
        return since.equals("now")
                ? database.last()
                : database.parseSequence(since)
                        .orElseThrow(() -> CouchError.badRequest("Malformed sequence supplied in 'since' parameter.")
                                .asException());
    }

    private static Optional<ChangesFilter> filter(ReplicationFilter wanted) {
        return switch (wanted) {
            case ReplicationFilter.None _ -> Optional.empty();
            case ReplicationFilter.DocumentIds named -> Optional.of(new ChangesFilter.DocumentIds(named.ids()));
            case ReplicationFilter.Matching matching -> {
                byte[] json = matching.json().getBytes(UTF_8);
                Selector selector = Selector.compile(json, 0, json.length);
                yield Optional.of(new ChangesFilter.Matching(selector, Optional.empty()));
            }
            case ReplicationFilter.Named named -> Optional.of(named(named.name()));
        };
    }

    private static ChangesFilter named(String name) {
        return switch (name) {
            case "_design" -> new ChangesFilter.DesignDocuments();
            case "_doc_ids", "_selector" ->
                throw CouchError.badRequest("The filter " + name + " is given by the replication's member "
                                + name.substring(1) + ", not by its name")
                        .asException();
            default ->
                throw new CouchError(501, "not_implemented", "This server runs no filter functions: " + name)
                        .asException();
        };
    }

    /** Whether to go on here answers a request as well as a new reading would. */
    boolean canGoOn(Database there, ChangesRequest request) {
        return request.since().equals(sequence(changes.at()))
                && request.filter().equals(first.filter())
                && there.instanceStartTime().equals(database.instanceStartTime());
    }

    /** Whether to go on here saves the search for the order of the documents. */
    boolean isWithinPass() {
        return changes.isWithinPass();
    }

    /** The next page; by the first request's filter and point. */
    ChangesPage page(ChangesRequest request) throws InterruptedException {
        Rows rows = rows(request);
        if (rows.isEmpty() && request.patience().isPositive()) {
            rows = await(request);
        }
        Sequence end = rows.end;
        long pending = storage.call(READING, () -> database.pendingAfter(end));
        return new ChangesPage(rows.rows, sequence(end), OptionalLong.of(pending), rows.isFull());
    }

    /** The rows of a page, and where they end. */
    private final class Rows {
        private final List<ChangedDocument> rows = new ArrayList<>();
        private Sequence end = changes.at();
        private long bytes;

        boolean isEmpty() {
            return rows.isEmpty();
        }

        boolean isFull() {
            return bytes >= ChangesPage.MOST_BYTES;
        }

        /** Adds what there is room for: what follows is read anew. */
        void add(ChangesRequest request, List<Change> step) {
            for (Change change : step) {
                rows.add(row(request, change));
                bytes += rows.getLast().bytes();
                if (isFull()) {
                    end = change.sequence();
                    return;
                }
            }
            end = changes.at();
        }
    }

    /** What there is by now. */
    private Rows rows(ChangesRequest request) throws InterruptedException {
        Rows rows = new Rows();
        Sequence upTo = storage.call(READING, database::last);
        boolean more;
        do {
            int left = request.limit() - rows.rows.size();
            // Named documents come in pages of their own, which would be looked up anew.
            int most = request.filter() instanceof ReplicationFilter.DocumentIds ? left : Math.min(STEP_ROWS, left);
            List<Change> step = new ArrayList<>();
            // A call for each step, so that an interruption ends a long search.
            more = storage.call(READING, () -> changes.step(upTo, step, most)) || step.size() == most;
            rows.add(request, step);
        } while (more && rows.rows.size() < request.limit() && !rows.isFull());
        return rows;
    }

    private Rows await(ChangesRequest request) throws InterruptedException {
        Instant end = clock.instant().plus(request.patience());
        // One at once: what came before the listening began.
        Semaphore changed = new Semaphore(1);
        Database.Subscription listening = storage.call(READING, () -> database.subscribe(changed::release));
        try (listening) {
            while (true) {
                long left = Duration.between(clock.instant(), end).toNanos();
                if (left <= 0 || !changed.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                    return new Rows();
                }
                changed.drainPermits();
                Rows rows = rows(request);
                if (!rows.isEmpty()) {
                    return rows;
                }
            }
        }
    }

    private static ChangedDocument row(ChangesRequest request, Change change) {
        List<RevisionNode> leaves =
                request.allLeaves() ? change.leaves() : change.leaves().subList(0, 1);
        return new ChangedDocument(
                change.id(),
                sequence(change.sequence()),
                leaves.stream().map(RevisionNode::revision).toList());
    }

    private static PeerSequence sequence(Sequence sequence) {
        return PeerSequence.of(sequence.token());
    }
}
