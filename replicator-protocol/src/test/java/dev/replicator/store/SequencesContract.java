package dev.replicator.store;

import static dev.replicator.store.TestEdits.change;
import static dev.replicator.store.TestEdits.insert;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.revision.Revision;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What clients keep of the order of changes, and what it means later: also to a store whose history was rewound. */
abstract class SequencesContract extends StoreFixture {
    private void fill(String prefix, int count) {
        IntStream.range(0, count).forEach(i -> commit(insert(prefix + i, "{}")));
    }

    private Sequence parse(String token) {
        return db.parseSequence(token).orElseThrow(() -> new AssertionError("not understood: " + token));
    }

    private List<String> after(String token) {
        return ids(db.changes(parse(token), db.last(), ALL));
    }

    private static String digits(Sequence sequence) {
        return sequence.token().replaceFirst("[^0-9].*", "");
    }

    @Test
    void aTokenIsTheSamePoint() {
        fill("d", 5);
        List<Change> all = allChanges();
        for (int i = 0; i < all.size(); i++) {
            String token = all.get(i).sequence().token();
            assertEquals(token, parse(token).token());
            assertEquals(ids(all.subList(i + 1, 5)), after(token));
        }
        assertEquals(ids(all), after(db.beginning().token()));
        assertEquals(List.of(), after(db.last().token()));
    }

    @Test
    void aPlainNumberIsAPoint() {
        fill("d", 5);
        List<Change> all = allChanges();
        for (int i = 0; i < all.size(); i++) {
            assertEquals(ids(all.subList(i + 1, 5)), after(digits(all.get(i).sequence())));
        }
        assertEquals(ids(all), after("0"));
        assertEquals(ids(all), after("000"));
    }

    @Test
    void aPointBeyondTheLastIsTheLast() {
        assertEquals(db.beginning().token(), parse("7").token());
        fill("d", 3);
        String last = db.last().token();
        for (String beyond : List.of(
                "1000",
                Long.toString(Long.MAX_VALUE),
                "9223372036854775808",
                "9".repeat(40),
                "1000" + last.substring(digits(db.last()).length()))) {
            assertEquals(last, parse(beyond).token(), beyond);
            assertEquals(0, db.pendingAfter(parse(beyond)));
        }
        fill("e", 2);
        assertEquals(List.of("e0", "e1"), after(last));
    }

    @Test
    void whatIsNeitherIsNoPoint() {
        fill("d", 3);
        String epoch = db.last().token().substring(digits(db.last()).length());
        for (String garbage : List.of(
                "", " ", "-", "-1", "+1", "1.5", "1e3", "abc", "now", "1 ", " 1", "12-", "0x1", "\u0661", epoch)) {
            assertEquals(Optional.empty(), db.parseSequence(garbage).map(Sequence::token), "'" + garbage + "'");
        }
    }

    @Test
    void aTokenOfAnotherServerIsAPointOfAnotherHistory() {
        fill("d", 3);
        String couchDbs =
                "2-g1AAAABPeJzLYWBgYMxgTmEQTM4vTc5ISXIwNDLXMwBCwxygFFMiQx4Lw38gyMpg_-TBQqxGxqamZgbpmDTkgUAEH4URw";
        assertEquals(3, db.pendingAfter(parse(couchDbs)));
    }

    @Test
    void tokensHoldAcrossReopening() {
        fill("d", 4);
        List<String> tokens =
                allChanges().stream().map(row -> row.sequence().token()).toList();
        for (int round = 0; round < 3; round++) {
            reopen();
            for (int i = 0; i < 4; i++) {
                assertEquals(
                        IntStream.range(i + 1, 4).mapToObj(n -> "d" + n).toList(),
                        after(tokens.get(i)).subList(0, 3 - i));
                assertEquals(3 - i + round, db.pendingAfter(parse(tokens.get(i))));
            }
            assertEquals(tokens.getLast(), allChanges().get(3).sequence().token());
            fill("round" + round, 1);
        }
        assertEquals(List.of("round00", "round10", "round20"), after(tokens.getLast()));
    }

    @Test
    void aTokenOfAnotherDatabaseHidesNothing() {
        Database other = store.create("other").orElseThrow();
        for (int i = 0; i < 9; i++) {
            await(other.commit(List.of(insert("o" + i, "{}"))));
        }
        fill("d", 12);
        assertEquals(12, after(other.last().token()).size());
    }

    /** A backup is restored: what was committed after it and shown to clients never happened. */
    @Test
    void aTokenOfARewoundHistoryIsTheLastPointBothShare() {
        fill("shared", 5);
        Path backup = temporary.resolve("backup");
        store.close();
        engine().copy(folder, backup);
        store = engine().open(folder);
        db = store.database("db").orElseThrow();
        String shared = db.last().token();
        fill("lost", 3);
        String lost = db.last().token();

        Store restored = openOther(backup);
        db = restored.database("db").orElseThrow();
        assertEquals(0, db.pendingAfter(parse(shared)));
        fill("new", 6);
        List<String> seen = after(lost);
        assertTrue(
                seen.containsAll(IntStream.range(0, 6).mapToObj(i -> "new" + i).toList()), "hidden: " + seen);
        assertEquals(List.of("new0", "new1", "new2", "new3", "new4", "new5"), after(shared));
    }

    @Test
    void aTokenOfTheSameEpochBeyondARewoundHistoryIsTheLastPointBothShare() {
        fill("shared", 5);
        String shared = db.last().token();
        // As a client has it that followed the same epoch further than what came back.
        String lost = "8" + shared.substring(digits(db.last()).length());
        reopen();
        fill("new", 6);
        assertEquals(after(shared), after(lost));
        assertEquals(6, after(lost).size());
    }

    @Test
    void allIsThereAfterReopening() {
        Revision one = DocumentsContract.saved(commit(insert("a", "{\"v\":1}")).getFirst());
        commit(change("a", one, "{\"v\":2}"), insert("b", "{}"));
        List<String> changes = asText(allChanges());
        DatabaseStatus status = db.status();
        reopen();
        assertEquals(changes, asText(allChanges()));
        assertEquals(status.documents(), db.status().documents());
        assertEquals(status.liveBytes(), db.status().liveBytes());
        assertEquals(status.innerBytes(), db.status().innerBytes());
        assertEquals(status.last().token(), db.status().last().token());
        assertEquals(2, document("a").tree().nodes().size());
        assertTrue(db.content(document("a"), one).isPresent());
    }
}
