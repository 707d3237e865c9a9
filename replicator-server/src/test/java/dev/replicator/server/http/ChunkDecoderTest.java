package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunked bodies, cut into arbitrary pieces on their way. */
class ChunkDecoderTest {
    private static final int SEEDS = 500;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] coded(byte[] body, Random random) {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        int at = 0;
        while (at < body.length) {
            int size = 1 + random.nextInt(body.length - at);
            String digits = Integer.toHexString(size);
            coded.writeBytes(ascii("0".repeat(random.nextInt(3))
                    + (random.nextBoolean() ? digits : digits.toUpperCase(Locale.ROOT))
                    + (random.nextBoolean() ? "" : ";name=\"va;lue\"")
                    + "\r\n"));
            coded.write(body, at, size);
            coded.writeBytes(ascii("\r\n"));
            at += size;
        }
        coded.writeBytes(ascii("0\r\n" + (random.nextBoolean() ? "" : "A: b\r\nC: d\r\n") + "\r\n"));
        return coded.toByteArray();
    }

    @Test
    void decodesWhateverTheCuts() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            byte[] body = new byte[random.nextInt(200)];
            random.nextBytes(body);
            byte[] coded = coded(body, random);
            ChunkDecoder decoder = new ChunkDecoder();
            ByteArrayOutputStream decoded = new ByteArrayOutputStream();
            ByteBuffer target = ByteBuffer.allocate(1 + random.nextInt(50));
            int at = 0;
            while (at < coded.length) {
                assertFalse(decoder.isEnd(), "seed " + seed);
                int size = Math.min(1 + random.nextInt(30), coded.length - at);
                ByteBuffer piece = ByteBuffer.wrap(coded, at, size);
                do {
                    decoder.decode(piece, target.clear());
                    decoded.write(target.array(), 0, target.position());
                } while (piece.hasRemaining());
                at += size;
            }
            assertTrue(decoder.isEnd(), "seed " + seed);
            assertArrayEquals(body, decoded.toByteArray(), "seed " + seed);
        }
    }

    @Test
    void leavesWhatFollowsTheBody() throws Exception {
        ByteBuffer coded = ByteBuffer.wrap(ascii("1\r\na\r\n0\r\n\r\nGET /"));
        new ChunkDecoder().decode(coded, ByteBuffer.allocate(10));
        assertEquals("GET /", StandardCharsets.US_ASCII.decode(coded).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                " 1\r\na\r\n",
                "g\r\n",
                "1\na",
                "1\rXa",
                "1\r\nab",
                "1\r\na\rX",
                "0\r\n\rX",
                "0\r\nA: b\rX",
                "0123456789abcdef\r\n"
            })
    void refusesWhatIsMalformed(String coded) {
        assertThrows(
                ChunkDecoder.MalformedBodyException.class,
                () -> new ChunkDecoder().decode(ByteBuffer.wrap(ascii(coded)), ByteBuffer.allocate(100)));
    }

    @Test
    void boundsExtensionsAndTrailers() {
        for (String start : new String[] {"1;", "0\r\n"}) {
            byte[] endless = ascii(start + "x".repeat(10_000));
            assertThrows(
                    ChunkDecoder.MalformedBodyException.class,
                    () -> new ChunkDecoder().decode(ByteBuffer.wrap(endless), ByteBuffer.allocate(100)));
        }
    }
}
