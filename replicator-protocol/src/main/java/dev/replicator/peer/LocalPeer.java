package dev.replicator.peer;

import dev.replicator.document.AttachmentIntake;
import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.DocumentId;
import dev.replicator.document.DocumentParser;
import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ParsedDocument;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.local.DocumentRule;
import dev.replicator.local.LocalDocs;
import dev.replicator.local.RevsDiff;
import dev.replicator.replication.ChangesPage;
import dev.replicator.replication.ChangesRequest;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.Peer;
import dev.replicator.replication.PeerInfo;
import dev.replicator.replication.WriteFailure;
import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.LocalDocument;
import dev.replicator.store.Store;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A database of this server's own store, as a peer of a replication. A database that is deleted and made anew is the
 * one that counts: between calls nothing is held of one, but for the order of documents that a filter names.
 */
public final class LocalPeer implements Peer {
    private final Store store;
    private final String database;
    private final StorageCalls storage;
    private final InstantSource clock;
    private final Supplier<Limits> limits;
    private final WriteObserver observer;
    private final LocalWriting writing;
    private final LargeDocuments large = new LargeDocuments();

    /** A reading of changes that found the order of its documents and is not through with them. */
    private final AtomicReference<LocalChanges> unfinished = new AtomicReference<>();

    /**
     * What may be written, as the settings say.
     *
     * @param documentBytes of one document, its attachments aside
     * @param attachments of one document
     */
    public record Limits(long documentBytes, AttachmentLimits attachments) {
        /** As a server has them where nothing is configured. */
        public static final Limits STANDARD = new Limits(8_000_000, new AttachmentLimits(1L << 30, 10_000));

        /** @throws CouchException 413 where a document's body is too large */
        void check(String id, ParsedDocument document) {
            if (document.body().length > documentBytes) {
                throw new CouchError(
                                413,
                                "document_too_large",
                                "Document '" + id + "' has " + document.body().length + " bytes, more than the "
                                        + documentBytes + " of couchdb/max_document_size.")
                        .asException();
            }
        }
    }

    /** A peer whose database takes all documents. */
    public LocalPeer(
            Store store, String database, String user, Supplier<Limits> limits, Executor threads, InstantSource clock) {
        this(store, database, user, limits, DocumentRule.NONE, WriteObserver.NONE, threads, clock);
    }

    /**
     * @param database its name, which is taken as it is where the database is to be made
     * @param user on whose behalf revisions are written
     * @param limits asked each time
     * @param rule what documents must be that are written
     * @param observer is told what is written, checkpoints too
     * @param threads where calls run that may block on the disk, while their caller waits
     * @param clock says when revisions came, and how long a wait for changes took
     */
    public LocalPeer(
            Store store,
            String database,
            String user,
            Supplier<Limits> limits,
            DocumentRule rule,
            WriteObserver observer,
            Executor threads,
            InstantSource clock) {
        this.store = store;
        this.database = database;
        this.storage = new StorageCalls(threads, database);
        this.clock = clock;
        this.limits = limits;
        this.observer = observer;
        this.writing = new LocalWriting(storage, user, limits, rule, observer, clock);
    }

    /**
     * A peer for an application that embeds its store: by the server's default limits, its storage calls on a pool of
     * threads that all such peers share.
     */
    public static LocalPeer of(Store store, String database) {
        return new LocalPeer(store, database, "", () -> Limits.STANDARD, SharedThreads.POOL, InstantSource.system());
    }

    /** Made with the first peer that needs it. */
    private static final class SharedThreads {
        static final Executor POOL = Executors.newFixedThreadPool(
                Math.max(4, 2 * Runtime.getRuntime().availableProcessors()),
                Thread.ofPlatform().daemon().name("storage-", 1).factory());
    }

    /** The database's name. */
    @Override
    public String address() {
        return database;
    }

    /** Makes a call with the database. */
    private <T> T call(String what, Function<Database, T> work) throws InterruptedException {
        return storage.call(
                what, () -> work.apply(store.database(database).orElseThrow(() -> storage.noDatabase(what))));
    }

    @Override
    public PeerInfo info() throws InterruptedException {
        return new PeerInfo(call("looking for the database", Database::instanceStartTime));
    }

    @Override
    public void create() throws InterruptedException {
        storage.call("making the database", () -> store.create(database));
    }

    @Override
    public Optional<byte[]> local(String id) throws InterruptedException {
        return call("reading " + DocumentId.LOCAL_PREFIX + id, there -> there.local(id))
                .map(document -> {
                    JsonBuffer out = new JsonBuffer();
                    LocalDocs.write(out, document);
                    return out.toByteArray();
                });
    }

    @Override
    public void putLocal(String id, byte[] json) throws InterruptedException {
        String what = "writing " + DocumentId.LOCAL_PREFIX + id;
        try {
            storage.await(what, call(what, there -> putLocal(there, id, json)));
        } catch (CouchException e) {
            throw storage.refused(what, e.error());
        }
    }

    private CompletionStage<List<EditOutcome>> putLocal(Database there, String id, byte[] json) {
        // Of whatever size: a limit for documents must not keep replications from recording how far they are.
        ParsedDocument document = DocumentParser.parse(
                json, AttachmentIntake.DISCARDING, limits.get().attachments());
        long before = there.local(id).map(LocalDocument::revision).orElse(0L);
        List<Edit> edits = List.of(new Edit.PutLocal(new LocalDocument(id, before + 1, document.body())));
        return there.commit(edits).thenApply(outcomes -> {
            observer.committed(edits, outcomes);
            return outcomes;
        });
    }

    /** {@inheritDoc} Of filters by name there is {@code _design} alone. */
    @Override
    public ChangesPage changes(ChangesRequest request) throws InterruptedException {
        String what = "reading changes";
        try {
            Database there = call(what, now -> now);
            LocalChanges reading = unfinished.getAndSet(null);
            if (reading == null || !reading.canGoOn(there, request)) {
                reading = new LocalChanges(storage, clock, there, request);
            }
            ChangesPage page = reading.page(request);
            if (reading.isWithinPass()) {
                unfinished.set(reading);
            }
            return page;
        } catch (CouchException e) {
            throw storage.refused(what, e.error());
        }
    }

    @Override
    public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions) throws InterruptedException {
        return call("comparing revisions", there -> RevsDiff.of(there, revisions));
    }

    @Override
    public FetchedRevisions fetch(List<RevsDiff> wanted) throws InterruptedException {
        return new LocalRevisions(storage, call("reading documents", there -> there), wanted, large.turn());
    }

    @Override
    public List<WriteFailure> write(List<FetchedRevision.Document> revisions) throws InterruptedException {
        return writing.write(call("writing documents", there -> there), revisions);
    }

    @Override
    public Optional<WriteFailure> writeWithAttachments(FetchedRevision.Document revision) throws InterruptedException {
        return writing.writeWithAttachments(call("writing a document", there -> there), revision);
    }

    /** Nothing is left to do: what was written is durable. */
    @Override
    public void ensureFullCommit() throws InterruptedException {
        info();
    }

    /** Nothing is held. */
    @Override
    public void close() {
        // The store is the caller's.
    }
}
