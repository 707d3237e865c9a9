package dev.replicator.conformance.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KnownDifferencesTest {
    private static final String LIST = """
            [{"topic": "t", "kind": "kept", "reason": "Because.", "places": ["/x", "/y"], "checks": ["a", "b"]},
             {"topic": "t", "kind": "missing", "reason": "Later.", "places": ["allow"], "checks": ["a"]}]""";
    private static final Difference KEPT =
            new Difference("t", "a", Difference.Kind.KEPT, "Because.", Set.of("/x", "/y"));
    private static final Difference MISSING =
            new Difference("t", "a", Difference.Kind.MISSING, "Later.", Set.of("allow"));
    private static final Verdict PASSED = new Verdict.Passed();

    @Test
    void whatDiffersInAllListedPlacesIsNoSurprise() throws IOException {
        Verdict.Failed failed = failed("/x", "/y", "allow");
        assertEquals(new Verdict.Listed(List.of(KEPT, MISSING), failed), judge("a", failed));
    }

    @Test
    void whatDiffersInOtherPlacesFailsByThose() throws IOException {
        assertEquals(failed("/z"), judge("a", failed("/x", "/y", "/z", "allow")));
        assertEquals(failed("status 400"), judge("a", failed("status 400")));
        assertEquals(failed("/x/1"), judge("b", failed("/x/1", "/y")));
    }

    @Test
    void aListedPlaceThatDiffersNoMoreIsOutdated() throws IOException {
        List<Difference> differences = List.of(KEPT, MISSING);
        assertEquals(new Verdict.Outdated(differences, Set.of("/y")), judge("a", failed("/x", "allow")));
        assertEquals(new Verdict.Outdated(differences, Set.of("/x", "/y", "allow")), judge("a", PASSED));
    }

    @Test
    void whatIsNotListedStaysAsItIs() throws IOException {
        assertEquals(failed("/x"), judge("d", failed("/x")));
        assertEquals(PASSED, judge("d", PASSED));
    }

    @Test
    void groupsAreTakenApart() throws IOException {
        assertEquals(
                List.of("a", "a", "b"),
                KnownDifferences.parse(LIST).all().stream()
                        .map(Difference::check)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"topic\": \"t\", \"kind\": \"kept\", \"places\": [\"/x\"], \"checks\": [\"a\"]}]",
                "[{\"topic\": \"t\", \"kind\": \"kept\", \"reason\": \"r\", \"checks\": [\"a\"]}]",
                "[{\"topic\": \"t\", \"kind\": \"often\", \"reason\": \"r\", \"places\": [\"/x\"], \"checks\": [\"a\"]}]",
                "[{\"topic\": \"t\", \"kind\": \"kept\", \"reason\": \"r\", \"places\": [\"/x\"], \"checks\": [\"a\", \"a\"]}]",
                "[{\"topic\": \"t\", \"kind\": \"kept\", \"reason\": \"r\", \"places\": [\"/x\", \"/x\"], \"checks\": [\"a\"]}]",
                "[{"
            })
    void aListThatMakesNoSenseIsRefused(String list) {
        assertThrows(IOException.class, () -> KnownDifferences.parse(list));
    }

    private static Verdict.Failed failed(String... places) {
        return new Verdict.Failed(
                "GET /",
                Stream.of(places).map(place -> new Deviation(place, "1", "2")).toList());
    }

    private static Verdict judge(String name, Verdict verdict) throws IOException {
        var check = new Check("t", name, "It holds.", Level.REQUIRED, "here");
        return KnownDifferences.parse(LIST).judge(check, verdict);
    }
}
