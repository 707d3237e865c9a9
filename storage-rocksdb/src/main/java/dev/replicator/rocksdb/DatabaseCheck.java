package dev.replicator.rocksdb;

import dev.replicator.document.Attachment;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionTree;
import dev.replicator.store.DerivedChange;
import dev.replicator.store.DerivedKind;
import dev.replicator.store.StoreException;
import dev.replicator.store.StoredDocument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Whether all rows of a database can be read and agree: each document with its tree, contents, change, attachments and
 * references, and what is derived with a full count. Changes nothing. One thread.
 */
final class DatabaseCheck {
    private final Engine engine;
    private final String name;
    private final int number;
    private final Keys keys;
    private final Progress progress;
    private final Consumer<String> problems;
    private final BlobCheck blobs;
    private final ByteWriter buffer = new ByteWriter(128);
    private final Map<String, Long> derived = new HashMap<>();
    private long documents;
    private long contents;
    private long references;

    /** Told how many documents are done. */
    interface Progress {
        void at(String database, long done, long total);
    }

    DatabaseCheck(Engine engine, String name, int number, Progress progress, Consumer<String> problems) {
        this.engine = engine;
        this.name = name;
        this.number = number;
        this.keys = new Keys(number);
        this.progress = progress;
        this.problems = line -> problems.accept("database " + name + ": " + line);
        this.blobs = new BlobCheck(engine, name, keys, this.problems);
    }

    long documents() {
        return documents;
    }

    long attachments() {
        return blobs.count();
    }

    void run() {
        attempt("its attachments", blobs::run);
        attempt("its documents", this::checkDocuments);
        attempt("its changes", this::checkChanges);
        attempt("its contents", () -> checkCount(Family.BODIES, keys.first(), keys.end(), contents, "contents"));
        byte[] referring = keys.attachments(Keys.REFERENCE);
        attempt(
                "its references",
                () -> checkCount(Family.ATTACHMENTS, referring, Keys.after(referring), references, "references"));
        attempt("its local documents", this::checkLocals);
        attempt("its derived rows", this::checkDerived);
        attempt("its epochs", () -> new EpochRows(engine, number, name).read());
    }

    /** Goes on with what follows, where something cannot be read. */
    private void attempt(String what, Runnable check) {
        try {
            check.run();
        } catch (StoreException e) {
            problems.accept(what + ": " + e.getMessage());
        }
    }

    private void checkDocuments() {
        long total = sum(DerivedChange.DOCUMENTS) + sum(DerivedChange.DELETED);
        try (RowIterator rows =
                engine.rows(Family.DOCUMENTS, keys.first(), keys.end()).first()) {
            for (; rows.valid(); rows.next()) {
                progress.at(name, documents, total);
                byte[] key = rows.key();
                byte[] value = rows.value();
                documents++;
                attempt("document " + Keys.idOf(key), () -> check(document(key, value)));
            }
        }
        progress.at(name, documents, documents);
    }

    private StoredDocument document(byte[] key, byte[] value) {
        RowReader in = RowReader.of(name, Family.DOCUMENTS, key, value);
        byte[] id = Arrays.copyOfRange(key, Keys.PREFIX_BYTES, key.length);
        return DocumentCoding.readStored(
                in, Keys.idOf(key), numbers -> TreeRows.read(engine, keys, name, null, id, numbers, in));
    }

    private void check(StoredDocument document) {
        byte[] id = document.id().getBytes(StandardCharsets.UTF_8);
        RevisionTree tree = document.tree();
        expect(DerivedChange.between(document.id(), RevisionTree.EMPTY, 0, tree, document.localSequence()));
        for (RevisionNode node : tree.nodes()) {
            if (node.stored()) {
                check(document, id, node);
            }
        }
        byte[] key = keys.sequence(document.localSequence());
        byte[] row = engine.get(Family.CHANGES, key);
        if (row == null) {
            problems.accept("document " + document.id() + " has no change " + document.localSequence());
            return;
        }
        ChangeCoding.Row change = ChangeCoding.read(RowReader.of(name, Family.CHANGES, key, row));
        boolean listed = tree.leafCount() <= ChangeCoding.MAX_LEAVES;
        if (!change.id().equals(document.id()) || !change.leaves().equals(listed ? tree.leaves() : List.of())) {
            problems.accept("document " + document.id() + " differs from its change " + document.localSequence());
        }
    }

