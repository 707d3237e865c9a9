package dev.replicator.store;

import static dev.replicator.store.TestEdits.change;
import static dev.replicator.store.TestEdits.insert;
import static dev.replicator.store.TestEdits.replicated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.Provenance;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Revision;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Purging: a leaf goes as if it had never been, and its record comes in the same write. */
abstract class PurgesContract extends StoreFixture {
    private static Edit.Purge purge(String id, String... revisions) {
        return new Edit.Purge(
                id, List.of(revisions).stream().map(Revision::parse).toList());
    }

    private static EditOutcome purged(String... revisions) {
        return new EditOutcome.Purged(
                List.of(revisions).stream().map(Revision::parse).toList());
    }

    private static String body(Database db, String id, String revision) {
        StoredDocument document = db.document(id).orElseThrow();
        return new String(
                db.content(document, Revision.parse(revision)).orElseThrow().body(), UTF_8);
    }

    @Test
    void aDocumentWhoseOnlyLeafIsPurgedIsThereNoMore() {
        commit(replicated("a", false, "{\"n\":1}", "2-b", "1-a"), insert("z", "{}"));
        assertEquals(List.of(purged("2-b")), commit(purge("a", "2-b")));
        assertTrue(db.document("a").isEmpty());
        assertEquals(List.of("z"), ids(allChanges()));
        assertEquals(1, db.documents(IdRange.ALL, ALL).size());
        assertEquals(1, db.status().documents());
        assertEquals(1, db.pendingAfter(db.beginning()));
        assertEquals(
                List.of(new EditOutcome.Saved(Revision.parse("1-a"))), commit(replicated("a", false, "{}", "1-a")));
        assertEquals(Revision.parse("1-a"), document("a").tree().winner().revision());
    }

    @Test
    void forgettingRemovesTombstonesWithoutARecord() {
        commit(
                replicated("a", true, "{}", "2-b", "1-a"),
                replicated("b", true, "{}", "2-b", "1-a"),
                replicated("b", false, "{\"v\":1}", "2-c", "1-a"),
                insert("z", "{}"));
        Revision tombstone = Revision.parse("2-b");
        Sequence before = db.last();
        assertEquals(
                List.of(purged("2-b"), purged(), purged()),
                commit(
                        new Edit.Forget("a", List.of(tombstone)),
                        new Edit.Forget("b", List.of(tombstone, Revision.parse("2-c"))),
                        new Edit.Forget(
                                "z", List.of(document("z").tree().winner().revision()))));
        assertEquals(List.of(), db.purges(0, ALL));
        assertEquals(0, db.status().purges());
        assertTrue(db.document("a").isEmpty());
        assertEquals(2, document("b").tree().leafCount());
        assertEquals(List.of("b", "z"), ids(allChanges()));
        reopen();
        assertTrue(db.document("a").isEmpty());
        assertEquals(2, db.pendingAfter(db.beginning()));
        commit(insert("y", "{}"));
        assertEquals(
                List.of("y"), ids(db.changes(db.parseSequence(before.token()).orElseThrow(), db.last(), ALL)));
    }

    /** Or a new tombstone, or a conflict of a document that lives again, would go for being old. */
    @Test
    void whatIsForgottenHasNoLeafThatWasNotKnown() {
        commit(
                replicated("a", true, "{}", "2-b", "1-a"),
                replicated("a", true, "{}", "2-c", "1-a"),
                replicated("b", true, "{}", "2-b", "1-a"));
        List<Revision> known = List.of(Revision.parse("2-b"), Revision.parse("2-c"));
        commit(replicated("a", false, "{}", "3-d", "2-b", "1-a"), replicated("b", true, "{}", "2-new", "1-a"));
        assertEquals(List.of(purged(), purged()), commit(new Edit.Forget("a", known), new Edit.Forget("b", known)));
        assertEquals(2, document("a").tree().leafCount());
        assertEquals(2, document("b").tree().leafCount());
    }

    @Test
    void theNextLeafWinsWithItsOwnContent() {
        commit(
                replicated("a", false, "{\"v\":\"c\"}", "3-c", "2-b", "1-a"),
                replicated("a", false, "{\"v\":\"d\"}", "3-d", "2-b", "1-a"));
        Sequence point = db.last();
        assertEquals(List.of(purged("3-d")), commit(purge("a", "3-d")));
        assertEquals(Revision.parse("3-c"), document("a").tree().winner().revision());
        assertEquals("{\"v\":\"c\"}", body(db, "a", "3-c"));
        assertEquals(
                List.of("3-c", "2-b", "1-a"),
                document("a").tree().history(Revision.parse("3-c")).stream()
                        .map(node -> node.revision().toString())
                        .toList());
        assertEquals(0, db.status().conflictedDocuments());
        assertEquals(List.of("a"), ids(db.changes(point, db.last(), ALL)));
    }

