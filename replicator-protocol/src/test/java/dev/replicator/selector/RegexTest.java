package dev.replicator.selector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchException;
import java.time.Duration;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {
    private static final long STEPS = SelectorLimits.DEFAULT.maxRegexSteps();

    private static boolean found(String regex, String text) {
        return BoundedPattern.compile(regex, STEPS).isFoundIn(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '~',
            value = {
                "^[a-c] ann true",
                "an+ xannx true",
                "^an$ xannx false",
                "[[] a[b true",
                "[a&&b] & true",
                "[a&&b] a true",
                "[]x]y ]y true",
                "[^]x]y ]y false",
                "[[:digit:][:upper:]]{2} 7K true",
                "[[:digit:]] : false",
                "[[:^alpha:]] abc false",
                "(?P<y>[0-9]{4})-(?P=y) 2026-2026 true",
                "(?P<y>[0-9]{4})-(?P=y) 2026-2027 false",
                "(a)\\1 aa true",
                "x{y} x{y} true",
                "x{,2}z x{,2}z true",
                "{a} {a} true",
                "a(?#comment)b ab true",
                "(?i)ABC xabcx true",
                "(?:a|b)(?=c) bc true",
                "(?<!a)c ac false",
                "\\Qa.*[b\\E+$ a.*[bbb true",
                "\\Qa.b\\E axb false",
                "[\\Q]^\\E]{2}$ ]^ true",
                "\\x41\\x{42} AB true",
                "\\p{Lu}\\pN É7 true",
                "^\\N+$ abc true",
                "^.$ é true",
                "\\d{4}-\\d\\d 2026-11 true",
                "^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$ 1:2:3:4:5:6:7:8 true",
            })
    void meansWhatPcreMeans(String regex, String text, boolean found) {
        assertEquals(found, found(regex, text));
    }

    @Test
    void onlyANewlineEndsALine() {
        assertTrue(found("^a.b$", "a\rb"));
        assertFalse(found("^a.b$", "a\nb"));
        assertTrue(found("b$", "b\n"));
        assertFalse(found("b$", "b\r"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "(",
                ")",
                "a)",
                "*a",
                "a**",
                "{3}",
                "a{2}{3}",
                "a{70000}",
                "\\",
                "[a",
                "(?x)a b",
                "(?U)a",
                "(?R)",
                "\\g1",
                "[[:nope:]]",
                "(?P<y",
                "(?"
            })
    void refusesWhatItCannotMean(String regex) {
        assertThrows(PatternSyntaxException.class, () -> found(regex, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(a*)*b", "^(?:a?){30}a{30}$", "(.*)*=(.*)*=(.*)*x"})
    void aCatastropheIsGivenUp(String regex) {
        String text = "a".repeat(40) + "!";
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            try {
                assertFalse(found(regex, text)); // Java cuts short some of them by itself
            } catch (BoundedPattern.GaveUp e) {
                assertTrue(e.getMessage().contains("takes more than 10000000 steps (mango/regex_max_steps)"));
            }
        });
    }

    @Test
    void aCatastropheThatJavaDoesNotCutShortIsGivenUp() {
        String text = "a".repeat(40);
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThrows(BoundedPattern.GaveUp.class, () -> found(".*".repeat(8) + "=", text)));
    }

    @Test
    void givesUpAtTheLimitAndNamesTheDocument() {
        byte[] json = "{\"f\":{\"$regex\":\".*.*.*.*=\"}}".getBytes(UTF_8);
        Selector selector = Selector.compile(json, 0, json.length, new SelectorLimits(10, 1000));
        Candidate hard = new Candidate("hard", "1-a", false, ("{\"f\":\"" + "a".repeat(40) + "!\"}").getBytes(UTF_8));
        CouchException e = assertThrows(CouchException.class, () -> selector.matches(hard));
        assertEquals(
                "bad_request: On document hard: the $regex .*.*.*.*= takes more than 1000 steps (mango/regex_max_steps)",
                e.getMessage());
        Candidate easy = new Candidate("easy", "1-a", false, "{\"f\":\"a=\"}".getBytes(UTF_8));
        assertTrue(selector.matches(easy));
    }

    @Test
    void aDeepStackIsGivenUp() {
        String text = "ab".repeat(500_000);
        assertThrows(BoundedPattern.GaveUp.class, () -> found("^(a|b)*$", text));
        assertThrows(PatternSyntaxException.class, () -> found("(".repeat(100_000), text));
    }

    @Test
    void waysToMatchNothingAreLimited() {
        for (String empty : List.of("(?:|)", "(a*)?", "(?:^|\\b|)", "(?:a|b*|){3}", "(x*){60000}")) {
            assertThrows(PatternSyntaxException.class, () -> found(empty.repeat(40) + "(?!)", ""), empty);
        }
        assertEquals(
                1, PcrePattern.translate("^(?:GET|POST) /[a-z]+(?:\\?.*)?$").weight());
        assertEquals(2, PcrePattern.translate("^(a*)?b").weight());
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThrows(
                        BoundedPattern.GaveUp.class, () -> found("(?:|)".repeat(13) + "(?!)", "x".repeat(1_000_000))));
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertFalse(found("(?:|)".repeat(13) + "(?!)", "x".repeat(1000))));
    }
}
