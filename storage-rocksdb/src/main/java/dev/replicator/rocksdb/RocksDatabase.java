package dev.replicator.rocksdb;

import dev.replicator.document.Blob;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Retention;
import dev.replicator.revision.Revision;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.DatabaseDigest;
import dev.replicator.store.DatabaseSpace;
import dev.replicator.store.DatabaseStatus;
import dev.replicator.store.DerivedKind;
import dev.replicator.store.DerivedRow;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.IdRange;
import dev.replicator.store.LocalDocument;
import dev.replicator.store.PurgeRecord;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoreException;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A database of a {@link RocksStore}. There is one of these for a database while anybody holds it; what it keeps in
 * memory is what readers and the writer share.
 */
final class RocksDatabase implements Database {
    private final Engine engine;
    private final Pipeline pipeline;
    private final Identity identity;
    private final Keys keys;
    private final Settings settings;
    private final EpochRows epochRows;
    private final Purges purges;
    private final Documents documents;
    private final Changes changes;
    private final Locals locals;
    private final Derived derived;
    private final Attachments attachments;
    private final Compaction compaction;
    private final Writer writer;
    private final Listeners listeners = new Listeners();

    private volatile Epochs epochs;
    /** The last change that is durable, as far as anybody has seen. */
    private final AtomicLong last = new AtomicLong();

    private volatile int revsLimit;
    private volatile int purgedInfosLimit;
    private volatile Optional<byte[]> security;
    private volatile boolean gone;

    /**
     * What a database is known by.
     *
     * @param number what its keys begin with; never given to another
     * @param startTime when it was made, in seconds since 1970
     */
    record Identity(int number, String name, long startTime) {}

    RocksDatabase(Engine engine, Pipeline pipeline, Identity identity) {
        this.engine = engine;
        this.pipeline = pipeline;
        this.identity = identity;
        this.keys = new Keys(identity.number);
        this.settings = new Settings(this);
        this.epochRows = new EpochRows(engine, identity.number, identity.name);
        this.purges = new Purges(this);
        this.documents = new Documents(this);
        this.changes = new Changes(this);
        this.locals = new Locals(this);
        this.derived = new Derived(this);
        this.attachments = new Attachments(this);
        this.compaction = new Compaction(this, pipeline);
        this.writer = new Writer(this, pipeline);
        derived.rebuildOutdated();
        readBack();
    }

    private void readBack() {
        epochs = epochRows.read();
        seen(changes.last(null));
        revsLimit = settings.readRevsLimit();
        purgedInfosLimit = purges.readLimit();
        security = settings.readSecurity();
    }

    /**
     * Takes for true what is on the disk: a write that failed may be there all the same. While RocksDB is opened again.
     *
     * @param there whether the database is there
     */
    void reopened(boolean there) {
        writer.reopened();
        attachments.reopened();
        if (there) {
            readBack();
        } else {
            gone = true;
        }
    }

    /** Wakes those who follow it, for what was found there. */
    void tellReopened() {
        listeners.call();
    }

    // ---- for the parts of this database

    Engine engine() {
        return engine;
    }

    Keys keys() {
        return keys;
    }

    int number() {
        return identity.number;
    }

    long startTime() {
        return identity.startTime;
    }

    Locals locals() {
        return locals;
    }

    Documents documents() {
        return documents;
    }

    Purges purges() {
        return purges;
    }

    Attachments attachments() {
        return attachments;
    }

    Writer writer() {
        return writer;
    }

    Room room() {
        return pipeline.room();
    }

    Epochs epochs() {
        return epochs;
    }

    long lastNumber() {
        return last.get();
    }

    /**
     * Notes a change that was read, which is a moment before {@link #advance}: whoever was shown it finds it to be
     * there.
     */
    private long seen(long number) {
        return last.accumulateAndGet(number, Math::max);
    }

    boolean isGone() {
        return gone;
    }

    StoreException gone() {
        return new StoreException.DatabaseGone(identity.name);
    }

