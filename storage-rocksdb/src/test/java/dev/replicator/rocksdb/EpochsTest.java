package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tokens and the histories they come from. */
class EpochsTest {
    private static final Epochs EPOCHS =
            new Epochs(new long[] {0, 1, 11}, new String[] {"aaaaaaaa", "bbbbbbbb", "cccccccc"});

    private static String parsed(String token) {
        return EPOCHS.parse(token, 15).map(RocksSequence::token).orElse("none");
    }

    @Test
    void aNumberIsPrintedWithTheEpochThatGaveIt() {
        assertEquals("0-aaaaaaaa", EPOCHS.sequence(0).token());
        assertEquals("1-bbbbbbbb", EPOCHS.sequence(1).token());
        assertEquals("10-bbbbbbbb", EPOCHS.sequence(10).token());
        assertEquals("11-cccccccc", EPOCHS.sequence(11).token());
        assertEquals("99-cccccccc", EPOCHS.sequence(99).token());
    }

    @Test
    void aTokenBeyondItsEpochIsTheEpochsLast() {
        assertEquals("7-bbbbbbbb", parsed("7-bbbbbbbb"));
        assertEquals("10-bbbbbbbb", parsed("12-bbbbbbbb"));
        assertEquals("15-cccccccc", parsed("16-cccccccc"));
        assertEquals("0-aaaaaaaa", parsed("3-aaaaaaaa"));
    }

    @Test
    void aTokenOfAnUnknownEpochIsTheBeginning() {
        assertEquals("0-aaaaaaaa", parsed("12-zzzzzzzz"));
        assertEquals("0-aaaaaaaa", parsed("12-1"));
        assertEquals("0-aaaaaaaa", parsed("12-g1AAAABPeJz_LW-YGBg"));
    }

    @Test
    void aPlainNumberIsInThisHistory() {
        assertEquals("12-cccccccc", parsed("12"));
        assertEquals("15-cccccccc", parsed("9223372036854775808"));
        assertEquals("5-bbbbbbbb", parsed("0005"));
        assertEquals("none", parsed("5-"));
        assertEquals("none", parsed("5-a.b"));
    }

    @Test
    void anEpochThatGaveNothingIsReplaced() {
        assertEquals("11-dddddddd", EPOCHS.with(11, "dddddddd").sequence(11).token());
        assertEquals("10-bbbbbbbb", EPOCHS.with(11, "dddddddd").sequence(10).token());
        assertEquals("16-dddddddd", EPOCHS.with(16, "dddddddd").sequence(16).token());
        assertEquals(
                Optional.of(15L),
                EPOCHS.with(16, "dddddddd").parse("20-cccccccc", 18).map(RocksSequence::number));
    }

    @Test
    void namesAreEightDigitsOrLetters() {
        for (int i = 0; i < 100; i++) {
            String name = Epochs.newName();
            assertTrue(name.matches("[0-9a-z]{8}"), name);
        }
    }
}
