package dev.replicator.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Documents made at random, written at the same time as a client might send them (white space, own members, repeated
 * keys) and as they must be kept.
 */
class DocumentParserPropertyTest {
    private static final String[] SCALARS = {
        "0",
        "-0",
        "1.0",
        "1e2",
        "-1.5E-7",
        "12345678901234567890",
        "255",
        "256",
        "true",
        "false",
        "null",
        "\"\"",
        "\"caf\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\u00e9\u4e2d\ud83d\ude00\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""
    };
    private static final String[] KEYS = {
        "\"a\"", "\"b\"", "\"\"", "\"_id\"", "\"\u00e9\"", "\"long key with spaces\"", "\"c\\td\"", "\"0\""
    };

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void keepsWhatWasSent(long seed) {
        Random random = new Random(seed);
        StringBuilder sent = new StringBuilder("{");
        Map<String, String> kept = new LinkedHashMap<>();
        int members = random.nextInt(30);
        for (int i = 0; i < members; i++) {
            sent.append(i == 0 ? "" : ",").append(space(random));
            if (random.nextInt(5) == 0) {
                sent.append("\"_conflicts\" :").append(value(random, 3).sent());
                continue;
            }
            String key = random.nextBoolean() ? "\"k" + random.nextInt(20) + "\"" : KEYS[random.nextInt(3)];
            Value value = value(random, 4);
            sent.append(key).append(space(random)).append(':').append(space(random));
            sent.append(value.sent()).append(space(random));
            kept.remove(key);
            kept.put(key, value.kept());
        }
        byte[] json = sent.append('}').toString().getBytes(StandardCharsets.UTF_8);
        assertEquals(
                object(kept),
                new String(
                        DocumentParser.parse(json, AttachmentIntake.DISCARDING, new AttachmentLimits(0, 0))
                                .body(),
                        StandardCharsets.UTF_8),
                () -> "seed " + seed + ": " + sent);
    }

    private record Value(String sent, String kept) {}

    private static Value value(Random random, int depth) {
        int kind = depth == 0 ? 2 : random.nextInt(4);
        if (kind > 1) {
            String scalar = SCALARS[random.nextInt(SCALARS.length)];
            return new Value(scalar, scalar);
        }
        StringBuilder sent = new StringBuilder(kind == 0 ? "{" : "[");
        StringBuilder elements = new StringBuilder();
        Map<String, String> kept = new LinkedHashMap<>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            Value value = value(random, depth - 1);
            String key = KEYS[random.nextInt(KEYS.length)];
            sent.append(i == 0 ? "" : ",").append(space(random));
            sent.append(kind == 0 ? key + space(random) + ":" : "").append(value.sent());
            elements.append(i == 0 ? "" : ",").append(value.kept());
            kept.remove(key);
            kept.put(key, value.kept());
        }
        sent.append(space(random)).append(kind == 0 ? "}" : "]");
        return new Value(sent.toString(), kind == 0 ? object(kept) : "[" + elements + "]");
    }

    private static String object(Map<String, String> members) {
        StringBuilder object = new StringBuilder("{");
        members.forEach((key, value) -> object.append(object.length() == 1 ? "" : ",")
                .append(key)
                .append(':')
                .append(value));
        return object.append('}').toString();
    }

    private static String space(Random random) {
        return random.nextInt(4) == 0 ? " \n\t\r".substring(0, 1 + random.nextInt(4)) : "";
    }
}
