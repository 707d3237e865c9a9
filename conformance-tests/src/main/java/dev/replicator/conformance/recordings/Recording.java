package dev.replicator.conformance.recordings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The exchanges of one topic, with the steps that prepare for them.
 *
 * @param waits by the index of an exchange, how long what it asks about was given to come about
 */
record Recording(String topic, List<Step> setup, Map<Integer, Duration> waits, List<Exchange> exchanges) {
    /** Keeps all digits of numbers: some of the recordings are about them. */
    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .build();

    private static final Pattern DATABASE = Pattern.compile("/(rec[^/?]*)");

    /** @param before the index of the exchange that it prepares for; the last ones come after all exchanges */
    record Step(int before, Exchange.Request request) {}

    /** @throws IllegalArgumentException if there is no recording of that topic */
    static Recording of(String topic) {
        try (InputStream bytes = Recording.class.getResourceAsStream("/couchdb-recordings/" + topic + ".json")) {
            if (bytes == null) {
                throw new IllegalArgumentException("no recording of " + topic);
            }
            return of(MAPPER.readTree(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Recording of(JsonNode node) {
        List<Step> setup = new ArrayList<>();
        Map<Integer, Duration> waits = new HashMap<>();
        for (JsonNode step : node.path("setup")) {
            int before = step.path("before").asInt();
            if (step.has("sleepMs")) {
                waits.put(before, Duration.ofMillis(step.path("sleepMs").asInt()));
            } else {
                setup.add(new Step(before, Exchange.Request.of(step.path("request"))));
            }
        }
        List<Exchange> exchanges = new ArrayList<>();
        node.path("exchanges").forEach(exchange -> exchanges.add(Exchange.of(exchange)));
        return new Recording(node.path("topic").asString(), setup, waits, exchanges);
    }

    /** The databases that the topic makes, or only names; as they stand in paths. */
    Set<String> databases() {
        Set<String> names = new TreeSet<>();
        for (Exchange exchange : exchanges) {
            Matcher database = DATABASE.matcher(exchange.request().path());
            if (database.lookingAt()) {
                names.add(database.group(1));
            }
        }
        return names;
    }
}
