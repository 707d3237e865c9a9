package dev.replicator.store;

import static dev.replicator.store.TestEdits.change;
import static dev.replicator.store.TestEdits.delete;
import static dev.replicator.store.TestEdits.insert;
import static dev.replicator.store.TestEdits.replicated;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.replicator.revision.LeafDigest;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The digest of all leaves, against a naive sum, and between databases that came to the same by different ways. */
abstract class DigestContract extends StoreFixture {
    private void assertDigest(String when) {
        DatabaseDigest digest = db.digest();
        assertEquals(NaiveDigest.of(db), digest.leaves(), when);
        assertEquals(db.last().token(), digest.last().token(), when);
    }

    @Test
    void equalsTheNaiveSumAfterARandomHistory() {
        for (long seed : new long[] {5, 77}) {
            Random random = new Random(seed);
            db = store.create("random" + seed).orElseThrow();
            db.setRevsLimit(4);
            assertEquals(LeafDigest.EMPTY, db.digest().leaves());
            for (int round = 1; round <= 40; round++) {
                List<Edit> edits = new ArrayList<>();
                for (int i = random.nextInt(40); i >= 0; i--) {
                    edits.add(edit(random));
                }
                commit(edits);
                assertDigest("round " + round + ", seed " + seed);
                if (random.nextInt(6) == 0) {
                    LeafDigest before = db.digest().leaves();
                    await(db.compact());
                    assertEquals(before, db.digest().leaves(), "compacted, round " + round + ", seed " + seed);
                }
                if (random.nextInt(6) == 0) {
                    store.close();
                    store = engine().open(folder);
                    db = store.database("random" + seed).orElseThrow();
                    assertDigest("reopened, round " + round + ", seed " + seed);
                }
            }
        }
    }

    private Edit edit(Random random) {
        String id = "d" + random.nextInt(50);
        Optional<StoredDocument> known = db.document(id);
        int kind = random.nextInt(12);
        if (known.isEmpty()) {
            return insert(id, "{}");
        }
        List<RevisionNode> leaves = known.get().tree().leaves();
        RevisionNode leaf = leaves.get(random.nextInt(leaves.size()));
        long generation = leaf.revision().generation() + 1;
        String made = generation + "-" + random.nextInt(1000);
        return switch (kind) {
            case 0, 1 -> new Edit.Purge(id, List.of(leaf.revision()));
            case 2, 3 -> replicated(id, random.nextBoolean(), "{}", made);
            case 4, 5, 6 ->
                replicated(
                        id, random.nextInt(3) == 0, "{}", made, leaf.revision().toString());
            case 7, 8 -> delete(id, leaf.revision());
            case 9 ->
                new Edit.PutLocal(new LocalDocument(id, random.nextInt(9), "{}".getBytes(StandardCharsets.UTF_8)));
            default -> change(id, leaf.revision(), "{\"n\":" + random.nextInt(9) + "}");
        };
    }

    @Test
    void isEqualWhereTheSameLeavesCameInAnotherOrder() {
        for (long seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            List<Edit> edits = new ArrayList<>(histories(random));
            List<LeafDigest> digests = new ArrayList<>();
            for (int copy = 0; copy < 3; copy++) {
                Database database = store.create("order" + seed + "-" + copy).orElseThrow();
                Collections.shuffle(edits, random);
                for (int from = 0; from < edits.size(); ) {
                    int to = Math.min(edits.size(), from + 1 + random.nextInt(60));
                    await(database.commit(edits.subList(from, to)));
                    from = to;
                }
                digests.add(database.digest().leaves());
                assertEquals(NaiveDigest.of(database), digests.getLast(), "seed " + seed);
            }
            assertEquals(Collections.nCopies(3, digests.getFirst()), digests, "seed " + seed);
        }
    }

    /** Revisions with their whole histories, on several branches of some documents. */
    private static List<Edit> histories(Random random) {
        Map<String, List<List<String>>> paths = new HashMap<>();
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String id = "d" + random.nextInt(30);
            List<List<String>> known = paths.computeIfAbsent(id, _ -> new ArrayList<>());
            List<String> from =
                    known.isEmpty() || random.nextInt(8) == 0 ? List.of() : known.get(random.nextInt(known.size()));
            List<String> path = new ArrayList<>(from);
            path.addFirst((from.size() + 1) + "-" + i);
            known.add(path);
            RevisionPath revisions = TestEdits.path(path.toArray(String[]::new));
            edits.add(new Edit.Replicated(id, revisions, i % 5 == 0, TestEdits.content("{}")));
        }
        return edits;
    }

    @Test
    void localDocumentsAndBodiesDoNotCountButTombstonesDo() {
        commit(replicated("a", false, "{}", "2-b", "1-a"));
        LeafDigest digest = db.digest().leaves();
        commit(new Edit.PutLocal(new LocalDocument("a", 1, new byte[] {'{', '}'})));
        Database other = store.create("other").orElseThrow();
        other.setRevsLimit(1);
        await(other.commit(List.of(replicated("a", false, "{\"other\":\"body\"}", "2-b"))));
        assertEquals(digest, db.digest().leaves());
        assertEquals(digest, other.digest().leaves());
        commit(replicated("b", true, "{}", "1-t"));
        assertNotEquals(digest, db.digest().leaves());
        assertEquals(2, db.digest().leaves().documents());
        commit(new Edit.Purge("b", List.of(TestEdits.path("1-t").head())));
        assertEquals(digest, db.digest().leaves());
    }

    /** Each is read between commits, and belongs to the sequence it names. */
    @Test
    void digestAndSequenceAreOfOneMoment() {
        Map<String, LeafDigest> bySequence = new HashMap<>();
        bySequence.put(db.last().token(), LeafDigest.EMPTY);
        List<CompletionStage<List<EditOutcome>>> commits = new ArrayList<>();
        List<DatabaseDigest> read = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            commits.add(db.commit(List.of(insert("d%03d".formatted(i), "{}"))));
            read.add(db.digest());
        }
        commits.forEach(StoreFixture::await);
        LeafDigest sum = LeafDigest.EMPTY;
        for (Change change : allChanges()) {
            sum = sum.plus(LeafDigest.of(change.id(), document(change.id()).tree()));
            bySequence.put(change.sequence().token(), sum);
        }
        for (DatabaseDigest digest : read) {
            assertEquals(
                    bySequence.get(digest.last().token()),
                    digest.leaves(),
                    digest.last().token());
        }
        assertDigest("end");
    }
}
