package dev.replicator.rocksdb;

import dev.replicator.store.IdRange;
import dev.replicator.store.LocalDocument;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a database's local documents. */
final class Locals {
    private final RocksDatabase database;
    private final Engine engine;
    private final Keys keys;

    Locals(RocksDatabase database) {
        this.database = database;
        this.engine = database.engine();
        this.keys = database.keys();
    }

    Optional<LocalDocument> one(String id) {
        byte[] key = keys.id(id.getBytes(StandardCharsets.UTF_8));
        byte[] row = engine.get(Family.LOCAL, key);
        return row == null ? Optional.empty() : Optional.of(document(key, row));
    }

    /** The bytes of a local document's body, -1 where it is not there. */
    long bytes(byte[] id) {
        byte[] key = keys.id(id);
        byte[] row = engine.get(Family.LOCAL, key);
        return row == null ? -1 : document(key, row).body().length;
    }

    List<LocalDocument> range(IdRange range, int limit) {
        List<LocalDocument> documents = new ArrayList<>();
        try (IdRows rows = IdRows.of(database, Family.LOCAL, null, range)) {
            for (; documents.size() < limit && rows.valid(); rows.advance()) {
                documents.add(document(rows.key(), rows.value()));
            }
        }
        return documents;
    }

    private LocalDocument document(byte[] key, byte[] row) {
        RowReader in = RowReader.of(database.name(), Family.LOCAL, key, row);
        return new LocalDocument(Keys.idOf(key), in.varint(), in.rest());
    }
}