    private void check(StoredDocument document, byte[] id, RevisionNode node) {
        String revision = "document " + document.id() + ", revision " + node.revision();
        boolean inline = document.winner().isPresent()
                && document.tree().winner().revision().equals(node.revision());
        RevisionContent content = inline ? document.winner().get() : content(id, node);
        if (content == null) {
            problems.accept(revision + " has no content");
            return;
        }
        contents += inline ? 0 : 1;
        if (content.size() != node.size()) {
            problems.accept(revision + " has " + content.size() + " bytes instead of " + node.size());
        }
        for (Attachment attachment : content.attachments()) {
            references++;
            blobs.check(revision, attachment);
            byte[] key = keys.reference(buffer, attachment.blob().number(), id, node.revision())
                    .toBytes();
            if (engine.get(Family.ATTACHMENTS, key) == null) {
                problems.accept(revision + " is not known to refer to " + attachment.name());
            }
        }
    }

    private RevisionContent content(byte[] id, RevisionNode node) {
        byte[] key = keys.body(id, node.revision());
        byte[] row = engine.get(Family.BODIES, key);
        return row == null ? null : ContentCoding.read(RowReader.of(name, Family.BODIES, key, row));
    }

    private void checkChanges() {
        checkCount(Family.CHANGES, keys.first(), keys.end(), documents, "changes");
    }

    /** Each that is expected was found: more rows are of nothing. */
    private void checkCount(Family family, byte[] from, byte[] to, long expected, String what) {
        long count = 0;
        try (RowIterator rows = engine.rows(family, from, to).first()) {
            for (; rows.valid(); rows.next()) {
                count++;
            }
        }
        if (count != expected) {
            problems.accept("it has " + count + " " + what + " instead of " + expected);
        }
    }

    private void checkLocals() {
        try (RowIterator rows =
                engine.rows(Family.LOCAL, keys.first(), keys.end()).first()) {
            for (; rows.valid(); rows.next()) {
                RowReader in = RowReader.of(name, Family.LOCAL, rows.key(), rows.value());
                long _ = in.varint();
                expect(DerivedChange.ofLocal(-1, in.remaining()));
            }
        }
    }

    // ---- what is derived

    private void expect(List<DerivedChange> changes) {
        for (DerivedChange change : changes) {
            derived.merge(
                    word(change.kind(), change.key()),
                    change instanceof DerivedChange.Add add ? add.amount() : 1L,
                    Long::sum);
        }
    }

    private static String word(DerivedKind kind, byte[] key) {
        boolean named = kind == DerivedKind.COUNT || kind == DerivedKind.DIGEST || kind == DerivedKind.CONFLICT;
        return kind + " "
                + (named
                        ? new String(key, StandardCharsets.UTF_8)
                        : HexFormat.of().formatHex(key));
    }

    private long sum(String counted) {
        byte[] key = keys.derived(DerivedKind.COUNT, counted.getBytes(StandardCharsets.US_ASCII));
        byte[] row = engine.get(Family.DERIVED, key);
        return row == null ? 0 : RowReader.of(name, Family.DERIVED, key, row).u64();
    }

    private void checkDerived() {
        derived.values().removeIf(sum -> sum == 0);
        for (DerivedKind kind : DerivedKind.values()) {
            byte[] key = keys.derivedVersion(kind);
            byte[] version = engine.get(Family.DERIVED, key);
            if (version == null
                    || RowReader.of(name, Family.DERIVED, key, version).varint() != kind.version()) {
                // The server rebuilds them before it uses the database.
                derived.keySet().removeIf(word -> word.startsWith(kind + " "));
            } else {
                checkDerived(kind);
            }
        }
        derived.forEach((word, value) -> problems.accept("derived: " + word + " is missing, it is " + value));
    }

    private void checkDerived(DerivedKind kind) {
        try (RowIterator rows = engine.rows(Family.DERIVED, keys.derived(kind, new byte[0]), keys.derivedEnd(kind))
                .first()) {
            for (; rows.valid(); rows.next()) {
                byte[] key = rows.key();
                byte[] value =
                        RowReader.of(name, Family.DERIVED, key, rows.value()).rest();
                long found = kind == DerivedKind.CONFLICT
                        ? 1
                        : ByteBuffer.wrap(value).getLong();
                String word = word(kind, Arrays.copyOfRange(key, Keys.PREFIX_BYTES + 1, key.length));
                Long expected = derived.remove(word);
                if (found != (expected == null ? 0 : expected)) {
                    problems.accept(
                            "derived: " + word + " is " + found + " instead of " + (expected == null ? 0 : expected));
                }
            }
        }
    }
}
