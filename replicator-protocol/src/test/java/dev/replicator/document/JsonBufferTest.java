package dev.replicator.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

class JsonBufferTest {
    private final JsonBuffer out = new JsonBuffer(1);

    private String written() {
        return new String(out.toByteArray(), UTF_8);
    }

    @Test
    void escapesWhatMustBeEscapedAndNothingElse() {
        out.string("\"\\/\b\f\n\r\t\u0000\u001f\u007f caf\u00e9 \u2028 \ud83d\ude00");
        assertEquals("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f caf\u00e9 \u2028 \ud83d\ude00\"", written());
    }

    @Test
    void writesPiecesAsTheyStand() {
        out.raw("{").raw('"').hex(new byte[] {0, (byte) 0xaf}).raw("\":").number(Long.MIN_VALUE);
        out.raw("[1,2,3]".getBytes(UTF_8), 2, 3).raw("}".getBytes(UTF_8));
        assertEquals("{\"00af\":-9223372036854775808,2,}", written());
        assertEquals(written().length(), out.length());
    }

    @Test
    void truncates() {
        out.raw("abcdef");
        out.truncate(2);
        out.raw("x");
        assertEquals("abx", written());
        assertThrows(IllegalArgumentException.class, () -> out.truncate(4));
        out.truncate(0);
        assertEquals("", written());
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aReaderGetsTheStringBack(long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(60);
        for (int i = 0; i < length; i++) {
            int point = random.nextInt(random.nextBoolean() ? 0x80 : 0x110000);
            text.appendCodePoint(Character.isSurrogate((char) point) && point < 0x10000 ? 'x' : point);
        }
        out.string(text.toString());
        assertEquals(
                text.toString(), JsonMapper.shared().readTree(out.toByteArray()).stringValue(), () -> "seed " + seed);
    }
}
