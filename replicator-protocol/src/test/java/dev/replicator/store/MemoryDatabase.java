package dev.replicator.store;

import dev.replicator.document.Blob;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Retention;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionTree;
import dev.replicator.revision.TreeSizes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A database of a {@link MemoryStore}: sorted maps, and the pure functions applied to them. */
final class MemoryDatabase implements Database {
    private record Entry(RevisionTree tree, long sequence) {}

    private record ContentKey(String id, Revision revision) {}

    private static final Entry NONE = new Entry(RevisionTree.EMPTY, 0);

    private final MemoryStore store;
    private final String name;
    private final String instanceStartTime;
    private final NavigableMap<String, Entry> documents = new TreeMap<>(MemoryStore.BY_BYTES);
    private final Map<ContentKey, RevisionContent> contents = new HashMap<>();
    private final NavigableMap<Long, String> changes = new TreeMap<>();
    private final NavigableMap<Long, String> epochs = new TreeMap<>();
    private final NavigableMap<String, LocalDocument> locals = new TreeMap<>(MemoryStore.BY_BYTES);
    private final Map<DerivedKind, NavigableMap<byte[], byte[]>> derived = new EnumMap<>(DerivedKind.class);
    private final MemoryBlobs blobs;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private long last;
    private boolean inEpoch;
    private final NavigableMap<Long, PurgeRecord> purges = new TreeMap<>();
    private int revsLimit = 1000;
    private int purgedInfosLimit = 1000;
    private byte[] security;
    private int compactions;
    private boolean gone;

