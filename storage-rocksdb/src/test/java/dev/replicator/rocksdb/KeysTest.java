package dev.replicator.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.revision.Revision;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Keys are ordered as what they stand for, and no database's rows are among another's. */
class KeysTest {
    private static final Keys KEYS = new Keys(255);

    private static void assertBefore(byte[] one, byte[] other) {
        assertTrue(Arrays.compareUnsigned(one, other) < 0, Arrays.toString(one) + " " + Arrays.toString(other));
    }

    @Test
    void sequencesAreOrdered() {
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            long number = random.nextLong(Long.MAX_VALUE) >> random.nextInt(60);
            assertBefore(KEYS.sequence(number), KEYS.sequence(number + 1));
            assertEquals(number, Keys.sequenceOf(KEYS.sequence(number)));
        }
    }

    @Test
    void databasesAreApart() {
        for (byte[] key : new byte[][] {
            KEYS.id("\u0000".getBytes(UTF_8)),
            KEYS.id("\udbff\udfff".getBytes(UTF_8)),
            KEYS.sequence(Long.MAX_VALUE),
            KEYS.attachments(Keys.TOTAL)
        }) {
            assertBefore(KEYS.first(), key);
            assertBefore(key, KEYS.end());
        }
        assertArrayEquals(new Keys(256).first(), KEYS.end());
    }

    @Test
    void rowsOfOneIdAreARange() {
        byte[] a = KEYS.treesOf(new ByteWriter(16), "a".getBytes(UTF_8)).toBytes();
        for (int number : new int[] {0, 1, 97, 1 << 20, Integer.MAX_VALUE}) {
            byte[] key = KEYS.segment(new ByteWriter(16), "a".getBytes(UTF_8), number)
                    .toBytes();
            assertEquals(number, Keys.segmentOf(key));
            assertBefore(a, key);
            assertBefore(key, Keys.after(a));
            byte[] other = KEYS.segment(new ByteWriter(16), "aa".getBytes(UTF_8), number)
                    .toBytes();
            assertBefore(Keys.after(a), other);
        }
    }

    @Test
    void revisionsOfAnIdAreToldApart() {
        byte[] id = "a".getBytes(UTF_8);
        byte[] digest = KEYS.body(id, Revision.ofDigest(1, "0123456789abcdef".getBytes(UTF_8)));
        byte[] text = KEYS.body(id, Revision.of(1, "0123456789abcdef"));
        assertBefore(digest, text);
        assertBefore(text, KEYS.body(id, Revision.of(2, "0")));
    }

    @Test
    void theKeyAfterAPrefixCarries() {
        assertArrayEquals(new byte[] {'e', 0, 1}, Keys.after(new byte[] {'e', 0, 0, -1}));
        assertArrayEquals(new byte[] {'e', 0, 0, 8}, Keys.after(new byte[] {'e', 0, 0, 7}));
    }
}
