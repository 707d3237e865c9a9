package dev.replicator.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.store.IdRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ranges confined to ids that begin alike. */
class NamespaceTest {
    private static final List<String> IDS = List.of(
            "",
            "A",
            "_",
            "_design",
            "_design.",
            "_design/",
            "_design/a",
            "_design/\ud83d\ude00",
            "_design0",
            "_local",
            "_local/",
            "_local/a",
            "_local/b",
            "_local0",
            "a",
            "\uffee",
            "\ud83d\ude00");

    private static boolean within(IdRange range, String id) {
        int direction = range.descending() ? -1 : 1;
        int afterFrom = range.from().map(from -> direction * compare(id, from)).orElse(1);
        int afterTo = range.to().map(to -> direction * compare(id, to)).orElse(-1);
        return (afterFrom > 0 || (afterFrom == 0 && range.fromInclusive()))
                && (afterTo < 0 || (afterTo == 0 && range.toInclusive()));
    }

    private static int compare(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));
    }

    private static List<IdRange> ranges() {
        List<Optional<String>> bounds =
                new ArrayList<>(IDS.stream().map(Optional::of).toList());
        bounds.add(Optional.empty());
        List<IdRange> ranges = new ArrayList<>();
        for (Optional<String> from : bounds) {
            for (Optional<String> to : bounds) {
                for (int flags = 0; flags < 8; flags++) {
                    ranges.add(new IdRange(from, (flags & 1) != 0, to, (flags & 2) != 0, (flags & 4) != 0));
                }
            }
        }
        return ranges;
    }

    @Test
    void aConfinedRangeHasTheIdsOfTheRangeThatBeginSo() {
        for (Namespace namespace : Namespace.values()) {
            for (IdRange range : ranges()) {
                Optional<IdRange> confined = namespace.confine(range);
                for (String id : IDS) {
                    assertEquals(
                            within(range, id) && namespace.holds(id),
                            confined.map(part -> within(part, id)).orElse(false),
                            () -> namespace + " " + range + " " + id);
                }
                confined.ifPresent(part -> assertEquals(range.descending(), part.descending()));
            }
        }
    }
}