    MemoryDatabase(MemoryStore store, String name, String instanceStartTime) {
        this.store = store;
        this.name = name;
        this.instanceStartTime = instanceStartTime;
        this.blobs = new MemoryBlobs(this);
        for (DerivedKind kind : DerivedKind.values()) {
            derived.put(kind, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    MemoryDatabase(MemoryStore store, MemoryDatabase origin) {
        this(store, origin.name, origin.instanceStartTime);
        documents.putAll(origin.documents);
        contents.putAll(origin.contents);
        changes.putAll(origin.changes);
        epochs.putAll(origin.epochs);
        locals.putAll(origin.locals);
        origin.derived.forEach((kind, rows) -> derived.get(kind).putAll(rows));
        blobs.putAll(origin.blobs);
        last = origin.last;
        revsLimit = origin.revsLimit;
        purges.putAll(origin.purges);
        purgedInfosLimit = origin.purgedInfosLimit;
        security = origin.security;
    }

    void markGone() {
        gone = true;
    }

    void callListeners() {
        listeners.forEach(listener -> listener.called.run());
    }

    Object lock() {
        return store.lock();
    }

    <T> T locked(Supplier<T> work) {
        synchronized (store.lock()) {
            if (gone) {
                throw new StoreException.DatabaseGone(name);
            }
            return work.get();
        }
    }

    private void locked(Runnable work) {
        locked(() -> {
            work.run();
            return null;
        });
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String instanceStartTime() {
        return instanceStartTime;
    }

    @Override
    public DatabaseStatus status() {
        return locked(() -> {
            long live = count(DerivedChange.LIVE_BYTES);
            long tombstones = count(DerivedChange.TOMBSTONE_BYTES);
            long inner = count(DerivedChange.INNER_BYTES);
            return new DatabaseStatus(
                    count(DerivedChange.DOCUMENTS),
                    count(DerivedChange.DELETED),
                    count(DerivedChange.CONFLICTED),
                    live,
                    tombstones,
                    inner,
                    live + tombstones + inner,
                    sequence(last),
                    purges.isEmpty() ? 0 : purges.lastKey(),
                    compactions > 0);
        });
    }

    @Override
    public DatabaseSpace space() {
        return locked(() -> new DatabaseSpace(
                new TreeSizes(
                        count(DerivedChange.LIVE_BYTES),
                        count(DerivedChange.LIVE_ATTACHMENTS),
                        count(DerivedChange.TOMBSTONE_BYTES),
                        count(DerivedChange.TOMBSTONE_ATTACHMENTS),
                        count(DerivedChange.INNER_BYTES),
                        count(DerivedChange.INNER_ATTACHMENTS),
                        count(DerivedChange.TREE_BYTES)),
                blobs.bytes(),
                count(DerivedChange.LOCALS),
                count(DerivedChange.LOCAL_BYTES),
                0,
                0));
    }

    @Override
    public DatabaseDigest digest() {
        return locked(() -> new DatabaseDigest(DerivedChange.digest(this::sum), sequence(last)));
    }

    private long count(String name) {
        return sum(DerivedKind.COUNT, name);
    }

    private long sum(DerivedKind kind, String name) {
        byte[] value = derived.get(kind).get(name.getBytes(StandardCharsets.US_ASCII));
        return value == null ? 0 : ByteBuffer.wrap(value).getLong();
    }

    // ---- documents

    private StoredDocument stored(String id, Entry entry) {
        Revision winner = entry.tree.winner().revision();
        return new StoredDocument(
                id, entry.tree, entry.sequence, Optional.ofNullable(contents.get(new ContentKey(id, winner))));
    }

    @Override
    public Optional<StoredDocument> document(String id) {
        return locked(() -> Optional.ofNullable(documents.get(id)).map(entry -> stored(id, entry)));
    }

    @Override
    public List<Optional<StoredDocument>> documents(List<String> ids) {
        return locked(() -> ids.stream().map(this::document).toList());
    }

    @Override
    public List<StoredDocument> documents(IdRange range, int limit) {
        return locked(() -> range(documents, range)
                .limit(limit)
                .map(entry -> stored(entry.getKey(), entry.getValue()))
                .toList());
    }

    private static <V> Stream<Map.Entry<String, V>> range(NavigableMap<String, V> byId, IdRange range) {
        NavigableMap<String, V> ordered = range.descending() ? byId.descendingMap() : byId;
        if (range.from().isPresent()) {
            ordered = ordered.tailMap(range.from().get(), range.fromInclusive());
        }
        Stream<Map.Entry<String, V>> rows = ordered.entrySet().stream();
        if (range.to().isEmpty()) {
            return rows;
        }
        String to = range.to().get();
        int direction = range.descending() ? -1 : 1;
        return rows.takeWhile(entry -> {
            int order = direction * MemoryStore.BY_BYTES.compare(entry.getKey(), to);
            return order < 0 || (order == 0 && range.toInclusive());
        });
    }

    @Override
    public Optional<RevisionContent> content(StoredDocument document, Revision revision) {
        return locked(() -> Optional.ofNullable(contents.get(new ContentKey(document.id(), revision))));
    }

    // ---- commits

    @Override
    public CompletionStage<List<EditOutcome>> commit(List<Edit> edits) {
        if (edits.size() > MAX_PAGE) {
            throw new IllegalArgumentException("too many edits: " + edits.size());
        }
        List<Edit> copy = List.copyOf(edits);
        return store.later(() -> {
            long before = last;
            try {
                return locked(() -> {
                    List<EditOutcome> outcomes = copy.stream().map(this::apply).toList();
                    if (last != before) {
                        store.eventLog().add(name, DatabaseEvent.Type.UPDATED);
                    }
                    return outcomes;
                });
            } finally {
                if (last != before) {
                    callListeners();
                    store.eventLog().callListeners();
                }
            }
        });
    }

    private EditOutcome apply(Edit edit) {
        return switch (edit) {
            case Edit.OfDocument change -> {
                Entry before = documents.getOrDefault(change.id(), NONE);
                Edit.Applied applied = change.applyTo(before.tree, revsLimit);
                if (change instanceof Edit.Purge purge) {
                    record(purge);
                }
                if (!applied.tree().equals(before.tree)) {
                    if (!inEpoch) {
                        epochs.put(last + 1, MemorySequence.newEpoch());
                        inEpoch = true;
                    }
                    write(change.id(), before, new Entry(applied.tree(), ++last));
                }
                applied.content().ifPresent(content -> {
                    Revision revision = ((EditOutcome.Saved) applied.outcome()).revision();
                    contents.put(new ContentKey(change.id(), revision), content);
                });
                yield applied.outcome();
            }
            case Edit.PutLocal put -> {
                LocalDocument former = locals.put(put.id(), put.document());
                DerivedChange.ofLocal(bytes(former), bytes(put.document())).forEach(this::write);
                yield new EditOutcome.Saved(
                        Revision.of(0, Long.toString(put.document().revision())));
            }
            case Edit.DeleteLocal delete -> {
                LocalDocument former = locals.remove(delete.id());
                DerivedChange.ofLocal(bytes(former), -1).forEach(this::write);
                yield former == null ? new EditOutcome.Missing() : new EditOutcome.Saved(Revision.of(0, "0"));
            }
        };
    }

    private void record(Edit.Purge purge) {
        long number = purges.isEmpty() ? 1 : purges.lastKey() + 1;
        purges.put(number, new PurgeRecord(number, purge.id(), purge.revisions()));
        purges.headMap(number - purgedInfosLimit, true).clear();
    }

    private void write(String id, Entry before, Entry after) {
        changes.remove(before.sequence);
        if (after.tree.isEmpty()) {
            documents.remove(id);
        } else {
            documents.put(id, after);
            changes.put(after.sequence, id);
        }
        for (RevisionNode node : before.tree.nodes()) {
            if (!after.tree.find(node.revision()).map(RevisionNode::stored).orElse(false)) {
                contents.remove(new ContentKey(id, node.revision()));
            }
        }
        DerivedChange.between(id, before.tree, before.sequence, after.tree, after.sequence)
                .forEach(this::write);
    }

    private static long bytes(LocalDocument document) {
        return document == null ? -1 : document.body().length;
    }

    private void write(DerivedChange change) {
        NavigableMap<byte[], byte[]> rows = derived.get(change.kind());
        switch (change) {
            case DerivedChange.Add add ->
                rows.merge(
                        add.key(),
                        sum(add.amount()),
                        (a, b) -> sum(ByteBuffer.wrap(a).getLong()
                                + ByteBuffer.wrap(b).getLong()));
            case DerivedChange.Put put -> rows.put(put.key(), put.value());
            case DerivedChange.Delete delete -> rows.remove(delete.key());
        }
    }

    private static byte[] sum(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    @Override
    public CompletionStage<Long> compact(Retention retention) {
        return locked(() -> {
            compactions++;
            return store.later(() -> locked(() -> dropBodies(retention)));
        });
    }

    private long dropBodies(Retention retention) {
        long dropped = 0;
        for (Map.Entry<String, Entry> document : List.copyOf(documents.entrySet())) {
            Entry before = document.getValue();
            List<Revision> expired = retention.expired(
                    before.tree,
                    revision -> contents.get(new ContentKey(document.getKey(), revision))
                            .provenance()
                            .receivedAt());
            write(document.getKey(), before, new Entry(before.tree.withoutBodies(expired), before.sequence));
            dropped += expired.size();
        }
        compactions--;
        return dropped;
    }

    // ---- changes

    private MemorySequence sequence(long number) {
        return MemorySequence.of(number, epochs);
    }

    private static long number(Sequence sequence) {
        return ((MemorySequence) sequence).number();
    }

    private Change change(long sequence, String id) {
        return new Change(sequence(sequence), id, documents.get(id).tree.leaves());
    }

    private List<Change> rows(NavigableMap<Long, String> part, int limit) {
        return part.entrySet().stream()
                .limit(limit)
                .map(row -> change(row.getKey(), row.getValue()))
                .toList();
    }

    @Override
    public Sequence beginning() {
        return MemorySequence.BEGINNING;
    }

    @Override
    public Sequence last() {
        return locked(() -> sequence(last));
    }

    @Override
    public Optional<Sequence> parseSequence(String token) {
        return locked(() -> MemorySequence.parse(token, epochs, last).map(sequence -> sequence));
    }

    @Override
    public List<Change> changes(Sequence after, Sequence upTo, int limit) {
        return locked(() -> {
            long end = Math.max(number(after), number(upTo));
            return rows(changes.subMap(number(after), false, end, true), limit);
        });
    }

    @Override
    public List<Change> changesBackwards(Optional<Sequence> before, int limit) {
        return locked(() -> {
            long end = before.map(MemoryDatabase::number).orElse(Long.MAX_VALUE);
            return rows(changes.headMap(end, false).descendingMap(), limit);
        });
    }

    @Override
    public long pendingAfter(Sequence point) {
        return locked(() -> (long) changes.tailMap(number(point), false).size());
    }

    @Override
    public List<Change> changesOf(List<String> ids, Sequence after, Sequence upTo) {
        return locked(() -> {
            NavigableMap<Long, String> part = new TreeMap<>();
            for (String id : ids) {
                Optional.ofNullable(documents.get(id)).ifPresent(entry -> part.put(entry.sequence, id));
            }
            NavigableMap<Long, String> between =
                    part.subMap(number(after), false, Math.max(number(after), number(upTo)), true);
            return rows(between, between.size());
        });
    }

    @Override
    public Subscription subscribe(Runnable listener) {
        return locked(() -> {
            Listener registered = new Listener(listener);
            listeners.add(registered);
            return registered;
        });
    }

    private final class Listener implements Subscription {
        private final Runnable called;

        Listener(Runnable called) {
            this.called = called;
        }

        @Override
        public void close() {
            listeners.remove(this);
        }
    }

    // ---- purges

    @Override
    public List<PurgeRecord> purges(long after, int limit) {
        return locked(() ->
                purges.tailMap(after, false).values().stream().limit(limit).toList());
    }

    @Override
    public int purgedInfosLimit() {
        return locked(() -> purgedInfosLimit);
    }

    @Override
    public void setPurgedInfosLimit(int limit) {
        locked(() -> {
            purgedInfosLimit = limit;
            if (!purges.isEmpty()) {
                purges.headMap(purges.lastKey() - limit, true).clear();
            }
        });
    }

    // ---- local documents

    @Override
    public Optional<LocalDocument> local(String id) {
        return locked(() -> Optional.ofNullable(locals.get(id)));
    }

    @Override
    public List<LocalDocument> locals(IdRange range, int limit) {
        return locked(
                () -> range(locals, range).limit(limit).map(Map.Entry::getValue).toList());
    }

    // ---- attachments

    @Override
    public AttachmentLease lease() {
        return locked(blobs::lease);
    }

    @Override
    public int read(Blob blob, long offset, byte[] into) {
        return locked(() -> blobs.read(blob, offset, into));
    }

    @Override
    public long sweepAttachments() {
        return locked(blobs::sweep);
    }

    /** How many attachments are stored, referred to or not. */
    int blobs() {
        return locked(blobs::count);
    }

    /** The numbers of the blobs that revisions refer to. */
    Set<Long> referredBlobs() {
        return contents.values().stream()
                .flatMap(content -> content.attachments().stream())
                .map(attachment -> attachment.blob().number())
                .collect(Collectors.toSet());
    }

    // ---- settings and derived rows

    @Override
    public int revsLimit() {
        return locked(() -> revsLimit);
    }

    @Override
    public void setRevsLimit(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("the limit must be at least 1, not " + limit);
        }
        locked(() -> {
            revsLimit = limit;
        });
    }

    @Override
    public Optional<byte[]> security() {
        return locked(() -> Optional.ofNullable(security));
    }

    @Override
    public void setSecurity(byte[] json) {
        locked(() -> {
            security = json.clone();
        });
    }

    @Override
    public List<DerivedRow> derived(DerivedKind kind, byte[] from, byte[] to, int limit) {
        return locked(() -> derived.get(kind).tailMap(from, true).entrySet().stream()
                .takeWhile(row -> to.length == 0 || Arrays.compareUnsigned(row.getKey(), to) < 0)
                .limit(limit)
                .map(row -> new DerivedRow(row.getKey(), row.getValue()))
                .toList());
    }
}
