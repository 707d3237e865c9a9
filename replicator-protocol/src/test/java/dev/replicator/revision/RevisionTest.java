package dev.replicator.revision;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of revisions. */
class RevisionTest {
    private static final String HEX = "0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1-" + HEX,
                "0-x",
                "1-odd",
                "1-a-b",
                "1--",
                "1-\u00e9",
                "1-\ud83d\ude00",
                "99999999999-z",
                "999999999999999999-z",
                "1-0123456789abcdef0123456789abcde",
                "1-0123456789abcdef0123456789abcdef0",
                "1-0123456789abcdef0123456789abcdeg",
                "1-0123456789012345678901234567890123456789012345678901234567890123"
            })
    void aRevisionIsPrintedAsItWasRead(String text) {
        assertEquals(text, Revision.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "-",
                "-1",
                "1-",
                "-a",
                "a-b",
                "x-" + HEX,
                "+1-a",
                " 1-a",
                "1 -a",
                "1.0-a",
                "-1-a",
                "\u0661-a",
                "9999999999999999999-a",
                "1-01234567890123456789012345678901234567890123456789012345678901234",
                "1-\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"
            })
    void otherTextIsRefused(String text) {
        CouchException refused = assertThrows(CouchException.class, () -> Revision.parse(text));
        assertEquals(400, refused.error().status());
        assertEquals("bad_request", refused.error().error());
        assertEquals("Invalid rev format", refused.error().reason());
    }

    @Test
    void hexIdsAreHeldAsBytesAndPrintedInLowerCase() {
        Revision upper = Revision.parse("1-AABBCCDDEEFF00112233445566778899");
        Revision lower = Revision.parse("1-aabbccddeeff00112233445566778899");
        assertEquals(lower, upper);
        assertEquals(lower.hashCode(), upper.hashCode());
        assertEquals("1-aabbccddeeff00112233445566778899", upper.toString());
        assertTrue(upper.isDigest());
        assertEquals(16, upper.idBytes().length);
        assertEquals(upper, Revision.ofDigest(1, upper.idBytes()));
        assertFalse(Revision.parse("1-AABB").isDigest());
        assertEquals("1-AABB", Revision.parse("1-AABB").toString());
    }

    /** Digits of other scripts are digits to Java, not to CouchDB. */
    @Test
    void digitsOfOtherScriptsAreNotHex() {
        String wide = "1-" + "\uff11".repeat(10) + "ab";
        assertFalse(Revision.parse(wide).isDigest());
        assertEquals(wide, Revision.parse(wide).toString());
    }

    @Test
    void textOfSixteenBytesIsNotTheDigestOfTheSameBytes() {
        Revision text = Revision.of(1, "abcdefghijklmnop");
        Revision digest = Revision.ofDigest(1, "abcdefghijklmnop".getBytes(UTF_8));
        assertNotEquals(text, digest);
        assertNotEquals(0, text.compareTo(digest));
        assertEquals(-Integer.signum(text.compareTo(digest)), Integer.signum(digest.compareTo(text)));
    }

    @Test
    void aRevisionIsReadAsItIsStored() {
        for (String text : List.of("3-" + HEX, "3-odd", "3-abcdefghijklmnop")) {
            Revision revision = Revision.parse(text);
            Revision stored = Revision.ofStored(3, revision.idBytes(), revision.isDigest());
            assertEquals(revision, stored);
            assertEquals(text, stored.toString());
            assertArrayEquals(revision.idBytes(), stored.idBytes());
        }
    }

    @Test
    void theGenerationWinsThenTheBytesOfTheId() {
        List<Revision> ascending = new ArrayList<>();
        for (String text : List.of(
                "1-" + "0".repeat(32),
                "1-aa",
                "1-aaa",
                "1-" + "61".repeat(16),
                "1-z",
                "1-" + "99".repeat(16),
                "1-\u00e9",
                "1-" + "f".repeat(32),
                "2-" + "0".repeat(32),
                "10-0")) {
            ascending.add(Revision.parse(text));
        }
        List<Revision> shuffled = new ArrayList<>(ascending);
        Collections.shuffle(shuffled, new Random(1));
        Collections.sort(shuffled);
        assertEquals(ascending, shuffled);
    }

    @Test
    void badPartsAreRefused() {
        assertThrows(CouchException.class, () -> Revision.of(-1, "a"));
        assertThrows(CouchException.class, () -> Revision.of(1, ""));
        assertThrows(IllegalArgumentException.class, () -> Revision.ofDigest(1, new byte[15]));
    }

    @Test
    void aPathFallsByOneGeneration() {
        Revision three = Revision.parse("3-c");
        assertEquals(three, RevisionPath.of(three, Revision.parse("2-b")).head());
        assertThrows(CouchException.class, () -> RevisionPath.of(three, Revision.parse("1-a")));
        assertThrows(CouchException.class, () -> RevisionPath.of(three, Revision.parse("3-b")));
        List<Revision> none = List.of();
        assertThrows(IllegalArgumentException.class, () -> new RevisionPath(none));
    }
}
