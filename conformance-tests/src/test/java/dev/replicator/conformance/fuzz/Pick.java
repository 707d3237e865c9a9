package dev.replicator.conformance.fuzz;

import java.util.List;
import java.util.random.RandomGenerator;

/** Random choices that the generators share. */
final class Pick {
    private static final String[] TEXTS = {
        "",
        " ",
        "null",
        "true",
        "false",
        "TRUE",
        "0",
        "-1",
        "1",
        "1.5",
        "1e3",
        "-0",
        "0x10",
        "NaN",
        "now",
        "[",
        "[]",
        "{}",
        "{",
        "\"",
        "\"\"",
        "\"a",
        "[\"a\"]",
        "[1]",
        "[null]",
        "{\"a\":1}",
        "[[[[]]]]",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999999999999",
        "1-a",
        "1-",
        "-a",
        "a-1",
        "0-0",
        "_all",
        "all",
        "x/y",
        "_view",
        "_selector",
        "_design",
        "_doc_ids",
        "foo",
        "\u0001",
        "%00",
        "%ff",
        "%c3%28",
        "%ed%a0%80",
        "%f0%9f%98%80",
        "%",
        "%z",
        "%zz",
        "+",
        "%2B",
        "%26",
        ";",
        "é",
        "2147483648",
        "%22%ff%22",
        "%22\\ud800%22"
    };

    private Pick() {}

    static <T> T one(RandomGenerator random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    static <T> T one(RandomGenerator random, T[] of) {
        return of[random.nextInt(of.length)];
    }

    /** A value for a parameter, garbage mostly; at times a huge one. */
    static String value(RandomGenerator random) {
        if (random.nextInt(40) == 0) {
            return one(random, new String[] {"a", "9", "[", "%20", "\"", "%5B"}).repeat(random.nextInt(20_000));
        }
        return one(random, TEXTS).replace(" ", "%20").replace("\u0001", "%01");
    }

    static byte[] bytes(RandomGenerator random, int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }
}
