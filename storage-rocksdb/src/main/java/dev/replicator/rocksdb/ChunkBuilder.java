package dev.replicator.rocksdb;

import dev.replicator.document.Attachment;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionTree;
import dev.replicator.store.DatabaseEvent;
import dev.replicator.store.DerivedChange;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.LocalDocument;
import dev.replicator.store.PurgeRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies edits to a {@link Ledger} and gathers their rows. A document that is edited several times in a chunk has its
 * row written once.
 *
 * <p>Used by a database's writer, and thrown away with the chunk.
 */
final class ChunkBuilder {
    /** A chunk of about this many bytes takes no further edit. */
    static final int MAX_BYTES = 4 << 20;

    /** A chunk of this many edits takes no further one. */
    static final int MAX_EDITS = 4096;

    /** A winner's body of at most this many bytes is kept in the document's row. */
    static final int MAX_INLINE_BYTES = 4 << 10;

    private static final Revision DELETED_LOCAL = Revision.of(0, "0");
    private static final int ROW_BYTES = 64;

    private final RocksDatabase database;
    private final Engine engine;
    private final Keys keys;
    private final Ledger ledger;
    private final Rows rows = new Rows();
    private final ByteWriter key = new ByteWriter(128);
    private final ByteWriter value = new ByteWriter(256);
    private final DocumentLoader loader;
    private final BodyRows bodies;
    private final long number;
    private final List<InFlight> documents = new ArrayList<>();
    private final List<Ledger.LocalInFlight> locals = new ArrayList<>();
    private int edits;
    private long pendingBytes;
    private Optional<Epochs> begunEpochs = Optional.empty();
    private boolean torn;

    ChunkBuilder(RocksDatabase database, Ledger ledger) {
        this.database = database;
        this.engine = database.engine();
        this.keys = database.keys();
        this.ledger = ledger;
        this.number = ++ledger.chunks;
        this.loader = new DocumentLoader(database);
        this.bodies = new BodyRows(database, ledger, rows, number);
    }

    Ledger ledger() {
        return ledger;
    }

    Rows rows() {
        return rows;
    }

    boolean isFull() {
        return edits >= MAX_EDITS || rows.length() + pendingBytes >= MAX_BYTES;
    }

    /** Whether an edit failed half applied, so that this chunk must not be written. */
    boolean isTorn() {
        return torn;
    }

    EditOutcome apply(Edit edit) {
        edits++;
        return switch (edit) {
            case Edit.OfDocument change -> applyToDocument(change);
            case Edit.PutLocal put -> putLocal(put.document());
            case Edit.DeleteLocal delete -> deleteLocal(delete.id());
        };
    }

    // ---- documents

    private EditOutcome applyToDocument(Edit.OfDocument edit) {
        byte[] id = edit.id().getBytes(StandardCharsets.UTF_8);
        InFlight known = ledger.documents.get(edit.id());
        DocumentState state = known == null ? loader.load(id) : known.after;
        Edit.Applied applied = edit.applyTo(state.tree(), ledger.revsLimit);
        if (edit instanceof Edit.Purge purge) {
            PurgeRecord record = new PurgeRecord(++ledger.purges, purge.id(), purge.revisions());
            database.purges().put(rows, record, ledger.purgedInfosLimit);
        }
        if (isSame(applied.tree(), state.tree())) {
            return applied.outcome();
        }
        applied.content().ifPresent(this::requireAttachments);
        torn = true;
        beginEpoch();
        byte[] inline = place(edit.id(), id, state, applied);
        change(known, edit.id(), id, state, new DocumentState(applied.tree(), ++ledger.last, inline));
        torn = false;
        return applied.outcome();
    }

    private void requireAttachments(RevisionContent content) {
        for (Attachment attachment : content.attachments()) {
            database.attachments().requireKept(attachment.blob().number());
        }
    }

    /** Drops what is kept of some of a document's inner revisions. Its change keeps its sequence number. */
    void dropBodies(String id, List<Revision> revisions) {
        byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
        InFlight known = ledger.documents.get(id);
        DocumentState state = known == null ? loader.load(idBytes) : known.after;
        RevisionTree tree = state.tree().withoutBodies(revisions);
        edits++;
        if (isSame(tree, state.tree())) {
            return;
        }
        torn = true;
        bodies.dropMissing(id, idBytes, state, tree);
        change(known, id, idBytes, state, new DocumentState(tree, state.sequence(), state.inlineOrNull()));
        torn = false;
    }

    /** Whether a tree was left as it is: the same object, not an equal one, which would take comparing all of it. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(RevisionTree one, RevisionTree other) {
        return one == other;
    }

    private void beginEpoch() {
        if (!ledger.epochBegun) {
            long first = ledger.last + 1;
            String name = Epochs.newName();
            database.epochRow(rows, first, name);
            begunEpochs = Optional.of(database.epochs().with(first, name));
            ledger.epochBegun = true;
        }
    }

    /** Puts contents where they belong after an edit; returns the one that the document's row is to hold, or null. */
    private byte[] place(String id, byte[] idBytes, DocumentState state, Edit.Applied applied) {
        RevisionTree tree = applied.tree();
        if (tree.isEmpty()) {
            bodies.dropMissing(id, idBytes, state, tree);
            return null;
        }
        Revision winner = tree.winner().revision();
        byte[] inline = null;
        if (!state.tree().isEmpty()) {
            Revision former = state.tree().winner().revision();
            if (former.equals(winner)) {
                inline = state.inlineOrNull();
            } else if (state.inlineOrNull() != null && tree.find(former).isPresent()) {
                bodies.move(id, idBytes, former, state.inlineOrNull());
            }
            bodies.dropMissing(id, idBytes, state, tree);
        }
        if (applied.content().isPresent() && applied.outcome() instanceof EditOutcome.Saved saved) {
            RevisionContent content = applied.content().get();
            ContentCoding.write(value.clear(), content);
            byte[] bytes = value.toBytes();
            bodies.refer(id, idBytes, saved.revision(), content.attachments());
            if (content.body().length <= MAX_INLINE_BYTES && saved.revision().equals(winner)) {
                inline = bytes;
            } else {
                bodies.put(idBytes, saved.revision(), bytes);
            }
        }
        return inline;
    }

