package dev.replicator.conformance.recordings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.kit.Check;
import dev.replicator.conformance.kit.Difference;
import dev.replicator.conformance.kit.KnownDifferences;
import dev.replicator.conformance.kit.Level;
import dev.replicator.conformance.process.Checkout;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.node.MissingNode;

/** Every exchange tests a rule that says something, and what is listed about checks is about checks that there are. */
final class RecordedTopicTest {
    static final List<String> TOPICS = RecordedTopic.TOPICS;

    @ParameterizedTest
    @FieldSource("TOPICS")
    void everyExchangeHasARule(String topic) {
        Recording recording = Recording.of(topic);
        assertEquals(List.of(), RuleTable.of(topic).unused(recording.exchanges()), "names that fit no exchange");

        List<Check> checks = RecordedTopic.of(topic).checks();
        assertEquals(
                recording.exchanges().stream().map(Exchange::name).toList(),
                checks.stream().map(Check::name).toList());
        assertEquals(checks.size(), new HashSet<>(checks).size(), "names are unique");
        for (Check check : checks) {
            assertTrue(check.rule().matches("(?s)\\S.{20,}[^.]\\."), check.rule());
            assertFalse(check.source().isBlank(), check.id());
        }
    }

    /** The comparison includes an error's words, which the protocol leaves to the server. */
    @ParameterizedTest
    @FieldSource("TOPICS")
    void noWordingIsRequiredByTheProtocol(String topic) {
        Map<String, Exchange> exchanges = Recording.of(topic).exchanges().stream()
                .collect(Collectors.toMap(Exchange::name, exchange -> exchange));
        for (Check check : RecordedTopic.of(topic).checks()) {
            boolean worded = exchanges.get(check.name()).response().body().has("reason");
            assertFalse(worded && check.level() == Level.REQUIRED, check.id());
        }
    }

    @Test
    void anExchangeUnderNoRuleIsRefused() {
        var request = new Exchange.Request("GET", "/", Map.of(), MissingNode.getInstance(), false);
        var response = new Exchange.Response(200, Map.of(), MissingNode.getInstance(), null);
        RuleTable rules = RuleTable.of("winners");
        assertThrows(IllegalStateException.class, () -> rules.check(new Exchange("of no kind", request, response)));
        assertEquals(
                Level.REQUIRED,
                rules.check(new Exchange("winner of generation", request, response))
                        .level());
    }

    @Test
    void topicsKnowTheirDatabases() {
        assertEquals(Set.of("rec_winners"), Recording.of("winners").databases());
        assertEquals(
                Set.of("rec_replicate", "rec_replicate_2"),
                Recording.of("replicate").databases());
    }

    @Test
    void everyListedDifferenceIsOfACheck() throws IOException {
        for (Difference difference : KnownDifferences.read(Checkout.module().resolve("differences.json"))
                .all()) {
            List<Check> checks = RecordedTopic.of(difference.topic()).checks();
            assertTrue(
                    checks.stream().anyMatch(check -> check.name().equals(difference.check())), difference::toString);
        }
    }
}
