package dev.replicator.rocksdb;

import dev.replicator.revision.LeafDigest;
import dev.replicator.revision.RevisionTree;
import dev.replicator.revision.TreeSizes;
import dev.replicator.store.DatabaseSpace;
import dev.replicator.store.DatabaseStatus;
import dev.replicator.store.DerivedChange;
import dev.replicator.store.DerivedKind;
import dev.replicator.store.DerivedRow;
import dev.replicator.store.IdRange;
import dev.replicator.store.LocalDocument;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoredDocument;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A database's derived rows: reads them, and rebuilds those of another version. */
final class Derived {
    private static final Logger LOG = LoggerFactory.getLogger(Derived.class);
    private static final int REBUILD_PAGE = 1000;

    /** Those whose size is estimated. */
    private static final Family[] FILED = {
        Family.DOCUMENTS, Family.TREES, Family.BODIES, Family.CHANGES, Family.LOCAL, Family.DERIVED
    };

    private final RocksDatabase database;
    private final Engine engine;
    private final Keys keys;

    Derived(RocksDatabase database) {
        this.database = database;
        this.engine = database.engine();
        this.keys = database.keys();
    }

    List<DerivedRow> rows(DerivedKind kind, byte[] from, byte[] to, int limit) {
        List<DerivedRow> found = new ArrayList<>();
        byte[] end = to.length == 0 ? keys.derivedEnd(kind) : keys.derived(kind, to);
        try (RowIterator rows =
                engine.rows(Family.DERIVED, keys.derived(kind, from), end).first()) {
            for (; found.size() < limit && rows.valid(); rows.next()) {
                byte[] key = rows.key();
                byte[] value = RowReader.of(database.name(), Family.DERIVED, key, rows.value())
                        .rest();
                byte[] within = new byte[key.length - Keys.PREFIX_BYTES - 1];
                System.arraycopy(key, Keys.PREFIX_BYTES + 1, within, 0, within.length);
                found.add(new DerivedRow(within, value));
            }
        }
        return found;
    }

    // ---- the status

    DatabaseStatus status(View view, Sequence last, long purges, boolean compacting) {
        return new DatabaseStatus(
                count(view, DerivedChange.DOCUMENTS),
                count(view, DerivedChange.DELETED),
                count(view, DerivedChange.CONFLICTED),
                count(view, DerivedChange.LIVE_BYTES),
                count(view, DerivedChange.TOMBSTONE_BYTES),
                count(view, DerivedChange.INNER_BYTES),
                fileBytes(),
                last,
                purges,
                compacting);
    }

    DatabaseSpace space(View view) {
        TreeSizes revisions = new TreeSizes(
                count(view, DerivedChange.LIVE_BYTES),
                count(view, DerivedChange.LIVE_ATTACHMENTS),
                count(view, DerivedChange.TOMBSTONE_BYTES),
                count(view, DerivedChange.TOMBSTONE_ATTACHMENTS),
                count(view, DerivedChange.INNER_BYTES),
                count(view, DerivedChange.INNER_ATTACHMENTS),
                count(view, DerivedChange.TREE_BYTES));
        long derived = engine.sizeOf(Family.DERIVED, keys.first(), keys.end())
                + engine.sizeOf(Family.CHANGES, keys.first(), keys.end());
        return new DatabaseSpace(
                revisions,
                database.attachments().total(),
                count(view, DerivedChange.LOCALS),
                count(view, DerivedChange.LOCAL_BYTES),
                derived,
                fileBytes());
    }

    LeafDigest digest(View view) {
        return DerivedChange.digest((kind, name) -> sum(view, kind, name));
    }

    private long count(View view, String name) {
        return sum(view, DerivedKind.COUNT, name);
    }

    private long sum(View view, DerivedKind kind, String name) {
        byte[] key = keys.derived(kind, name.getBytes(StandardCharsets.US_ASCII));
        byte[] row = engine.get(Family.DERIVED, view, key);
        return row == null
                ? 0
                : RowReader.of(database.name(), Family.DERIVED, key, row).u64();
    }

    /** An estimate, but for attachments: most bytes are theirs, and they are counted one by one. */
    private long fileBytes() {
        long bytes = database.attachments().total();
        for (Family family : FILED) {
            bytes += engine.sizeOf(family, keys.first(), keys.end());
        }
        return bytes;
    }

