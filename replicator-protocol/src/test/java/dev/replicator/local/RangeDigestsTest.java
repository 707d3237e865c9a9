package dev.replicator.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.revision.LeafDigest;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.IdRange;
import dev.replicator.store.NaiveDigest;
import dev.replicator.store.StoredDocument;
import dev.replicator.store.TestEdits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The digests of ranges, their parts and their leaves. */
class RangeDigestsTest extends LocalFixture {
    private static IdRange range(String from, String before) {
        return IdRange.between(Optional.ofNullable(from), Optional.ofNullable(before));
    }

    private JsonNode ask(int split, boolean leaves, IdRange... ranges) {
        OptionalInt parts = split == 0 ? OptionalInt.empty() : OptionalInt.of(split);
        return json(answer(new RangeDigests(db, new RangeDigests.Query(List.of(ranges), parts, leaves))));
    }

    private LeafDigest expected(IdRange range) {
        LeafDigest digest = LeafDigest.EMPTY;
        for (StoredDocument document : db.documents(range, Database.MAX_PAGE)) {
            digest = digest.plus(LeafDigest.of(document.id(), document.tree()));
        }
        return digest;
    }

    private static void assertDigest(LeafDigest expected, JsonNode answered) {
        assertEquals(expected.hex(), answered.get("digest").stringValue());
        assertEquals(expected.documents(), answered.get("documents").longValue());
        assertEquals(expected.leaves(), answered.get("leaves").longValue());
    }

    private static IdRange rangeOf(JsonNode answered) {
        return range(
                answered.has("start_key") ? answered.get("start_key").stringValue() : null,
                answered.has("end_key") ? answered.get("end_key").stringValue() : null);
    }

    private void fill(int documents) {
        for (int from = 0; from < documents; from += Database.MAX_PAGE) {
            List<Edit> edits = new ArrayList<>();
            for (int i = from; i < Math.min(documents, from + Database.MAX_PAGE); i++) {
                edits.add(TestEdits.replicated("d%05d".formatted(i), i % 3 == 0, "{}", "1-" + i));
            }
            db.commit(edits).toCompletableFuture().join();
        }
    }

    @Test
    void rangesAreAnsweredInTheirOrder() {
        fill(40);
        IdRange[] ranges = {
            range("d00010", "d00020"),
            IdRange.ALL,
            range(null, "d00001"),
            range("d00039", null),
            range("d00011x", "d00011x"),
            range("e", null)
        };
        JsonNode answer = ask(0, false, ranges);
        assertEquals(db.last().token(), answer.get("update_seq").stringValue());
        assertEquals(ranges.length, answer.get("results").size());
        for (int i = 0; i < ranges.length; i++) {
            JsonNode result = answer.get("results").get(i);
            assertDigest(expected(ranges[i]), result);
            assertEquals(ranges[i].from(), rangeOf(result).from());
            assertEquals(ranges[i].to(), rangeOf(result).to());
        }
        assertEquals(10, answer.get("results").get(0).get("documents").longValue());
        assertEquals(0, ask(0, false).get("results").size());
    }

    @Test
    void partsTileTheirRangeEvenly() {
        fill(2000);
        long seed = 4;
        Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            int from = random.nextInt(2000);
            int count = random.nextInt(round % 2 == 0 ? 20 : 1500);
            IdRange range = range("d%05d".formatted(from), round == 0 ? null : "d%05d".formatted(from + count));
            int split = 1 + random.nextInt(round % 3 == 0 ? 4 : 70);
            JsonNode result = ask(split, false, range).get("results").get(0);
            String when = range + " in " + split + ", seed " + seed;
            JsonNode parts = result.get("parts");
            long documents = result.get("documents").longValue();
            assertTrue(parts.size() <= split && parts.size() >= Math.min(documents, (split + 1) / 2), when);
            LeafDigest sum = LeafDigest.EMPTY;
            Optional<String> next = range.from();
            for (int i = 0; i < parts.size(); i++) {
                IdRange part = rangeOf(parts.get(i));
                assertEquals(next, part.from(), when);
                assertTrue(
                        i + 1 == parts.size()
                                || parts.get(i).get("documents").longValue()
                                        == parts.get(0).get("documents").longValue(),
                        when);
                next = part.to();
                LeafDigest digest = documentsOf(part);
                assertDigest(digest, parts.get(i));
                sum = sum.plus(digest);
            }
            assertDigest(sum, result);
            assertEquals(documents == 0 ? range.from() : range.to(), next, when);
        }
        JsonNode whole = ask(8, false, IdRange.ALL).get("results").get(0);
        assertDigest(NaiveDigest.of(db), whole);
        assertEquals(
                IdRange.ALL.to(),
                rangeOf(whole.get("parts").get(whole.get("parts").size() - 1)).to());
    }

    private LeafDigest documentsOf(IdRange range) {
        LeafDigest digest = expected(range);
        List<StoredDocument> page = db.documents(range, Database.MAX_PAGE);
        return page.size() < Database.MAX_PAGE
                ? digest
                : digest.plus(expected(range.after(page.getLast().id())));
    }

    @Test
    void leavesAreListedWithTombstonesAndConflicts() {
        db.commit(List.of(
                        TestEdits.replicated("a", false, "{}", "2-x", "1-x"),
                        TestEdits.replicated("a", true, "{}", "2-y", "1-x"),
                        TestEdits.replicated("b\"", true, "{}", "1-t"),
                        TestEdits.replicated("c", false, "{}", "1-c")))
                .toCompletableFuture()
                .join();
        JsonNode result =
                ask(0, true, range(null, "c"), range("c", null)).get("results").get(0);
        assertEquals(
                "[{\"id\":\"a\",\"leaves\":[{\"rev\":\"2-x\"},{\"rev\":\"2-y\",\"deleted\":true}]},"
                        + "{\"id\":\"b\\\"\",\"leaves\":[{\"rev\":\"1-t\",\"deleted\":true}]}]",
                result.get("rows").toString());
        assertEquals(3, result.get("leaves").longValue());
    }

    /** A page is bounded, and each has something to send: a client that sees nothing gives up. */
    @Test
    void longAnswersComeInPages() {
        fill(5000);
        for (boolean leaves : new boolean[] {false, true}) {
            List<String> pages = pages(
                    new RangeDigests(db, new RangeDigests.Query(List.of(IdRange.ALL), OptionalInt.of(2), leaves)));
            assertTrue(pages.size() >= 10, pages.size() + " pages");
            assertTrue(pages.stream().allMatch(page -> !page.isEmpty() && page.length() < 2 * AnswerPages.PAGE_BYTES));
            JsonNode result = json(String.join("", pages)).get("results").get(0);
            assertDigest(NaiveDigest.of(db), result);
            assertEquals(leaves ? 5000 : 0, result.path("rows").size());
        }
        IdRange[] many = new IdRange[5000];
        for (int i = 0; i < many.length; i++) {
            many[i] = range("d%05d".formatted(i), "d%05d".formatted(i + 1));
        }
        List<String> pages =
                pages(new RangeDigests(db, new RangeDigests.Query(List.of(many), OptionalInt.empty(), false)));
        assertTrue(pages.size() >= 10, pages.size() + " pages of ranges");
        assertEquals(5000, json(String.join("", pages)).get("results").size());
    }
}
