package dev.replicator.conformance.recordings;

import dev.replicator.conformance.process.Checkout;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The exchanges of one topic, with the steps that prepare for them. */
record Recording(String topic, List<Step> setup, List<Exchange> exchanges) {
    /** Keeps all digits of numbers: some of the recordings are about them. */
    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .build();

    /** Where they are kept whole; the copy in the test resources has those topics that the build asserts on. */
    private static final Path SHARED = Checkout.root().resolveSibling("shared").resolve("couchdb-recordings");

    /** @param before the index of the exchange that it prepares for */
    record Step(int before, Exchange.Request request) {}

    /** @return empty where there is no recording of that topic */
    static Optional<Recording> find(String topic) {
        try (InputStream bytes = open(topic + ".json")) {
            return bytes == null ? Optional.empty() : Optional.of(of(MAPPER.readTree(bytes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String file) throws IOException {
        Path shared = SHARED.resolve(file);
        return Files.exists(shared)
                ? Files.newInputStream(shared)
                : Recording.class.getResourceAsStream("/couchdb-recordings/" + file);
    }

    private static Recording of(JsonNode node) {
        List<Step> setup = new ArrayList<>();
        for (JsonNode step : node.path("setup")) {
            setup.add(new Step(step.path("before").asInt(), Exchange.Request.of(step.path("request"))));
        }
        List<Exchange> exchanges = new ArrayList<>();
        node.path("exchanges").forEach(exchange -> exchanges.add(Exchange.of(exchange)));
        return new Recording(node.path("topic").asString(), setup, exchanges);
    }
}