    // ---- versions

    /** Notes that the rows of all kinds are of the current versions: those of a new database. */
    static void putVersions(Engine engine, Rows rows, Keys keys) {
        for (DerivedKind kind : DerivedKind.values()) {
            putVersion(engine, rows, keys, kind);
        }
    }

    private static void putVersion(Engine engine, Rows rows, Keys keys, DerivedKind kind) {
        ByteWriter value = new ByteWriter(6).u8(RowReader.PLAIN).varint(kind.version());
        rows.put(engine.number(Family.DERIVED), keys.derivedVersion(kind), value.toBytes());
    }

    /** Rebuilds the kinds whose rows are of another version. Must be called before anybody uses the database. */
    void rebuildOutdated() {
        Set<DerivedKind> outdated = EnumSet.noneOf(DerivedKind.class);
        for (DerivedKind kind : DerivedKind.values()) {
            byte[] key = keys.derivedVersion(kind);
            byte[] row = engine.get(Family.DERIVED, key);
            if (row == null
                    || RowReader.of(database.name(), Family.DERIVED, key, row).varint() != kind.version()) {
                outdated.add(kind);
            }
        }
        if (!outdated.isEmpty()) {
            LOG.warn("rebuilding the derived rows {} of database {}", outdated, database.name());
            rebuild(outdated);
        }
    }

    private void rebuild(Set<DerivedKind> kinds) {
        for (DerivedKind kind : kinds) {
            engine.deleteRange(Family.DERIVED, keys.derived(kind, new byte[0]), keys.derivedEnd(kind));
        }
        Sums sums = new Sums(database.name(), engine, keys);
        ByteWriter key = new ByteWriter(64);
        ByteWriter value = new ByteWriter(64);
        IdRange range = IdRange.ALL;
        List<StoredDocument> page = database.documents().range(range, REBUILD_PAGE);
        for (long chunk = 1; !page.isEmpty(); chunk++) {
            Rows rows = new Rows();
            for (StoredDocument document : page) {
                add(document, kinds, rows, sums);
            }
            sums.writeChanged(rows, key, value, chunk, chunk);
            engine.writeUnsynced(rows.toBatch());
            range = range.after(page.getLast().id());
            page = database.documents().range(range, REBUILD_PAGE);
        }
        if (kinds.contains(DerivedKind.COUNT)) {
            addLocals(sums, key, value);
        }
        Rows versions = new Rows();
        kinds.forEach(kind -> putVersion(engine, versions, keys, kind));
        engine.writeSynced(versions.toBatch());
    }

    private void addLocals(Sums sums, ByteWriter key, ByteWriter value) {
        IdRange range = IdRange.ALL;
        List<LocalDocument> page = database.locals().range(range, REBUILD_PAGE);
        while (!page.isEmpty()) {
            for (LocalDocument local : page) {
                for (DerivedChange change : DerivedChange.ofLocal(-1, local.body().length)) {
                    if (change instanceof DerivedChange.Add add) {
                        sums.add(add.kind(), add.key(), add.amount());
                    }
                }
            }
            range = range.after(page.getLast().id());
            page = database.locals().range(range, REBUILD_PAGE);
        }
        Rows rows = new Rows();
        sums.writeChanged(rows, key, value, Long.MAX_VALUE, Long.MAX_VALUE);
        engine.writeUnsynced(rows.toBatch());
    }

    private void add(StoredDocument document, Set<DerivedKind> kinds, Rows rows, Sums sums) {
        for (DerivedChange change : DerivedChange.between(
                document.id(), RevisionTree.EMPTY, 0, document.tree(), document.localSequence())) {
            if (!kinds.contains(change.kind())) {
                continue;
            }
            switch (change) {
                case DerivedChange.Add add -> sums.add(add.kind(), add.key(), add.amount());
                case DerivedChange.Put put ->
                    rows.put(
                            engine.number(Family.DERIVED),
                            keys.derived(put.kind(), put.key()),
                            new ByteWriter(1 + put.value().length)
                                    .u8(RowReader.PLAIN)
                                    .raw(put.value())
                                    .toBytes());
                case DerivedChange.Delete delete ->
                    rows.delete(engine.number(Family.DERIVED), keys.derived(delete.kind(), delete.key()));
            }
        }
    }
}
