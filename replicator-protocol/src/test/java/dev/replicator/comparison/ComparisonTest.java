package dev.replicator.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.revision.Revision;
import dev.replicator.store.IdRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The search for differences, against a naive comparison. */
class ComparisonTest {
    private static Leaf leaf(String revision, boolean deleted) {
        return new Leaf(Revision.parse(revision), deleted);
    }

    private static String id(int number) {
        return "d%06d".formatted(number);
    }

    private static void fill(int documents, MapDatabase... databases) {
        for (int i = 0; i < documents; i++) {
            List<Leaf> leaves = List.of(leaf("1-" + i, i % 5 == 0));
            for (MapDatabase database : databases) {
                database.documents.put(id(i), leaves);
            }
        }
    }

    private static List<Difference> found(MapDatabase left, MapDatabase right, int most) throws InterruptedException {
        List<Difference> found = new ArrayList<>();
        Comparison.run(left, left.digest(IdRange.ALL), right, right.digest(IdRange.ALL), difference -> {
            if (found.size() == most) {
                return false;
            }
            found.add(difference);
            return true;
        });
        return found;
    }

    private static List<Difference> naive(MapDatabase left, MapDatabase right) {
        TreeSet<String> ids = new TreeSet<>(left.documents.keySet());
        ids.addAll(right.documents.keySet());
        return ids.stream()
                .map(id -> Difference.between(
                        id, left.documents.getOrDefault(id, List.of()), right.documents.getOrDefault(id, List.of())))
                .filter(difference -> !difference.isNone())
                .toList();
    }

    @Test
    void findsWhatANaiveComparisonFinds() throws InterruptedException {
        for (long seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            MapDatabase left = new MapDatabase();
            MapDatabase right = new MapDatabase();
            fill(random.nextInt(4000), left, right);
            if (seed % 3 == 0) {
                // Much that only one has, in one place.
                for (int i = 0; i < 3000; i++) {
                    (seed % 2 == 0 ? left : right).documents.put(id(1000) + "-" + i, List.of(leaf("1-x", false)));
                }
            }
            for (int i = random.nextInt(40); i > 0; i--) {
                String id = id(random.nextInt(4000));
                MapDatabase changed = random.nextBoolean() ? left : right;
                switch (random.nextInt(4)) {
                    case 0 -> changed.documents.remove(id);
                    case 1 -> changed.documents.put(id, List.of(leaf("2-x", true)));
                    case 2 -> changed.documents.put(id, List.of(leaf("1-7", false), leaf("1-x", random.nextBoolean())));
                    default -> changed.documents.put(id, List.of(leaf("1-7", true)));
                }
            }
            assertEquals(naive(left, right), found(left, right, Integer.MAX_VALUE), "seed " + seed);
        }
    }

    @Test
    void oneDifferenceAmongManyTakesAFewRequests() throws InterruptedException {
        MapDatabase left = new MapDatabase();
        MapDatabase right = new MapDatabase();
        fill(30_000, left, right);
        right.documents.put(id(12_343), List.of(leaf("1-12343", true)));
        assertEquals(
                List.of(new Difference(id(12_343), List.of(leaf("1-12343", false)), List.of(leaf("1-12343", true)))),
                found(left, right, 10));
        assertTrue(left.requests + right.requests <= 8, left.requests + " and " + right.requests + " requests");
        assertTrue(left.listed + right.listed <= Comparison.MAX_LISTED, "documents listed");
    }

    @Test
    void oneThatIsEmptyLacksAll() throws InterruptedException {
        MapDatabase full = new MapDatabase();
        fill(1500, full);
        assertEquals(1500, found(full, new MapDatabase(), Integer.MAX_VALUE).size());
        assertEquals(1500, found(new MapDatabase(), full, Integer.MAX_VALUE).size());
        assertEquals(List.of(), found(new MapDatabase(), new MapDatabase(), 1));
    }

    @Test
    void endsWhenToldTo() throws InterruptedException {
        MapDatabase full = new MapDatabase();
        fill(20_000, full);
        assertEquals(naive(full, new MapDatabase()).subList(0, 7), found(full, new MapDatabase(), 7));
        assertTrue(full.requests <= 4, full.requests + " requests");
    }
}
