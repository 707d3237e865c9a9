package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestedRangesTest {
    private static final long LENGTH = 10;

    private static String read(String header, long length) {
        return switch (RequestedRanges.of(header, length)) {
            case RequestedRanges.Whole _ -> "whole";
            case RequestedRanges.Unsatisfiable _ -> "none";
            case RequestedRanges.Parts(List<ByteRange> ranges) ->
                String.join(
                        " ",
                        ranges.stream()
                                .map(range -> range.first() + "-" + range.last())
                                .toList());
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0 | 0-0",
                "bytes=3-5 | 3-5",
                "bytes=3- | 3-9",
                "bytes=0- | 0-9",
                "bytes=-1 | 9-9",
                "bytes=-10 | 0-9",
                "bytes=-11 | 0-9",
                "bytes=9-1000000000000000000000000 | 9-9",
                "bytes=-1000000000000000000000000 | 0-9",
                "BYTES = 1-2 | 1-2",
                "bytes=010-11 | none",
                "bytes=10- | none",
                "bytes=10-20 | none",
                "bytes=1000000000000000000000000- | none",
                "bytes=-0 | none",
                "bytes=5-4 | none",
                "bytes=0-1,-2, 4-5 | 0-1 8-9 4-5",
                "bytes=,0-1,,3-3, | 0-1 3-3",
                "bytes=0-1,20-30 | 0-1",
                "bytes=20-30,-0 | none",
                "bytes=0-1,2-3,4-5,0-1,2-3,4-5,0-1,2-3,4-5 | 0-1 2-3 4-5 0-1 2-3 4-5 0-1 2-3 4-5",
            })
    void isRead(String header, String expected) {
        assertEquals(expected, read(header, LENGTH));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes=x",
                "bytes=-",
                "bytes=1",
                "bytes=1-2-3",
                "bytes=1--2",
                "bytes=+1-2",
                "bytes=1-2,x",
                "bytes=1 - 2",
                "bytes=１-２",
                "bytes:1-2",
                "items=1-2",
                "lines=1-",
                "bytes=0-1,2-3,4-5,0-1,2-3,4-5,0-1,2-3,4-5,6-7"
            })
    void whatIsNotUnderstoodOrTooMuchIsWhole(String header) {
        assertInstanceOf(RequestedRanges.Whole.class, RequestedRanges.of(header, LENGTH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", "bytes=-5", "bytes=0-0", "bytes=7-8"})
    void nothingIsAlwaysWhole(String header) {
        assertInstanceOf(RequestedRanges.Whole.class, RequestedRanges.of(header, 0));
    }

    /** Each position is asked whether it is meant, in numbers that cannot overflow. */
    private static List<Long> naive(String first, String last, long length) {
        List<Long> meant = new ArrayList<>();
        for (long i = 0; i < length; i++) {
            BigInteger at = BigInteger.valueOf(i);
            boolean inside = first.isEmpty()
                    ? BigInteger.valueOf(length - i).compareTo(new BigInteger(last)) <= 0
                    : at.compareTo(new BigInteger(first)) >= 0
                            && (last.isEmpty() || at.compareTo(new BigInteger(last)) <= 0);
            if (inside) {
                meant.add(i);
            }
        }
        return meant;
    }

    @Test
    void meansThePositionsThatANaiveReadingMeans() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            long length = 1L + random.nextInt(12);
            String first = random.nextInt(3) == 0 ? "" : number(random);
            String last = !first.isEmpty() && random.nextInt(3) == 0 ? "" : number(random);
            String header = "bytes=" + first + "-" + last;
            List<Long> expected = naive(first, last, length);
            List<Long> found = new ArrayList<>();
            switch (RequestedRanges.of(header, length)) {
                case RequestedRanges.Parts(List<ByteRange> ranges) -> {
                    assertEquals(1, ranges.size());
                    ByteRange range = ranges.getFirst();
                    for (long at = range.first(); at <= range.last(); at++) {
                        found.add(at);
                    }
                    assertEquals(range.length(), found.size());
                    assertEquals(
                            "bytes " + expected.getFirst() + "-" + expected.getLast() + "/" + length, range.of(length));
                }
                case RequestedRanges.Unsatisfiable _ -> {}
                case RequestedRanges.Whole _ -> throw new AssertionError(header + " is ignored");
            }
            assertEquals(expected, found, header + " of " + length + ", seed " + seed);
        }
    }

    private static String number(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Long.toString(Long.MAX_VALUE - random.nextInt(3));
            case 1 -> "0" + random.nextInt(12);
            case 2 -> new BigInteger(80, random).toString();
            default -> Integer.toString(random.nextInt(15));
        };
    }
}
