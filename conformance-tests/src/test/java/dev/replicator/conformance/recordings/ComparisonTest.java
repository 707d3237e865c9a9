package dev.replicator.conformance.recordings;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.http.Answer;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The comparison takes CouchDB's own answers as equal, and nothing else but what is volatile. */
final class ComparisonTest {
    @ParameterizedTest
    @ValueSource(strings = {"revids", "members", "winners"})
    void everyRecordedAnswerIsAsRecorded(String topic) {
        for (Exchange exchange : Recording.of(topic).exchanges()) {
            Exchange.Response recorded = exchange.response();
            assertEquals(Optional.empty(), Comparison.difference(exchange, answer(recorded)), exchange.name());
        }
    }

    @Test
    void volatilePartsMayDiffer() {
        String recorded = """
                {"results": [{"seq": "2-g1AAA", "id": "a", "changes": [{"rev": "1-x"}]}], "last_seq": "2-g1AAA",
                 "uuid": "1", "uuids": ["a", "b"], "sizes": {"file": 1}, "n": 1.0, "m": 1e2, "null": null}""";
        String answer = """
                {"last_seq": "2-epoch", "uuid": "2", "uuids": ["c", "d"], "sizes": {"file": 2}, "n": 1, "m": 100,
                 "results": [{"seq": "2-other", "id": "a", "changes": [{"rev": "1-x"}]}], "null": null}""";
        assertSame(recorded, answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"seq\": \"3-x\", \"rev\": \"1-x\", \"n\": 1, \"uuids\": [\"a\"]}",
                "{\"seq\": \"2-x\", \"rev\": \"1-y\", \"n\": 1, \"uuids\": [\"a\"]}",
                "{\"seq\": \"2-x\", \"rev\": \"1-x\", \"n\": 2, \"uuids\": [\"a\"]}",
                "{\"seq\": \"2-x\", \"rev\": \"1-x\", \"n\": \"1\", \"uuids\": [\"a\"]}",
                "{\"seq\": \"2-x\", \"rev\": \"1-x\", \"n\": 1, \"uuids\": []}",
                "{\"seq\": null, \"rev\": \"1-x\", \"n\": 1, \"uuids\": [\"a\"]}",
                "{\"seq\": \"2-x\", \"rev\": \"1-x\", \"n\": 1, \"uuids\": [\"a\"], \"more\": null}"
            })
    void anythingElseIsADifference(String answer) {
        assertDifferent("{\"seq\": \"2-x\", \"rev\": \"1-x\", \"n\": 1, \"uuids\": [\"a\"]}", answer);
    }

    @Test
    void feedsAreComparedLineByLine() {
        String feed = """
                {"seq":"1-g1A","id":"a"}

                {"last_seq":"1-g1A","pending":0}
                """;
        String recorded = Recording.MAPPER.writeValueAsString(feed);
        assertSame(recorded, feed.replace("g1A", "epoch"));
        assertDifferent(recorded, feed.replace("1-", "2-"));
        assertDifferent(recorded, feed.replace("}\n\n{", "}\n{"));
    }

    @Test
    void aClearRefusalStandsForCouchDbsOwnFailure() {
        Exchange exchange = exchange(500, "{\"error\": \"unknown_error\", \"reason\": \"badarg\"}");
        assertEquals(
                Optional.empty(), Comparison.difference(exchange, answer(400, "{\"error\":\"a\",\"reason\":\"b\"}")));
        assertTrue(Comparison.difference(exchange, answer(400, "no")).isPresent());
        assertTrue(Comparison.difference(exchange, answer(200, "{}")).isPresent());
    }

    private static void assertSame(String recorded, String answer) {
        assertEquals(Optional.empty(), Comparison.difference(exchange(200, recorded), answer(200, answer)));
    }

    private static void assertDifferent(String recorded, String answer) {
        assertTrue(
                Comparison.difference(exchange(200, recorded), answer(200, answer))
                        .isPresent(),
                answer);
    }

    private static Exchange exchange(int status, String body) {
        JsonNode json = Recording.MAPPER.readTree(body);
        var request = Exchange.Request.of(Recording.MAPPER.readTree("{\"method\": \"GET\", \"path\": \"/\"}"));
        Map<String, String> headers = Map.of("content-type", "application/json");
        return new Exchange("test", request, new Exchange.Response(status, headers, json, null));
    }

    private static Answer answer(int status, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return new Answer(
                status, Map.of("content-type", "application/json"), bytes.length, new String(bytes, ISO_8859_1));
    }

    private static Answer answer(Exchange.Response recorded) {
        byte[] bytes = bytes(recorded);
        return new Answer(recorded.status(), recorded.headers(), bytes.length, new String(bytes, ISO_8859_1));
    }

    private static byte[] bytes(Exchange.Response recorded) {
        JsonNode body = recorded.body();
        if (recorded.text() != null) {
            return recorded.text().getBytes(UTF_8);
        } else if (body.isString()) {
            return body.asString().getBytes(UTF_8);
        } else if (body.has("base64")) {
            return Base64.getDecoder().decode(body.path("base64").asString());
        }
        return body.isNull() || body.isMissingNode() ? new byte[0] : Recording.MAPPER.writeValueAsBytes(body);
    }
}
