package dev.replicator.store;

import static dev.replicator.store.TestEdits.insert;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.revision.Revision;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Local documents, {@code _security} and the limit of history. */
abstract class LocalsContract extends StoreFixture {
    private static Edit.PutLocal put(String id, long revision, String body) {
        return new Edit.PutLocal(new LocalDocument(id, revision, body.getBytes(UTF_8)));
    }

    private static EditOutcome saved(String revision) {
        return new EditOutcome.Saved(Revision.parse(revision));
    }

    private List<String> locals(IdRange range, int limit) {
        return db.locals(range, limit).stream().map(LocalDocument::id).toList();
    }

    @Test
    void aLocalDocumentIsReadAsItWasWritten() {
        assertTrue(db.local("a").isEmpty());
        assertEquals(List.of(saved("0-1")), commit(put("a", 1, "{\"n\":1.0}")));
        LocalDocument local = db.local("a").orElseThrow();
        assertEquals("a", local.id());
        assertEquals(1, local.revision());
        assertArrayEquals("{\"n\":1.0}".getBytes(UTF_8), local.body());
    }

    @Test
    void theLastWins() {
        commit(put("a", 5, "{\"v\":1}"));
        assertEquals(List.of(saved("0-2"), saved("0-2")), commit(put("a", 2, "{\"v\":2}"), put("a", 2, "{\"v\":3}")));
        assertEquals(2, db.local("a").orElseThrow().revision());
        assertArrayEquals(
                "{\"v\":3}".getBytes(UTF_8), db.local("a").orElseThrow().body());
    }

    @Test
    void aLocalDocumentIsDeletedOnce() {
        commit(put("a", 1, "{}"));
        assertEquals(
                List.of(saved("0-0"), new EditOutcome.Missing()),
                commit(new Edit.DeleteLocal("a"), new Edit.DeleteLocal("a")));
        assertTrue(db.local("a").isEmpty());
        assertEquals(List.of(saved("0-1")), commit(put("a", 1, "{}")));
        assertTrue(db.local("a").isPresent());
    }

    @Test
    void localDocumentsAreListedInTheOrderOfTheirIds() {
        List<String> ids = List.of("-a", "0", "a", "a/b", "b", "\u00e9", "\uffee", "\ud83d\ude00");
        commit(ids.reversed().stream().map(id -> (Edit) put(id, 1, "{}")).toList());
        assertEquals(ids, locals(IdRange.ALL, ALL));
        assertEquals(ids.subList(3, 5), locals(IdRange.ALL.after("a"), 2));
        assertEquals(ids.subList(5, 8), locals(IdRange.ALL.after("bb"), ALL));
        assertEquals(List.of(), locals(IdRange.ALL.after("\ud83d\ude00"), ALL));
    }

    @Test
    void localDocumentsAreNoChangesAndNoDocuments() {
        commit(insert("a", "{}"));
        DatabaseStatus before = db.status();
        commit(put("a", 1, "{}"), put("b", 1, "{}"));
        assertEquals(1, allChanges().size());
        assertEquals(1, db.pendingAfter(db.beginning()));
        assertEquals(before.last().token(), db.last().token());
        assertEquals(before.documents(), db.status().documents());
        assertEquals(1, db.documents(IdRange.ALL, ALL).size());
        assertTrue(db.document("b").isEmpty());
    }

    @Test
    void localDocumentsAndSettingsAreThereAfterReopening() {
        commit(put("a", 3, "{\"x\":1}"), put("b", 1, "{}"), insert("c", "{}"));
        commit(new Edit.DeleteLocal("b"));
        assertTrue(db.security().isEmpty());
        db.setSecurity("{\"admins\":{}}".getBytes(UTF_8));
        db.setSecurity("{\"members\":{}}".getBytes(UTF_8));
        db.setRevsLimit(12);
        assertArrayEquals("{\"members\":{}}".getBytes(UTF_8), db.security().orElseThrow());
        reopen();
        assertEquals(List.of("a"), locals(IdRange.ALL, ALL));
        assertEquals(3, db.local("a").orElseThrow().revision());
        assertArrayEquals("{\"members\":{}}".getBytes(UTF_8), db.security().orElseThrow());
        assertEquals(12, db.revsLimit());
    }
}
