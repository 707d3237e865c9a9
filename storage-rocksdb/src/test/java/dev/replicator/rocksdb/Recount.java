package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.revision.RevisionTree;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.DerivedChange;
import dev.replicator.store.DerivedKind;
import dev.replicator.store.DerivedRow;
import dev.replicator.store.IdRange;
import dev.replicator.store.LocalDocument;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoredDocument;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Reads a whole database and compares what is derived with what it is derived from. */
final class Recount {
    private Recount() {}

    static List<StoredDocument> documents(Database database) {
        List<StoredDocument> all = new ArrayList<>();
        IdRange range = IdRange.ALL;
        List<StoredDocument> page = database.documents(range, Database.MAX_PAGE);
        while (!page.isEmpty()) {
            all.addAll(page);
            range = range.after(page.getLast().id());
            page = database.documents(range, Database.MAX_PAGE);
        }
        return all;
    }

    static List<Change> changes(Database database) {
        List<Change> all = new ArrayList<>();
        Sequence last = database.last();
        List<Change> page = database.changes(database.beginning(), last, Database.MAX_PAGE);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = database.changes(page.getLast().sequence(), last, Database.MAX_PAGE);
        }
        return all;
    }

    /** Fails unless documents, changes, contents and derived rows agree. */
    static void check(Database database, String when) {
        Map<String, Long> expected = new HashMap<>();
        Map<String, String> changesById = new HashMap<>();
        for (StoredDocument document : documents(database)) {
            for (DerivedChange change : DerivedChange.between(
                    document.id(), RevisionTree.EMPTY, 0, document.tree(), document.localSequence())) {
                String key = change.kind() + " " + HexFormat.of().formatHex(change.key());
                expected.merge(key, change instanceof DerivedChange.Add add ? add.amount() : 1L, Long::sum);
            }
            changesById.put(
                    document.id(),
                    document.localSequence() + " " + document.tree().leaves());
            document.tree().nodes().forEach(node -> {
                long size = database.content(document, node.revision())
                        .map(content -> content.size())
                        .orElse(0L);
                assertEquals(node.size(), size, when + ": " + document.id() + " " + node);
            });
        }
        for (LocalDocument local : database.locals(IdRange.ALL, Database.MAX_PAGE)) {
            for (DerivedChange change : DerivedChange.ofLocal(-1, local.body().length)) {
                String key = change.kind() + " " + HexFormat.of().formatHex(change.key());
                expected.merge(key, change instanceof DerivedChange.Add add ? add.amount() : 1L, Long::sum);
            }
        }
        assertEquals(expected, derived(database), when);
        List<Change> changes = changes(database);
        assertEquals(changesById.size(), changes.size(), when);
        for (Change change : changes) {
            long number = ((RocksSequence) change.sequence()).number();
            assertEquals(changesById.get(change.id()), number + " " + change.leaves(), when);
        }
        assertEquals(changes.size(), database.pendingAfter(database.beginning()), when);
    }

    private static Map<String, Long> derived(Database database) {
        Map<String, Long> found = new HashMap<>();
        for (DerivedKind kind : DerivedKind.values()) {
            byte[] from = {};
            List<DerivedRow> page = database.derived(kind, from, new byte[0], Database.MAX_PAGE);
            while (!page.isEmpty()) {
                for (DerivedRow row : page) {
                    long value = kind == DerivedKind.CONFLICT
                            ? 1
                            : ByteBuffer.wrap(row.value()).getLong();
                    found.put(kind + " " + HexFormat.of().formatHex(row.key()), value);
                }
                from = Keys.next(page.getLast().key());
                page = database.derived(kind, from, new byte[0], Database.MAX_PAGE);
            }
        }
        return found;
    }
}
