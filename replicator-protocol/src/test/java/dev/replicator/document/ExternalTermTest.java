package dev.replicator.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Terms byte for byte: written out by hand where they are short, against a naive writer where they are not. */
class ExternalTermTest {
    /** A digest that keeps what it is fed. */
    private static final class Kept extends MessageDigest {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Kept() {
            super("none");
        }

        @Override
        protected void engineUpdate(byte input) {
            bytes.write(input);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            bytes.write(input, offset, length);
        }

        @Override
        protected byte[] engineDigest() {
            return bytes.toByteArray();
        }

        @Override
        protected void engineReset() {
            bytes.reset();
        }
    }

    private static String hex(String json) {
        ExternalTerm term = new ExternalTerm(1);
        term.json(json.getBytes(UTF_8));
        return HexFormat.of().formatHex(term.digest(new Kept()));
    }

    /** What Erlang's {@code term_to_binary(Term, [{minor_version, 1}])} gives for each. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "0|6100",
                "-0|6100",
                "255|61ff",
                "256|6200000100",
                "-1|62ffffffff",
                "2147483647|627fffffff",
                "2147483648|6e040000000080",
                "-2147483648|6280000000",
                "-2147483649|6e040101000080",
                "4294967295|6e0400ffffffff",
                "4294967296|6e05000000000001",
                "9223372036854775807|6e0800ffffffffffffff7f",
                "9223372036854775808|6e08000000000000000080",
                "-9223372036854775808|6e08010000000000000080",
                "-9223372036854775809|6e08010100000000000080",
                "18446744073709551615|6e0800ffffffffffffffff",
                "18446744073709551616|6e0900000000000000000001",
                "999999999999999999|6e0800ffff63a7b3b6e00d",
                "1000000000000000000|6e0800000064a7b3b6e00d",
                "-999999999999999999|6e0801ffff63a7b3b6e00d",
                "1.0|463ff0000000000000",
                "0.0|460000000000000000",
                "-0.0|468000000000000000",
                "0e0|460000000000000000",
                "1e2|464059000000000000",
                "-1.5E-7|46be8421f5f40d8376",
                "5e-324|460000000000000001",
                "true|640004" + "74727565",
                "false|640005" + "66616c7365",
                "null|640004" + "6e756c6c",
                "\"\"|6d00000000",
                "\"a\\u00e9\\n\\ud83d\\ude00\\u0000\"|6d0000000961c3a90af09f988000",
                "[]|6a",
                "[[]]|6c000000016a6a",
                "[[[]],[]]|6c000000026c000000016a6a6a6a",
                "{}|68016a",
                "{\"\":{}}|68016c00000001" + "68026d00000000" + "68016a" + "6a",
                "[{}]|6c0000000168016a6a",
                "[0]|6b000100",
                "[1,2,255]|6b00030102ff",
                "[1,256]|6c0000000261016200000100" + "6a",
                "[-1]|6c0000000162ffffffff6a",
                "[1,true]|6c00000002610164000474727565" + "6a",
                "[1,1.0]|6c000000026101463ff0000000000000" + "6a",
                "[1,[2]]|6c0000000261016b0001026a",
                "[[1],2]|6c000000026b00010161026a"
            })
    void writesTermsAsErlangDoes(String json, String hex) {
        assertEquals("83" + hex, hex(json));
    }

    @Test
    void listsOfBytesAreStringsUpTo65535() {
        String longest = bytes(65535);
        assertEquals("83" + naive(longest), hex(longest));
        assertEquals("836bffff", hex(longest).substring(0, 8));
        String longer = bytes(65536);
        assertEquals("83" + naive(longer), hex(longer));
        assertEquals("836c00010000", hex(longer).substring(0, 12));
        String ends = bytes(65534) + "256]";
        ends = ends.replace("]256", ",256");
        assertEquals("83" + naive(ends), hex(ends));
        assertEquals("836c0000ffff", hex(ends).substring(0, 12));
    }

    private static String bytes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Integer.toString(i % 256))
                .collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void integersOfMoreThan255BytesHaveALongHeader() {
        String shorter = "9".repeat(614);
        assertEquals("83" + "6eff00", hex(shorter).substring(0, 8));
        String longer = "9".repeat(1000);
        assertEquals("83" + "6f000001a000", hex(longer).substring(0, 14));
        assertEquals("83" + naive("-" + longer), hex("-" + longer));
    }

    @Test
    void nestsDeep() {
        assertEquals("83" + "6c00000001".repeat(4999) + "6a".repeat(5000), hex("[".repeat(5000) + "]".repeat(5000)));
        assertEquals(
                "83" + "68016c0000000168026d0000000161".repeat(5000) + "6107" + "6a".repeat(5000),
                hex("{\"a\":".repeat(5000) + "7" + "}".repeat(5000)));
    }

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void writesWhatANaiveWriterWrites(long seed) {
        String json = random(new Random(seed), 5);
        assertEquals("83" + naive(json), hex(json), () -> "seed " + seed + ": " + json);
    }

    private static final String[] SCALARS = {
        "0",
        "7",
        "255",
        "256",
        "-1",
        "2147483648",
        "123456789012345678901234567890",
        "1.5",
        "-0.0",
        "1E-7",
        "true",
        "false",
        "null",
        "\"\"",
        "\"x\\\"y\\\\\"",
        "\"\u00e9\\/\""
    };

    private static String random(Random random, int depth) {
        int count = random.nextInt(5);
        return switch (depth == 0 ? 0 : random.nextInt(4)) {
            case 0 -> SCALARS[random.nextInt(SCALARS.length)];
            case 1 ->
                IntStream.range(0, count)
                        .mapToObj(i -> "\"k" + i + "\":" + random(random, depth - 1))
                        .collect(Collectors.joining(",", "{", "}"));
            case 2 ->
                IntStream.range(0, count)
                        .mapToObj(_ -> random(random, depth - 1))
                        .collect(Collectors.joining(",", "[", "]"));
            default ->
                IntStream.range(0, count)
                        .mapToObj(_ -> Integer.toString(random.nextInt(random.nextInt(5) == 0 ? 300 : 256)))
                        .collect(Collectors.joining(",", "[", "]"));
        };
    }

    private static String naive(String json) {
        return NaiveTerm.of(json);
    }

    @Test
    void naiveWriterKnowsDoubles() {
        assertEquals("46" + HexFormat.of().toHexDigits(Double.doubleToRawLongBits(1.5)), naive("1.5"));
        assertEquals(9, ByteBuffer.wrap(HexFormat.of().parseHex(naive("1.5"))).remaining());
    }
}
