package dev.replicator.conformance.recordings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The differences from CouchDB that are kept on purpose, each with its reason: {@code differences.json}. */
final class KnownDifferences {
    private KnownDifferences() {}

    /** @return the reason for each exchange of that topic, by its name */
    static Map<String, String> of(String topic) {
        Map<String, String> reasons = new LinkedHashMap<>();
        try (InputStream bytes = KnownDifferences.class.getResourceAsStream("/differences.json")) {
            for (JsonNode entry : Recording.MAPPER.readTree(bytes)) {
                if (entry.path("topic").asString().equals(topic)) {
                    String reason = entry.path("reason").asString();
                    if (reason.isBlank()) {
                        throw new AssertionError("a difference without a reason: " + entry);
                    }
                    reasons.put(entry.path("exchange").asString(), reason);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return reasons;
    }
}
