package dev.replicator.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.revision.Revision;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RevsDiffTest extends LocalFixture {
    private static List<Revision> revisions(String... texts) {
        return Arrays.stream(texts).map(Revision::parse).toList();
    }

    private List<RevsDiff> diff(String id, String... revisions) {
        return RevsDiff.of(db, Map.of(id, revisions(revisions)));
    }

    @Test
    void leavesOutDocumentsOfWhichNothingIsMissing() {
        replicate("{\"_id\":\"a\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]}}");
        assertEquals(List.of(), RevsDiff.of(db, Map.of()));
        assertEquals(List.of(), diff("a"));
        assertEquals(List.of(), diff("none"));
        // Known revisions are not missing, whether their bodies are kept or not.
        assertEquals(List.of(), diff("a", "1-a", "2-b"));
    }

    @Test
    void namesMissingRevisionsOnceAndInOrder() {
        assertEquals(
                List.of(new RevsDiff("x", revisions("1-b", "2-a", "10-a"), List.of())),
                diff("x", "10-a", "2-a", "1-b", "2-a"));
    }

    @Test
    void possibleAncestorsAreLeavesOfALowerGeneration() {
        replicate(
                "{\"_id\":\"a\",\"_revisions\":{\"start\":3,\"ids\":[\"c\",\"b\",\"a\"]}}",
                "{\"_id\":\"a\",\"_revisions\":{\"start\":2,\"ids\":[\"x\",\"a\"]},\"_deleted\":true}");
        assertEquals(List.of(new RevsDiff("a", revisions("2-q"), List.of())), diff("a", "2-q", "1-a"));
        assertEquals(List.of(new RevsDiff("a", revisions("3-q"), revisions("2-x"))), diff("a", "3-q"));
        assertEquals(
                List.of(new RevsDiff("a", revisions("2-q", "4-q"), revisions("3-c", "2-x"))), diff("a", "4-q", "2-q"));
    }

    @Test
    void comparesMoreThanAPageInTheOrderAsked() {
        commit(IntStream.range(0, 2500)
                .mapToObj(i -> "{\"_id\":\"d" + i + "\"}")
                .toArray(String[]::new));
        String known = "1-967a00dff5e02add41819138abb3284d";
        Map<String, List<Revision>> asked = new LinkedHashMap<>();
        for (int i = 2499; i >= 0; i--) {
            asked.put("d" + i, revisions(i % 3 == 0 ? "1-x" : known));
        }
        List<String> expected = asked.keySet().stream()
                .filter(id -> Integer.parseInt(id.substring(1)) % 3 == 0)
                .toList();
        assertEquals(expected, RevsDiff.of(db, asked).stream().map(RevsDiff::id).toList());
    }
}
