package dev.replicator.conformance.feeds;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A row as the server writes it.
 *
 * @param json its bytes, without what stands around it
 */
record FeedRow(String id, String sequence, String json) {
    static FeedRow of(String json) {
        JsonNode row = JsonMapper.shared().readTree(json);
        return new FeedRow(row.path("id").asString(), row.path("seq").asString(), json);
    }
}
