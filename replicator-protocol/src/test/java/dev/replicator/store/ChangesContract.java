package dev.replicator.store;

import static dev.replicator.store.TestEdits.change;
import static dev.replicator.store.TestEdits.delete;
import static dev.replicator.store.TestEdits.insert;
import static dev.replicator.store.TestEdits.replicated;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The order of changes and how it is read. */
abstract class ChangesContract extends StoreFixture {
    private void touch(String id) {
        Edit edit = db.document(id)
                .map(document -> change(id, document.tree().winner().revision(), "{}"))
                .orElseGet(() -> insert(id, "{}"));
        commit(edit);
    }

    private static long number(Sequence sequence) {
        String token = sequence.token();
        int end = 0;
        while (end < token.length() && Character.isDigit(token.charAt(end))) {
            end++;
        }
        return Long.parseLong(token.substring(0, end));
    }

    @Test
    void anEmptyDatabaseHasNoChanges() {
        assertEquals(List.of(), allChanges());
        assertEquals(List.of(), db.changesBackwards(Optional.empty(), ALL));
        assertEquals(0, db.pendingAfter(db.beginning()));
        assertEquals(0, db.pendingAfter(db.last()));
        assertEquals(0, number(db.beginning()));
        assertEquals(0, number(db.last()));
    }

    @Test
    void aDocumentHasOneRowAtItsLatestChange() {
        for (String id : List.of("a", "b", "c", "a", "d", "b", "a")) {
            touch(id);
        }
        assertEquals(List.of("c", "d", "b", "a"), ids(allChanges()));
        assertEquals(4, db.pendingAfter(db.beginning()));
        assertEquals(db.last().token(), allChanges().getLast().sequence().token());
    }

    @Test
    void aRowShowsTheLeavesAsTheyWin() {
        commit(
                replicated("a", false, "{}", "2-b", "1-a"),
                replicated("a", false, "{}", "2-c", "1-a"),
                replicated("a", true, "{}", "5-d"));
        commit(replicated("b", true, "{}", "1-a"));
        List<Change> changes = allChanges();
        assertEquals(
                List.of("2-c", "2-b", "5-d"),
                changes.getFirst().leaves().stream()
                        .map(leaf -> leaf.revision().toString())
                        .toList());
        assertFalse(changes.getFirst().deleted());
        assertTrue(changes.getLast().deleted());
        for (Change change : changes) {
            assertEquals(document(change.id()).tree().leaves(), change.leaves());
        }
    }

    @Test
    void sequencesGrowAndBeginWithDigits() {
        for (int i = 0; i < 30; i++) {
            touch("d" + i % 7);
        }
        long before = 0;
        for (Change change : allChanges()) {
            String token = change.sequence().token();
            assertTrue(token.matches("[0-9]+[-._~A-Za-z0-9]*"), token);
            assertTrue(number(change.sequence()) > before, token);
            before = number(change.sequence());
        }
    }

    @Test
    void theLocalSequenceOfADocumentGrows() {
        touch("a");
        long first = document("a").localSequence();
        touch("b");
        touch("a");
        assertTrue(document("a").localSequence() > document("b").localSequence());
        assertTrue(document("b").localSequence() > first);
    }

    @Test
    void changesAreReadInPages() {
        List<String> expected = IntStream.range(0, 57).mapToObj(i -> "d" + i).toList();
        expected.forEach(this::touch);
        for (int page : new int[] {1, 2, 10, 56, 57, 58}) {
            List<String> forwards = new ArrayList<>();
            Sequence at = db.beginning();
            for (List<Change> rows = db.changes(at, db.last(), page);
                    !rows.isEmpty();
                    rows = db.changes(at, db.last(), page)) {
                assertTrue(rows.size() <= page);
                forwards.addAll(ids(rows));
                assertTrue(forwards.size() <= expected.size(), "a row came twice");
                at = rows.getLast().sequence();
            }
            assertEquals(expected, forwards);
            List<String> backwards = new ArrayList<>();
            Optional<Sequence> before = Optional.empty();
            for (List<Change> rows = db.changesBackwards(before, page);
                    !rows.isEmpty();
                    rows = db.changesBackwards(before, page)) {
                assertTrue(rows.size() <= page);
                backwards.addAll(ids(rows));
                assertTrue(backwards.size() <= expected.size(), "a row came twice");
                before = Optional.of(rows.getLast().sequence());
            }
            assertEquals(expected.reversed(), backwards);
        }
    }

    @Test
    void changesEndAtThePointAsked() {
        IntStream.range(0, 6).forEach(i -> touch("d" + i));
        List<Change> all = allChanges();
        for (int after = 0; after < 6; after++) {
            for (int upTo = 0; upTo < 6; upTo++) {
                assertEquals(
                        after < upTo ? ids(all.subList(after + 1, upTo + 1)) : List.of(),
                        ids(db.changes(all.get(after).sequence(), all.get(upTo).sequence(), ALL)));
            }
            assertEquals(
                    ids(all.subList(0, after).reversed()),
                    ids(db.changesBackwards(Optional.of(all.get(after).sequence()), ALL)));
        }
        assertEquals(List.of(), db.changes(db.beginning(), db.beginning(), ALL));
        assertEquals(List.of(), db.changes(db.last(), db.last(), ALL));
        assertEquals(List.of(), db.changesBackwards(Optional.of(db.beginning()), ALL));
    }

