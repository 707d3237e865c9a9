package dev.replicator.store;

import static dev.replicator.store.TestEdits.change;
import static dev.replicator.store.TestEdits.content;
import static dev.replicator.store.TestEdits.delete;
import static dev.replicator.store.TestEdits.describe;
import static dev.replicator.store.TestEdits.insert;
import static dev.replicator.store.TestEdits.replicated;
import static dev.replicator.store.TestEdits.update;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Retention;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Edits and what they give, and reading documents and their revisions. */
abstract class DocumentsContract extends StoreFixture {
    private static final EditOutcome CONFLICT = new EditOutcome.Conflict();

    static Revision saved(EditOutcome outcome) {
        return ((EditOutcome.Saved) outcome).revision();
    }

    private Revision save(Edit edit) {
        return saved(commit(edit).getFirst());
    }

    private String read(String id, Revision revision) {
        return db.content(document(id), revision).map(TestEdits::describe).orElse("not kept");
    }

    private static String described(String body) {
        return describe(content(body));
    }

    private static List<String> leaves(StoredDocument document) {
        return document.tree().leaves().stream()
                .map(leaf -> leaf.revision() + (leaf.deleted() ? " deleted" : ""))
                .toList();
    }

    @Test
    void aDocumentIsReadAsItWasWritten() {
        assertTrue(db.document("a").isEmpty());
        Revision revision = save(insert("a", "{\"x\":1.0,\"\u00e9\":\"\ud83d\ude00\"}"));
        StoredDocument document = document("a");
        assertEquals("a", document.id());
        assertEquals(revision, document.tree().winner().revision());
        assertEquals(1, document.tree().nodes().size());
        assertTrue(document.tree().winner().stored());
        assertEquals(described("{\"x\":1.0,\"\u00e9\":\"\ud83d\ude00\"}"), read("a", revision));
        document.winner().ifPresent(winner -> assertEquals(read("a", revision), describe(winner)));
    }

    @Test
    void bodiesOfAllSizesAreKept() {
        List<Integer> sizes = List.of(2, 100, 4095, 4096, 4097, 70_000, 3_000_000);
        for (int size : sizes) {
            String body = "{\"a\":\"" + "x".repeat(Math.max(0, size - 8)) + "\"}";
            Revision first = save(insert("d" + size, body));
            Revision second = save(change("d" + size, first, body.replace('x', 'y')));
            assertEquals(described(body.replace('x', 'y')), read("d" + size, second), "winner of " + size);
            assertEquals(described(body), read("d" + size, first), "former revision of " + size);
        }
        reopen();
        for (int size : sizes) {
            StoredDocument document = document("d" + size);
            assertEquals(
                    described("{\"a\":\"" + "y".repeat(Math.max(0, size - 8)) + "\"}"),
                    read("d" + size, document.tree().winner().revision()));
        }
    }

    @Test
    void idsOfEveryKindAreKept() {
        List<String> ids = List.of(
                "a", "A", "_design/a", "a/b", "a\u0000b", "a\u0000", "\u00e9", "\ud83d\ude00", "x".repeat(2000));
        ids.forEach(id -> commit(insert(id, "{\"id\":" + id.length() + "}")));
        for (String id : ids) {
            StoredDocument document = document(id);
            assertEquals(id, document.id());
            assertEquals(
                    described("{\"id\":" + id.length() + "}"),
                    read(id, document.tree().winner().revision()));
        }
        assertEquals(ids.size(), db.documents(IdRange.ALL, ALL).size());
        assertEquals(ids, ids(allChanges()));
    }

    @Test
    void severalDocumentsAreReadInTheOrderAsked() {
        commit(insert("a", "{}"), insert("b", "{}"), insert("c", "{}"));
        List<Optional<String>> found = db.documents(List.of("c", "none", "a", "c")).stream()
                .map(document -> document.map(StoredDocument::id))
                .toList();
        assertEquals(List.of(Optional.of("c"), Optional.empty(), Optional.of("a"), Optional.of("c")), found);
        assertEquals(List.of(), db.documents(List.of()));
    }

