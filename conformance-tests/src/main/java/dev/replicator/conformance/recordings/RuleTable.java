package dev.replicator.conformance.recordings;

import dev.replicator.conformance.kit.Check;
import dev.replicator.conformance.kit.Level;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Which rule each exchange of a topic tests: {@code <topic>.rules.json}.
 *
 * <p>An array of {@code {"rule", "level", "source", "exchanges": [name, …]}}; a {@code *} in a name stands for
 * anything. Every exchange falls under one rule.
 */
final class RuleTable {
    private final String topic;
    private final List<Rule> rules = new ArrayList<>();

    private record Rule(String text, Level level, String source, List<Pattern> names) {}

    private RuleTable(String topic) {
        this.topic = topic;
    }

    static RuleTable of(String topic) {
        var table = new RuleTable(topic);
        try (InputStream bytes = RuleTable.class.getResourceAsStream(topic + ".rules.json")) {
            Recording.MAPPER.readTree(bytes).forEach(table::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }

    private void add(JsonNode rule) {
        List<Pattern> names = new ArrayList<>();
        for (JsonNode name : rule.path("exchanges")) {
            names.add(Pattern.compile(
                    Pattern.quote(name.asString()).replace("*", "\\E.*\\Q").replace("\\Q\\E", "")));
        }
        rules.add(new Rule(
                rule.path("rule").asString(),
                Level.named(rule.path("level").asString()),
                rule.path("source").asString(),
                names));
    }

    /** @throws IllegalStateException if not exactly one rule names the exchange */
    Check check(Exchange exchange) {
        List<Rule> matching = rules.stream()
                .filter(rule -> rule.names().stream()
                        .anyMatch(name -> name.matcher(exchange.name()).matches()))
                .toList();
        if (matching.size() != 1) {
            throw new IllegalStateException(
                    matching.size() + " rules name the exchange '" + exchange.name() + "' of " + topic);
        }
        Rule rule = matching.getFirst();
        return new Check(topic, exchange.name(), rule.text(), rule.level(), rule.source());
    }

    /** Names in the table that fit none of the exchanges. */
    List<String> unused(List<Exchange> exchanges) {
        return rules.stream()
                .flatMap(rule -> rule.names().stream())
                .filter(name -> exchanges.stream()
                        .noneMatch(exchange -> name.matcher(exchange.name()).matches()))
                .map(Pattern::pattern)
                .toList();
    }
}
