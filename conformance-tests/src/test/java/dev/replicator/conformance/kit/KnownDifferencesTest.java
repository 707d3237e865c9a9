package dev.replicator.conformance.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KnownDifferencesTest {
    private static final String LIST = """
            [{"topic": "t", "kind": "kept", "reason": "Because.", "checks": ["a", "b"]},
             {"topic": "t", "kind": "missing", "reason": "Later.", "checks": ["c"]}]""";
    private static final Difference A = new Difference("t", "a", Difference.Kind.KEPT, "Because.");
    private static final Verdict PASSED = new Verdict.Passed();
    private static final Verdict.Failed FAILED = new Verdict.Failed("GET /", "200", "500");

    @Test
    void aListedFailureIsNoSurprise() throws IOException {
        assertEquals(new Verdict.Listed(A, FAILED), judge("a", FAILED));
    }

    @Test
    void aListedDifferenceThatIsGoneIsOutdated() throws IOException {
        assertEquals(new Verdict.Outdated(A), judge("a", PASSED));
    }

    @Test
    void whatIsNotListedStaysAsItIs() throws IOException {
        assertEquals(FAILED, judge("d", FAILED));
        assertEquals(PASSED, judge("d", PASSED));
    }

    @Test
    void groupsAreTakenApart() throws IOException {
        assertEquals(
                List.of("a", "b", "c"),
                KnownDifferences.parse(LIST).all().stream()
                        .map(Difference::check)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"topic\": \"t\", \"kind\": \"kept\", \"checks\": [\"a\"]}]",
                "[{\"topic\": \"t\", \"kind\": \"sometimes\", \"reason\": \"r\", \"checks\": [\"a\"]}]",
                "[{\"topic\": \"t\", \"kind\": \"kept\", \"reason\": \"r\", \"checks\": [\"a\", \"a\"]}]",
                "[{"
            })
    void aListThatMakesNoSenseIsRefused(String list) {
        assertThrows(IOException.class, () -> KnownDifferences.parse(list));
    }

    private static Verdict judge(String name, Verdict verdict) throws IOException {
        var check = new Check("t", name, "It holds.", Level.REQUIRED, "here");
        return KnownDifferences.parse(LIST).judge(check, verdict);
    }
}