    @Test
    void anOutcomePerEditInTheirOrder() {
        Revision known = save(insert("known", "{}"));
        List<EditOutcome> outcomes = commit(
                insert("a", "{}"),
                insert("known", "{\"again\":1}"),
                change("known", known, "{\"v\":2}"),
                new Edit.DeleteLocal("none"),
                change("b", Revision.parse("4-x"), "{}"),
                replicated("c", false, "{}", "7-c", "6-b"));
        assertEquals(6, outcomes.size());
        assertEquals(1, saved(outcomes.get(0)).generation());
        assertEquals(CONFLICT, outcomes.get(1));
        assertEquals(2, saved(outcomes.get(2)).generation());
        assertEquals(new EditOutcome.Missing(), outcomes.get(3));
        assertEquals(5, saved(outcomes.get(4)).generation(), "an unknown document takes whatever parent is named");
        assertEquals(Revision.parse("7-c"), saved(outcomes.get(5)));
    }

    @Test
    void anEmptyCommitIsNone() {
        assertEquals(List.of(), commit(List.of()));
        assertEquals(0, db.pendingAfter(db.beginning()));
    }

    @Test
    void aFullCommit() {
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < Database.MAX_PAGE; i++) {
            edits.add(insert("d%04d".formatted(i), "{\"i\":" + i + "}"));
        }
        assertEquals(Database.MAX_PAGE, commit(edits).size());
        assertEquals(Database.MAX_PAGE, db.pendingAfter(db.beginning()));
        assertEquals(edits.stream().map(Edit::id).toList(), ids(allChanges()));
    }

    @Test
    void editsOfOneDocumentInOneCommitBuildOnEachOther() {
        Edit.Update first = insert("a", "{\"v\":1}");
        Revision one = first.revisions().madeFrom(Optional.empty());
        Edit.Update second = change("a", one, "{\"v\":2}");
        Revision two = second.revisions().madeFrom(Optional.of(one));
        List<EditOutcome> outcomes = commit(
                first,
                second,
                change("a", one, "{\"late\":1}"),
                insert("a", "{}"),
                delete("a", two),
                insert("a", "{\"v\":4}"));
        assertEquals(one, saved(outcomes.get(0)));
        assertEquals(two, saved(outcomes.get(1)));
        assertEquals(CONFLICT, outcomes.get(2), "its parent is a leaf no more");
        assertEquals(CONFLICT, outcomes.get(3));
        assertEquals(3, saved(outcomes.get(4)).generation());
        assertEquals(4, saved(outcomes.get(5)).generation(), "it continues the tombstone");
        assertEquals(List.of(saved(outcomes.get(5)).toString()), leaves(document("a")));
        assertEquals(1, allChanges().size());
        assertEquals(described("{\"v\":1}"), read("a", one));
        assertEquals(described("{\"v\":2}"), read("a", two));
        assertEquals(described("{\"v\":4}"), read("a", saved(outcomes.get(5))));
    }

    @Test
    void commitsSentWithoutWaitingBuildOnEachOther() {
        List<CompletionStage<List<EditOutcome>>> stages = new ArrayList<>();
        Optional<Revision> parent = Optional.empty();
        for (int i = 0; i < 50; i++) {
            Edit.Update edit = update("a", parent.orElse(null), false, content("{\"i\":" + i + "}"));
            parent = Optional.of(edit.revisions().madeFrom(parent));
            stages.add(db.commit(List.of(edit)));
        }
        for (int i = 0; i < 50; i++) {
            assertEquals(i + 1, saved(await(stages.get(i)).getFirst()).generation());
        }
        assertEquals(List.of(parent.orElseThrow().toString()), leaves(document("a")));
    }

    @Test
    void aConflictingEditChangesNothing() {
        Revision one = save(insert("a", "{\"v\":1}"));
        Revision two = save(change("a", one, "{\"v\":2}"));
        String before = db.last().token();
        assertEquals(CONFLICT, commit(change("a", one, "{\"v\":3}")).getFirst());
        assertEquals(CONFLICT, commit(delete("a", one)).getFirst());
        assertEquals(CONFLICT, commit(insert("a", "{\"v\":3}")).getFirst());
        assertEquals(
                CONFLICT, commit(change("a", Revision.parse("2-none"), "{}")).getFirst());
        assertEquals(before, db.last().token());
        assertEquals(List.of(two.toString()), leaves(document("a")));
    }

    @Test
    void aDeletedDocumentIsThereAsATombstone() {
        Revision one = save(insert("a", "{\"v\":1}"));
        Revision two = save(update("a", one, true, content("{\"why\":\"old\"}")));
        StoredDocument document = document("a");
        assertTrue(document.tree().isDeleted());
        assertEquals(List.of(two + " deleted"), leaves(document));
        assertEquals(described("{\"why\":\"old\"}"), read("a", two));
        assertEquals(described("{\"v\":1}"), read("a", one));
        assertTrue(allChanges().getFirst().deleted());
        assertEquals(CONFLICT, commit(update("a", null, true, content("{}"))).getFirst());
    }

    @Test
    void aDocumentIsMadeAgainOverItsTombstone() {
        Revision one = save(insert("a", "{\"v\":1}"));
        Revision two = save(delete("a", one));
        Revision three = save(insert("a", "{\"v\":1}"));
        assertEquals(3, three.generation());
        assertEquals(
                List.of(three, two, one),
                document("a").tree().history(three).stream()
                        .map(RevisionNode::revision)
                        .toList());
        assertFalse(document("a").tree().isDeleted());
        assertEquals(described("{\"v\":1}"), read("a", three));
    }

    @Test
    void replicatedHistoriesAreKept() {
        commit(replicated("a", false, "{\"v\":3}", "3-c", "2-b", "1-a"));
        StoredDocument document = document("a");
        assertEquals(
                List.of("3-c true", "2-b false", "1-a false"),
                document.tree().history(Revision.parse("3-c")).stream()
                        .map(node -> node.revision() + " " + node.stored())
                        .toList());
        assertEquals("not kept", read("a", Revision.parse("2-b")));
        assertEquals("not kept", read("a", Revision.parse("9-unknown")));
        assertTrue(read("a", Revision.parse("3-c")).startsWith("{\"v\":3}\n"));
        assertTrue(read("a", Revision.parse("3-c")).endsWith("origin=REPLICATION]"));
    }

    @Test
    void conflictsAreKeptSideBySide() {
        commit(
                replicated("a", false, "{\"v\":\"c\"}", "3-c", "2-b", "1-a"),
                replicated("a", false, "{\"v\":\"d\"}", "3-d", "2-b", "1-a"),
                replicated("a", true, "{\"v\":\"e\"}", "9-e"));
        assertEquals(List.of("3-d", "3-c", "9-e deleted"), leaves(document("a")));
        for (String revision : List.of("3-c", "3-d", "9-e")) {
            String body = "{\"v\":\"" + revision.charAt(2) + "\"}\n";
            assertTrue(read("a", Revision.parse(revision)).startsWith(body), revision);
        }
        // The loser is edited, then the winner deleted, so that the other wins.
        Revision four = save(change("a", Revision.parse("3-c"), "{\"v\":4}"));
        assertEquals(List.of(four.toString(), "3-d", "9-e deleted"), leaves(document("a")));
        Revision five = save(delete("a", four));
        assertEquals(List.of("3-d", "9-e deleted", five + " deleted"), leaves(document("a")));
        assertTrue(read("a", Revision.parse("3-d")).startsWith("{\"v\":\"d\"}\n"));
        document("a").winner().ifPresent(winner -> assertTrue(describe(winner).startsWith("{\"v\":\"d\"}\n")));
    }

    @Test
    void aKnownRevisionKeepsItsContentAndItsSequence() {
        commit(replicated("a", false, "{\"v\":1}", "2-b", "1-a"));
        String before = db.last().token();
        assertEquals(
                List.of(new EditOutcome.Saved(Revision.parse("2-b"))),
                commit(replicated("a", false, "{\"other\":1}", "2-b", "1-a")));
        assertTrue(read("a", Revision.parse("2-b")).startsWith("{\"v\":1}\n"));
        assertEquals(before, db.last().token());
        assertEquals(1, db.pendingAfter(db.beginning()));
    }

    @Test
    void aLongerHistoryOfAKnownRevisionIsAddedWithoutItsContent() {
        commit(replicated("a", false, "{\"v\":1}", "3-c"));
        commit(replicated("a", false, "{\"other\":1}", "3-c", "2-b", "1-a"));
        assertEquals(3, document("a").tree().history(Revision.parse("3-c")).size());
        assertTrue(read("a", Revision.parse("3-c")).startsWith("{\"v\":1}\n"));
        assertEquals(List.of("3-c"), leaves(document("a")));
    }

    @Test
    void compactionDropsTheBodiesOfInnerRevisionsOnly() {
        String large = "{\"v\":\"" + "x".repeat(10_000) + "\"}";
        Revision one = save(insert("a", large));
        Revision two = save(change("a", one, "{\"v\":2}"));
        Revision three = save(change("a", two, "{\"v\":3}"));
        commit(
                replicated("a", false, "{\"v\":\"lost\"}", "2-" + "0".repeat(32), one.toString()),
                replicated("b", true, "{\"v\":\"gone\"}", "2-b", "1-a"));
        List<String> before = asText(allChanges());
        long sequence = document("a").localSequence();
        StoredDocument snapshot = document("a");
        await(db.compact());
        assertEquals("not kept", read("a", one));
        assertEquals("not kept", read("a", two));
        assertTrue(db.content(snapshot, two).isEmpty());
        assertEquals(described("{\"v\":3}"), read("a", three));
        assertTrue(read("a", Revision.parse("2-" + "0".repeat(32))).startsWith("{\"v\":\"lost\"}\n"));
        assertTrue(read("b", Revision.parse("2-b")).startsWith("{\"v\":\"gone\"}\n"));
        for (RevisionNode node : document("a").tree().nodes()) {
            assertEquals(node.leaf(), node.stored(), node.toString());
        }
        assertEquals(4, document("a").tree().nodes().size(), "the tree itself stays");
        assertEquals(before, asText(allChanges()));
        assertEquals(sequence, document("a").localSequence());
        assertEquals(0, db.status().innerBytes());
        reopen();
        assertEquals("not kept", read("a", two));
        assertEquals(described("{\"v\":3}"), read("a", three));
        assertEquals(
                4, saved(commit(change("a", three, "{\"v\":4}")).getFirst()).generation());
    }

    @Test
    void ofEachHistoryTheNewestBodiesStay() {
        Revision one = save(insert("a", "{\"v\":1}"));
        Revision two = save(change("a", one, "{\"v\":2}"));
        Revision three = save(change("a", two, "{\"v\":\"" + "x".repeat(20_000) + "\"}"));
        Revision four = save(change("a", three, "{\"v\":4}"));
        List<String> before = asText(allChanges());
        assertEquals(1, await(db.compact(new Retention.Newest(2))));
        assertEquals("not kept", read("a", one));
        assertEquals(described("{\"v\":2}"), read("a", two));
        assertEquals(1, await(db.compact(new Retention.Newest(1))));
        assertEquals("not kept", read("a", two));
        assertTrue(read("a", three).contains("xxx"));
        assertEquals(described("{\"v\":4}"), read("a", four));
        assertEquals(0, await(db.compact(new Retention.Newest(1))));
        assertEquals(before, asText(allChanges()));
        assertTrue(db.status().innerBytes() >= 20_000);
        reopen();
        assertEquals("not kept", read("a", two));
        assertTrue(read("a", three).contains("xxx"));
    }

    /** What tests write was received at a moment of theirs, the same for all. */
    @Test
    void bodiesStayUntilTheTimeOfWhatSupersededThem() {
        long received = content("{}").provenance().receivedAt();
        Revision one = save(insert("a", "{\"v\":1}"));
        Revision two = save(change("a", one, "{\"v\":2}"));
        assertEquals(0, await(db.compact(new Retention.Since(received))));
        assertEquals(described("{\"v\":1}"), read("a", one));
        assertEquals(1, await(db.compact(new Retention.Since(received + 1))));
        assertEquals("not kept", read("a", one));
        assertEquals(described("{\"v\":2}"), read("a", two));
        assertEquals(0, db.status().innerBytes());
    }

    @Test
    void compactionsOfSeveralRetentionsAllHappen() {
        Revision last = save(insert("a", "{\"v\":0}"));
        for (int i = 1; i <= 10; i++) {
            last = save(change("a", last, "{\"v\":" + i + "}"));
        }
        List<CompletionStage<Long>> compactions = new ArrayList<>();
        for (int count = 9; count >= 0; count--) {
            compactions.add(db.compact(new Retention.Newest(count)));
        }
        long dropped = 0;
        for (CompletionStage<Long> compaction : compactions) {
            dropped += await(compaction);
        }
        assertEquals(10, dropped);
        assertEquals(0, db.status().innerBytes());
        assertFalse(db.status().compacting());
    }

    /** Whether it still runs when it is looked at is a matter of luck; that it never does so in so many is not. */
    @Test
    void aCompactionIsSeenWhileItRuns() {
        boolean seen = false;
        for (int round = 0; round < 100 && !seen; round++) {
            String id = "d" + round;
            save(change(id, save(insert(id, "{}")), "{\"v\":2}"));
            assertFalse(db.status().compacting());
            CompletionStage<Long> compaction = db.compact();
            seen = db.status().compacting();
            await(compaction);
        }
        assertTrue(seen);
        assertFalse(db.status().compacting());
    }

    @Test
    void compactionIsJoinedAndEditsGoOnMeanwhile() {
        List<Revision> firsts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            firsts.add(save(insert("d" + i, "{\"v\":1}")));
        }
        List<Edit> seconds = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            seconds.add(change("d" + i, firsts.get(i), "{\"v\":2}"));
        }
        commit(seconds);
        List<CompletionStage<Long>> compactions = List.of(db.compact(), db.compact(), db.compact());
        List<CompletionStage<List<EditOutcome>>> commits = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            commits.add(db.commit(List.of(insert("e" + i, "{}"))));
        }
        compactions.forEach(StoreFixture::await);
        commits.forEach(StoreFixture::await);
        assertFalse(db.status().compacting());
        assertEquals(200, db.pendingAfter(db.beginning()));
        for (int i = 0; i < 100; i++) {
            assertEquals("not kept", read("d" + i, firsts.get(i)));
        }
    }

    @Test
    void theLimitOfHistoryHoldsForLaterEdits() {
        assertEquals(1000, db.revsLimit());
        db.setRevsLimit(3);
        assertEquals(3, db.revsLimit());
        Revision revision = save(insert("a", "{\"v\":1}"));
        List<Revision> line = new ArrayList<>(List.of(revision));
        for (int i = 2; i <= 6; i++) {
            line.add(save(change("a", line.getLast(), "{\"v\":" + i + "}")));
        }
        assertEquals(
                line.subList(3, 6).reversed(),
                document("a").tree().history(line.getLast()).stream()
                        .map(RevisionNode::revision)
                        .toList());
        assertEquals("not kept", read("a", line.get(0)));
        assertEquals(described("{\"v\":4}"), read("a", line.get(3)));
        commit(replicated("b", false, "{}", "5-e", "4-d", "3-c", "2-b", "1-a"));
        assertEquals(3, document("b").tree().nodes().size());
        reopen();
        assertEquals(3, db.revsLimit());
        db.setRevsLimit(1);
        commit(change("a", line.getLast(), "{}"));
        assertEquals(1, document("a").tree().nodes().size());
    }

    @Test
    void aDocumentOfManyLeavesIsKept() {
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            edits.add(replicated("a", false, "{\"i\":" + i + "}", "2-%032x".formatted(i * 7919L), "1-a"));
        }
        commit(edits);
        for (int i = 0; i < 20; i++) {
            commit(change("a", Revision.parse("2-%032x".formatted(i * 7919L)), "{\"edit\":" + i + "}"));
        }
        var tree = document("a").tree();
        assertEquals(700, tree.liveLeafCount());
        reopen();
        assertEquals(tree, document("a").tree());
        for (int i = 0; i < 700; i += 50) {
            Revision revision = Revision.parse("2-%032x".formatted(i * 7919L));
            assertTrue(read("a", revision).startsWith("{\"i\":" + i + "}\n"));
        }
        assertEquals(tree.leaves(), allChanges().getFirst().leaves());
        await(db.compact());
        assertEquals(
                tree.withoutBodies(Retention.NONE.expired(tree, _ -> 0)),
                document("a").tree());
        assertEquals("not kept", read("a", Revision.parse("2-%032x".formatted(0))));
    }

    @Test
    void provenanceIsKept() {
        Revision revision = save(insert("a", "{}"));
        reopen();
        RevisionContent content = db.content(document("a"), revision).orElseThrow();
        assertEquals(content("{}").provenance(), content.provenance());
    }
}
