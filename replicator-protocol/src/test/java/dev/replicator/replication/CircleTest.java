package dev.replicator.replication;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Points that come again are seen, others are not. */
class CircleTest {
    private static PeerSequence point(int number) {
        return PeerSequence.of(Integer.toString(number));
    }

    @Test
    void aLineHasNone() {
        Circle circle = new Circle();
        assertFalse(IntStream.range(1, 10_000).anyMatch(i -> circle.closes(point(i))));
    }

    @Test
    void anyOtherIsSeenSoon() {
        for (int begin : new int[] {0, 1, 5, 100}) {
            for (int length : new int[] {1, 2, 3, 7, 100}) {
                Circle circle = new Circle();
                int turns = 3 * (begin + length) + 2;
                assertTrue(
                        IntStream.range(0, turns)
                                .anyMatch(i ->
                                        circle.closes(point(1 + (i < begin ? i : begin + (i - begin) % length)))),
                        begin + " and then a circle of " + length);
            }
        }
    }
}
