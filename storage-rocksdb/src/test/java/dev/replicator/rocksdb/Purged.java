package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.PurgeRecord;
import dev.replicator.store.StoredDocument;
import dev.replicator.store.TestEdits;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Documents that are made to be purged, each once and whole: then it is there, or the record of its purge is. */
final class Purged {
    private static final String PREFIX = "purged-";
    private static final Revision REVISION = Revision.parse("1-a");

    private Purged() {}

    static String id(String name) {
        return PREFIX + name;
    }

    static Edit insert(String id) {
        return TestEdits.replicated(id, false, "{}", REVISION.toString());
    }

    static Edit purge(String id) {
        return new Edit.Purge(id, List.of(REVISION));
    }

    /** The ids of the records of purges. */
    static Set<String> records(Database database) {
        Set<String> ids = new TreeSet<>();
        List<PurgeRecord> page = database.purges(0, Database.MAX_PAGE);
        while (!page.isEmpty()) {
            page.forEach(record -> ids.add(record.id()));
            page = database.purges(page.getLast().number(), Database.MAX_PAGE);
        }
        return ids;
    }

    /** The ids of such documents that are there. */
    static Set<String> documents(Database database) {
        Set<String> ids = new TreeSet<>();
        Recount.documents(database).stream()
                .map(StoredDocument::id)
                .filter(id -> id.startsWith(PREFIX))
                .forEach(ids::add);
        return ids;
    }

    /** Fails where a document is there beside the record of its purge, or neither is of one that was made. */
    static void check(Database database, Set<String> made, String when) {
        List<String> either = new ArrayList<>(documents(database));
        either.addAll(records(database));
        either.sort(null);
        assertEquals(List.copyOf(new TreeSet<>(made)), either, when);
    }
}