    private void change(InFlight known, String id, byte[] idBytes, DocumentState before, DocumentState after) {
        if (known != null && known.chunk == number) {
            known.after = after;
            return;
        }
        InFlight changed = new InFlight(id, idBytes, number, before, after);
        ledger.documents.put(id, changed);
        documents.add(changed);
        pendingBytes += 2L * idBytes.length + ROW_BYTES;
        pendingBytes += after.inlineOrNull() == null ? 0 : after.inlineOrNull().length;
    }

    // ---- local documents

    private EditOutcome putLocal(LocalDocument document) {
        byte[] id = document.id().getBytes(StandardCharsets.UTF_8);
        long before = localBytes(document.id(), id);
        value.clear().u8(RowReader.PLAIN).varint(document.revision());
        rows.put(engine.number(Family.LOCAL), keys.id(key, id), value, document.body());
        changeLocal(document.id(), before, document.body().length);
        return new EditOutcome.Saved(Revision.of(0, Long.toString(document.revision())));
    }

    private EditOutcome deleteLocal(String id) {
        byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
        long before = localBytes(id, idBytes);
        if (before < 0) {
            return new EditOutcome.Missing();
        }
        rows.delete(engine.number(Family.LOCAL), keys.id(key, idBytes));
        changeLocal(id, before, -1);
        return new EditOutcome.Saved(DELETED_LOCAL);
    }

    /** The bytes of a local document's body, -1 where it is not there. */
    private long localBytes(String id, byte[] idBytes) {
        Ledger.LocalInFlight known = ledger.locals.get(id);
        return known == null ? database.locals().bytes(idBytes) : known.bytes;
    }

    private void changeLocal(String id, long before, long after) {
        DerivedChange.ofLocal(before, after).forEach(this::write);
        Ledger.LocalInFlight changed = new Ledger.LocalInFlight(id, after);
        ledger.locals.put(id, changed);
        locals.add(changed);
    }

    // ---- the chunk

    /** The finished chunk. The builder is not used any more. */
    Chunk finish(Writer writer, List<Command> begun, List<Command> finished) {
        torn = true;
        boolean changes = false;
        for (InFlight document : documents) {
            changes |= document.before.sequence() != document.after.sequence();
            writeDocument(document);
        }
        ledger.sums.writeChanged(rows, key, value, number, ledger.durableChunk);
        return new Chunk(
                writer,
                ledger,
                number,
                rows,
                List.copyOf(begun),
                List.copyOf(finished),
                documents,
                locals,
                bodies.inFlight(),
                changes,
                ledger.last,
                begunEpochs,
                event(changes));
    }

    private Optional<DatabaseEventRow> event(boolean changes) {
        if (ledger.dropped) {
            return Optional.of(new DatabaseEventRow(database.name(), DatabaseEvent.Type.DELETED));
        }
        return changes
                ? Optional.of(new DatabaseEventRow(database.name(), DatabaseEvent.Type.UPDATED))
                : Optional.empty();
    }

    private void writeDocument(InFlight document) {
        DocumentState before = document.before;
        DocumentState after = document.after;
        if (after.tree().isEmpty()) {
            rows.delete(engine.number(Family.DOCUMENTS), keys.id(key, document.idBytes));
        } else {
            byte[] inline = after.inlineOrNull() == null ? new byte[0] : after.inlineOrNull();
            DocumentCoding.write(value.clear(), after);
            rows.put(engine.number(Family.DOCUMENTS), keys.id(key, document.idBytes), value, inline);
        }
        TreeRows.write(database, rows, key, value, document);
        if (before.sequence() != after.sequence()) {
            writeChange(document);
        }
        for (DerivedChange change :
                DerivedChange.between(document.id, before.tree(), before.sequence(), after.tree(), after.sequence())) {
            write(change);
        }
    }

    private void writeChange(InFlight document) {
        int changes = engine.number(Family.CHANGES);
        long sequence = document.after.sequence();
        if (!document.before.tree().isEmpty()) {
            rows.delete(changes, keys.sequence(key, document.before.sequence()));
        }
        if (document.after.tree().isEmpty()) {
            // The number is spent though no row bears it: it must not be given again after a reload.
            value.clear().u8(RowReader.PLAIN).u64(ledger.last);
            rows.put(engine.number(Family.META), MetaKeys.lastPurged(database.number()), value.toBytes());
        } else {
            ChangeCoding.write(value.clear(), document.idBytes, document.after.tree());
            rows.put(changes, keys.sequence(key, sequence), value);
        }
    }

    private void write(DerivedChange change) {
        int derived = engine.number(Family.DERIVED);
        switch (change) {
            case DerivedChange.Add add -> ledger.sums.add(add.kind(), add.key(), add.amount());
            case DerivedChange.Put put ->
                rows.put(
                        derived,
                        keys.derived(key, put.kind(), put.key()),
                        value.clear().u8(RowReader.PLAIN),
                        put.value());
            case DerivedChange.Delete delete -> rows.delete(derived, keys.derived(key, delete.kind(), delete.key()));
        }
    }
}