    @Test
    void aLeafTakesOnlyWhatItAloneCameOf() {
        commit(replicated("a", false, "{}", "3-c", "2-b", "1-a"), replicated("a", false, "{}", "3-x", "2-y", "1-a"));
        commit(purge("a", "3-x"));
        assertEquals(
                List.of("1-a", "2-b", "3-c"),
                document("a").tree().nodes().stream()
                        .map(node -> node.revision().toString())
                        .toList());
    }

    @Test
    void whatIsNoLeafOrNotThereIsNotPurged() {
        commit(replicated("a", false, "{}", "2-b", "1-a"));
        Sequence before = db.last();
        assertEquals(
                List.of(purged(), purged(), purged()),
                commit(purge("a", "1-a"), purge("a", "2-x"), purge("none", "1-a")));
        assertEquals(before.token(), db.last().token());
        assertEquals(2, document("a").tree().nodes().size());
    }

    @Test
    void purgesAreSeenByTheEditsThatFollow() {
        Edit.Update first = insert("a", "{\"v\":1}");
        Revision made = first.revisions().madeFrom(Optional.empty());
        assertEquals(
                List.of(new EditOutcome.Saved(made), purged(made.toString()), new EditOutcome.Saved(made)),
                commit(first, purge("a", made.toString()), first));
        assertEquals("{\"v\":1}", body(db, "a", made.toString()));
        assertEquals(List.of(new EditOutcome.Conflict()), commit(change("a", Revision.parse("1-x"), "{}")));
        assertEquals(1, db.status().documents());
        assertEquals(1, db.pendingAfter(db.beginning()));
    }

    @Test
    void recordsAreKeptAsAskedForWithTheirEffectUpToTheLimit() {
        commit(replicated("a", false, "{}", "1-a"), replicated("b", false, "{}", "1-b"));
        assertEquals(0, db.status().purges());
        commit(purge("a", "1-a", "7-z"), purge("none", "1-a"));
        List<PurgeRecord> records = db.purges(0, ALL);
        assertEquals(
                List.of(
                        new PurgeRecord(1, "a", List.of(Revision.parse("1-a"), Revision.parse("7-z"))),
                        new PurgeRecord(2, "none", List.of(Revision.parse("1-a")))),
                records);
        assertEquals(records.subList(1, 2), db.purges(1, ALL));
        assertEquals(records.subList(0, 1), db.purges(0, 1));
        reopen();
        assertEquals(records, db.purges(0, ALL));
        assertEquals(2, db.status().purges());
        assertEquals(1000, db.purgedInfosLimit());
        db.setPurgedInfosLimit(2);
        commit(purge("b", "1-b"));
        assertEquals(List.of(2L, 3L), numbers());
        db.setPurgedInfosLimit(1);
        assertEquals(List.of(3L), numbers());
        reopen();
        assertEquals(1, db.purgedInfosLimit());
        commit(purge("c", "1-c"));
        assertEquals(List.of(4L), numbers());
    }

    private List<Long> numbers() {
        return db.purges(0, ALL).stream().map(PurgeRecord::number).toList();
    }

    /** The row at the end of the order is gone, but a client may stand there. */
    @Test
    void theSequenceOfAPurgeIsNotGivenAgain() {
        commit(insert("a", "{}"), replicated("b", false, "{}", "1-b"));
        commit(purge("b", "1-b"));
        String point = db.last().token();
        reopen();
        assertEquals(point, db.last().token());
        commit(insert("c", "{}"));
        Sequence since = db.parseSequence(point).orElseThrow();
        assertEquals(List.of("c"), ids(db.changes(since, db.last(), ALL)));
        assertEquals(1, db.pendingAfter(since));
    }

    @Test
    void attachmentsOfAPurgedRevisionAreSwept() throws IOException {
        Blob blob;
        try (AttachmentLease lease = db.lease()) {
            try (AttachmentLease.Upload upload = lease.upload()) {
                upload.write(new byte[] {1, 2, 3});
                blob = upload.finish(Blob.Encoding.IDENTITY, 3);
            }
            RevisionContent content = new RevisionContent(
                    "{}".getBytes(UTF_8),
                    List.of(new Attachment("f", "image/png", 1, blob)),
                    new Provenance(0, "", Provenance.Origin.EDIT));
            commit(TestEdits.update("a", null, false, content));
        }
        byte[] read = new byte[3];
        assertEquals(3, db.read(blob, 0, read));
        assertArrayEquals(new byte[] {1, 2, 3}, read);
        commit(new Edit.Purge("a", List.of(document("a").tree().winner().revision())));
        assertEquals(1, db.sweepAttachments());
    }
}