    void requireThere() {
        if (gone) {
            throw gone();
        }
    }

    void requireGone() {
        if (!gone) {
            throw new IllegalStateException("database " + identity.name + " is still there");
        }
    }

    /** Does something while the store is open, and refuses it where the database is gone. */
    private <T> T inside(Supplier<T> work) {
        try (Gate.Pass _ = engine.gate.enter()) {
            requireThere();
            return work.get();
        }
    }

    /**
     * As {@link #inside}, and refused as well where the database was gone before it was done: also if that failed it.
     */
    <T> T read(Supplier<T> work) {
        return inside(() -> {
            try {
                return work.get();
            } finally {
                requireThere();
            }
        });
    }

    // ---- for the writer

    /** What the writer goes on from: what is on disk. */
    Ledger readLedger() {
        epochs = epochRows.read();
        Sums sums = new Sums(identity.name, engine, keys);
        Ledger ledger = new Ledger(sums, changes.last(null), epochRows.isLastOfThisOpen(), revsLimit);
        ledger.purges = purges.last(null);
        ledger.purgedInfosLimit = purgedInfosLimit;
        return ledger;
    }

    void epochRow(Rows rows, long first, String name) {
        epochRows.put(rows, first, name);
    }

    /** Makes an epoch known that begins behind the last sequence number, before anything of it can be read. */
    void publish(Epochs begun) {
        epochs = begun;
    }

    /** Shows what became durable, on the committing thread. */
    void advance(long durable, boolean changed) {
        seen(durable);
        if (changed || gone) {
            listeners.call();
        }
    }

    /** Called on the committing thread when the deletion is durable. */
    void markGone() {
        gone = true;
    }

    // ---- the database

    @Override
    public String name() {
        return identity.name;
    }

    @Override
    public String instanceStartTime() {
        return Long.toString(identity.startTime);
    }

    @Override
    public DatabaseStatus status() {
        return read(() -> {
            try (View view = engine.view()) {
                long number = changes.last(view);
                seen(number);
                return derived.status(view, epochs.sequence(number), purges.last(view), compaction.isRunning());
            }
        });
    }

    @Override
    public DatabaseSpace space() {
        return read(() -> {
            try (View view = engine.view()) {
                return derived.space(view);
            }
        });
    }

    @Override
    public DatabaseDigest digest() {
        return read(() -> {
            try (View view = engine.view()) {
                long number = changes.last(view);
                seen(number);
                return new DatabaseDigest(derived.digest(view), epochs.sequence(number));
            }
        });
    }

    @Override
    public Optional<StoredDocument> document(String id) {
        return read(() -> documents.one(id));
    }

    @Override
    public List<Optional<StoredDocument>> documents(List<String> ids) {
        return read(() -> documents.all(ids));
    }

    @Override
    public List<StoredDocument> documents(IdRange range, int limit) {
        requirePage(limit);
        return read(() -> documents.range(range, limit));
    }

    @Override
    public Optional<RevisionContent> content(StoredDocument document, Revision revision) {
        return read(() -> documents.content(document, revision));
    }

    @Override
    public CompletionStage<List<EditOutcome>> commit(List<Edit> edits) {
        requirePage(edits.size());
        return inside(() -> {
            room().requireFor(edits);
            CommitCommand command = new CommitCommand(edits, pipeline.completions());
            writer.submit(command);
            return command.done();
        });
    }

    @Override
    public CompletionStage<Long> compact(Retention retention) {
        return inside(() -> compaction.start(retention));
    }

    private static void requirePage(int count) {
        if (count < 0 || count > MAX_PAGE) {
            throw new IllegalArgumentException(count + " is not between 0 and " + MAX_PAGE);
        }
    }

    // ---- changes

    @Override
    public Sequence beginning() {
        return epochs.sequence(0);
    }

    @Override
    public Sequence last() {
        return read(() -> epochs.sequence(last.get()));
    }

    @Override
    public Optional<Sequence> parseSequence(String token) {
        return read(() -> changes.parse(token).map(sequence -> sequence));
    }