    @Test
    void aPointWhoseDocumentMovedOnIsStillAPoint() {
        touch("a");
        touch("b");
        Sequence point = allChanges().getFirst().sequence();
        touch("a");
        assertEquals(List.of("b", "a"), ids(db.changes(point, db.last(), ALL)));
        assertEquals(2, db.pendingAfter(point));
        assertEquals(List.of(), db.changesBackwards(Optional.of(point), ALL));
    }

    @Test
    void rowsOfDocumentsByTheirIds() {
        for (String id : List.of("a", "b", "c", "d", "b")) {
            touch(id);
        }
        assertEquals(List.of("a", "c", "b"), ids(changesOf("b", "none", "c", "a")));
        assertEquals(List.of("a"), ids(changesOf("a", "a")));
        assertEquals(List.of(), changesOf());
        assertEquals(asText(allChanges()), asText(changesOf("d", "c", "b", "a")));
    }

    @Test
    void rowsOfDocumentsByTheirIdsKeepToTheRange() {
        for (String id : List.of("a", "b", "c", "d", "b")) {
            touch(id);
        }
        List<Change> all = allChanges();
        Sequence first = all.get(0).sequence();
        Sequence second = all.get(1).sequence();
        assertEquals(List.of("c", "b"), ids(db.changesOf(List.of("a", "b", "c"), first, db.last())));
        assertEquals(List.of("a", "c"), ids(db.changesOf(List.of("a", "b", "c"), db.beginning(), second)));
        assertEquals(List.of(), db.changesOf(List.of("a", "b", "c"), db.last(), db.last()));
    }

    @Test
    void rowsOfMoreDocumentsThanAPageByTheirIds() {
        List<String> ids = IntStream.range(0, Database.MAX_PAGE + 50)
                .mapToObj(i -> "n" + i)
                .toList();
        for (String id : List.of("n1049", "other", "n3", "n700", "n1049")) {
            touch(id);
        }
        assertEquals(List.of("n3", "n700", "n1049"), ids(db.changesOf(ids, db.beginning(), db.last())));
    }

    private List<Change> changesOf(String... ids) {
        return db.changesOf(List.of(ids), db.beginning(), db.last());
    }

    @Test
    void pendingIsExactAtEveryPoint() {
        long seed = 20_261_120;
        Random random = new Random(seed);
        List<Sequence> points = new ArrayList<>(List.of(db.beginning()));
        LinkedHashSet<String> order = new LinkedHashSet<>();
        for (int round = 0; round < 150; round++) {
            Set<String> touched = new LinkedHashSet<>();
            int size = random.nextInt(10) == 0 ? 400 : 1 + random.nextInt(20);
            for (int i = 0; i < size; i++) {
                touched.add("d" + random.nextInt(1500));
            }
            commit(touched.stream().map(id -> edit(random, id)).toList());
            order.removeAll(touched);
            order.addAll(touched);
            points.add(db.last());
        }
        List<Change> rows = new ArrayList<>();
        for (Sequence at = db.beginning();
                rows.size() < order.size();
                at = rows.getLast().sequence()) {
            rows.addAll(db.changes(at, db.last(), ALL));
        }
        assertEquals(List.copyOf(order), ids(rows), "seed " + seed);
        rows.forEach(row -> points.add(row.sequence()));
        reopenHalfWay(points, rows, seed);
    }

    private void reopenHalfWay(List<Sequence> points, List<Change> rows, long seed) {
        List<String> tokens = points.stream().map(Sequence::token).toList();
        for (int round = 0; round < 2; round++) {
            for (String token : tokens) {
                Sequence point = db.parseSequence(token).orElseThrow();
                long counted = rows.stream()
                        .filter(row -> number(row.sequence()) > number(point))
                        .count();
                assertEquals(counted, db.pendingAfter(point), "after " + token + ", seed " + seed);
            }
            reopen();
        }
    }

    private Edit edit(Random random, String id) {
        Optional<StoredDocument> known = db.document(id);
        if (known.isEmpty() || random.nextInt(5) == 0) {
            return replicated(id, random.nextInt(4) == 0, "{}", "1-%032x".formatted(random.nextLong()));
        }
        Revision leaf = known.get().tree().winner().revision();
        return random.nextInt(4) == 0 ? delete(id, leaf) : change(id, leaf, "{\"r\":" + random.nextInt() + "}");
    }

    @Test
    void rowsDoNotComeTwiceAcrossReopening() {
        touch("a");
        touch("b");
        List<Change> before = allChanges();
        reopen();
        touch("c");
        touch("a");
        List<Change> after = allChanges();
        assertEquals(List.of("b", "c", "a"), ids(after));
        Set<Long> seen = new HashSet<>();
        before.forEach(row -> seen.add(number(row.sequence())));
        for (Change row : after.subList(1, 3)) {
            assertTrue(seen.add(number(row.sequence())), "a sequence was given twice");
            assertTrue(number(row.sequence()) > number(before.getLast().sequence()));
        }
        assertEquals(
                List.of("c", "a"),
                ids(db.changes(
                        db.parseSequence(before.getLast().sequence().token()).orElseThrow(), db.last(), ALL)));
    }

    @Test
    void leavesOfRowsAreTheTreesOwn() {
        touch("a");
        List<RevisionNode> leaves = allChanges().getFirst().leaves();
        assertEquals(document("a").tree().leaves(), leaves);
        assertTrue(leaves.getFirst().stored());
    }
}
