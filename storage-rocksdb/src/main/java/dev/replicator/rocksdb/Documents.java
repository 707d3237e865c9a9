package dev.replicator.rocksdb;

import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.IdRange;
import dev.replicator.store.StoredDocument;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads a database's documents. */
final class Documents {
    private static final int FLAG_BYTES = 2;

    private final RocksDatabase database;
    private final Engine engine;
    private final Keys keys;

    Documents(RocksDatabase database) {
        this.database = database;
        this.engine = database.engine();
        this.keys = database.keys();
    }

    Optional<StoredDocument> one(String id) {
        byte[] key = keys.id(id.getBytes(StandardCharsets.UTF_8));
        byte[] row = engine.get(Family.DOCUMENTS, key);
        if (row == null) {
            return Optional.empty();
        }
        if (isSegmented(row)) {
            // The row and those of its tree must be of one moment.
            try (View view = engine.view()) {
                return one(view, id);
            }
        }
        return Optional.of(stored(null, key, id, row));
    }

    Optional<StoredDocument> one(View view, String id) {
        byte[] key = keys.id(id.getBytes(StandardCharsets.UTF_8));
        byte[] row = engine.get(Family.DOCUMENTS, view, key);
        return row == null ? Optional.empty() : Optional.of(stored(view, key, id, row));
    }

    List<Optional<StoredDocument>> all(List<String> ids) {
        List<Optional<StoredDocument>> documents = new ArrayList<>(ids.size());
        try (View view = engine.view()) {
            for (String id : ids) {
                documents.add(one(view, id));
            }
        }
        return documents;
    }

    private static boolean isSegmented(byte[] row) {
        return row.length >= FLAG_BYTES && DocumentCoding.segmented(row);
    }

    private StoredDocument stored(View view, byte[] key, String id, byte[] row) {
        RowReader in = RowReader.of(database.name(), Family.DOCUMENTS, key, row);
        return DocumentCoding.readStored(
                in, id, numbers -> TreeRows.read(engine, keys, database.name(), view, idBytes(key), numbers, in));
    }

    private static byte[] idBytes(byte[] key) {
        return Arrays.copyOfRange(key, Keys.PREFIX_BYTES, key.length);
    }

    // ---- ranges

    List<StoredDocument> range(IdRange range, int limit) {
        List<StoredDocument> documents = new ArrayList<>();
        try (View view = engine.view();
                IdRows rows = IdRows.of(database, Family.DOCUMENTS, view, range)) {
            for (; documents.size() < limit && rows.valid(); rows.advance()) {
                byte[] key = rows.key();
                documents.add(stored(view, key, Keys.idOf(key), rows.value()));
            }
        }
        return documents;
    }

    /**
     * The ids of documents that keep bodies of revisions that are no leaves, from a key on.
     *
     * @param limit how many rows to look at, at most
     */
    Page withInnerBodies(byte[] from, int limit) {
        List<String> ids = new ArrayList<>();
        byte[] flags = new byte[FLAG_BYTES];
        try (RowIterator rows = engine.rows(Family.DOCUMENTS, from, keys.end()).first()) {
            for (int seen = 0; rows.valid(); seen++, rows.next()) {
                if (seen == limit) {
                    return new Page(ids, rows.key());
                }
                if (rows.value(flags) >= FLAG_BYTES && DocumentCoding.innerKept(flags)) {
                    ids.add(Keys.idOf(rows.key()));
                }
            }
        }
        return new Page(ids, null);
    }

    /**
     * A page of ids.
     *
     * @param nextOrNull the key at which the next begins
     */
    record Page(List<String> ids, byte[] nextOrNull) {}

    // ---- contents

    Optional<RevisionContent> content(StoredDocument document, Revision revision) {
        Optional<RevisionNode> node = document.tree().find(revision);
        if (node.isEmpty() || !node.get().stored()) {
            return Optional.empty();
        }
        boolean winner = document.tree().winner().revision().equals(revision);
        if (winner && document.winner().isPresent()) {
            return document.winner();
        }
        byte[] key = keys.body(document.id().getBytes(StandardCharsets.UTF_8), revision);
        byte[] row = engine.get(Family.BODIES, key);
        if (row != null) {
            return Optional.of(ContentCoding.read(RowReader.of(database.name(), Family.BODIES, key, row)));
        }
        return one(document.id())
                .filter(now -> now.tree().winner().revision().equals(revision))
                .flatMap(StoredDocument::winner);
    }
}