    @Override
    public List<Change> changes(Sequence after, Sequence upTo, int limit) {
        requirePage(limit);
        return read(() -> changes.forwards(RocksSequence.numberOf(after), RocksSequence.numberOf(upTo), limit));
    }

    @Override
    public List<Change> changesBackwards(Optional<Sequence> before, int limit) {
        requirePage(limit);
        long upTo = before.map(RocksSequence::numberOf).orElse(Long.MAX_VALUE) - 1;
        return read(() -> {
            List<Change> rows = changes.backwards(upTo, limit);
            if (!rows.isEmpty()) {
                seen(RocksSequence.numberOf(rows.getFirst().sequence()));
            }
            return rows;
        });
    }

    @Override
    public long pendingAfter(Sequence point) {
        return read(() -> changes.pendingAfter(RocksSequence.numberOf(point)));
    }

    @Override
    public List<Change> changesOf(List<String> ids, Sequence after, Sequence upTo) {
        return read(() -> changes.of(ids, RocksSequence.numberOf(after), RocksSequence.numberOf(upTo)));
    }

    @Override
    public Subscription subscribe(Runnable listener) {
        return read(() -> {
            Listeners.Listener registered = listeners.add(listener);
            return () -> unsubscribe(registered);
        });
    }

    private void unsubscribe(Listeners.Listener registered) {
        listeners.remove(registered);
    }

    // ---- purges

    @Override
    public List<PurgeRecord> purges(long after, int limit) {
        requirePage(limit);
        return read(() -> purges.after(after, limit));
    }

    @Override
    public int purgedInfosLimit() {
        return read(() -> purgedInfosLimit);
    }

    @Override
    public void setPurgedInfosLimit(int limit) {
        requireAtLeastOne(limit);
        perform(new SmallCommand(
                chunk -> {
                    purges.putLimit(chunk.rows(), limit, chunk.ledger().purges);
                    chunk.ledger().purgedInfosLimit = limit;
                },
                () -> purgedInfosLimit = limit));
    }

    // ---- local documents

    @Override
    public Optional<LocalDocument> local(String id) {
        return read(() -> locals.one(id));
    }

    @Override
    public List<LocalDocument> locals(IdRange range, int limit) {
        requirePage(limit);
        return read(() -> locals.range(range, limit));
    }

    // ---- attachments

    @Override
    public AttachmentLease lease() {
        return read(() -> new RocksLease(this));
    }

    @Override
    public int read(Blob blob, long offset, byte[] into) {
        if (offset < 0) {
            throw new IllegalArgumentException("offset " + offset);
        }
        return read(() -> attachments.read(blob, offset, into));
    }

    @Override
    public long sweepAttachments() {
        return attachments.sweep();
    }

    // ---- settings and derived rows

    @Override
    public int revsLimit() {
        return read(() -> revsLimit);
    }

    @Override
    public void setRevsLimit(int limit) {
        requireAtLeastOne(limit);
        perform(new SmallCommand(
                chunk -> {
                    settings.putRevsLimit(chunk.rows(), limit);
                    chunk.ledger().revsLimit = limit;
                },
                () -> revsLimit = limit));
    }

    private static void requireAtLeastOne(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("the limit must be at least 1, not " + limit);
        }
    }

    @Override
    public Optional<byte[]> security() {
        return read(() -> security);
    }

    @Override
    public void setSecurity(byte[] json) {
        byte[] kept = json.clone();
        perform(new SmallCommand(
                chunk -> settings.putSecurity(chunk.rows(), kept), () -> security = Optional.of(kept)));
    }

    /** Submits a command and waits until it is durable. */
    void perform(SmallCommand command) {
        inside(() -> {
            writer.submit(command);
            return null;
        });
        SingleBatch.join(command.done());
    }

    @Override
    public List<DerivedRow> derived(DerivedKind kind, byte[] from, byte[] to, int limit) {
        requirePage(limit);
        return read(() -> derived.rows(kind, from, to, limit));
    }
}
