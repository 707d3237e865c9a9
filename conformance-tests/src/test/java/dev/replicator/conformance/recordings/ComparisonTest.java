package dev.replicator.conformance.recordings;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.replicator.conformance.http.Answer;
import dev.replicator.conformance.kit.Deviation;
import java.util.Base64;
import java.util.List;
import java.util.Map;
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
            assertEquals(List.of(), Comparison.deviations(exchange, answer(recorded)), exchange.name());
        }
    }

    @Test
    void volatilePartsMayDiffer() {
        String recorded = """
                {"results": [{"seq": "2-g1AAA", "id": "a", "changes": [{"rev": "1-x"}]}], "last_seq": "2-g1AAA",
                 "uuid": "1", "uuids": ["a", "b"], "sizes": {"file": 1}, "n": 1.0, "m": 1e2, "null": null}""";
        String answer = """
                {"last_seq": "2-epoch", "uuid": "2", "uuids": ["c", "d"], "sizes": {"file": 2}, "n": 1.0, "m": 1e2,
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
    void aRefusalInPlaceOfCouchDbsOwnFailureIsNamedAndMustSayWhatIsWrong() {
        Exchange exchange = exchange(500, "{\"error\": \"unknown_error\", \"reason\": \"badarg\"}");
        assertEquals(List.of("status 400"), places(exchange, answer(400, "{\"error\":\"a\",\"reason\":\"b\"}")));
        assertEquals(List.of("status 400", "body"), places(exchange, answer(400, "no")));
        assertEquals(List.of("status 200"), places(exchange, answer(200, "{}")));
    }

    @Test
    void everyPlaceThatDiffersIsNamed() {
        Exchange exchange = exchange(200, "{\"a\": {\"b/c\": [1, {\"d~\": 2}]}, \"e\": [1], \"f\": 1, \"g\": 1.0}");
        String other = "{\"a\": {\"b/c\": [2, {\"d~\": 3}]}, \"e\": [1, 2], \"h\": 1, \"g\": 1}";
        assertEquals(
                List.of("/a/b~1c/0", "/a/b~1c/1/d~0", "/e", "/f", "/g", "/h"), places(exchange, answer(200, other)));
        assertEquals(List.of("body"), places(exchange, answer(200, "[1]")));
        assertEquals(List.of("body"), places(exchange, answer(200, "{\"a\": 1} {\"a\": 2}")));
        assertEquals(List.of("status 201"), places(exchange, answer(201, other)));
    }

    @Test
    void headersAreNamedBesideTheBody() {
        Exchange exchange = exchange(200, "{}");
        byte[] bytes = "{\"a\":1}".getBytes(UTF_8);
        Map<String, String> headers =
                Map.of("content-type", "application/json", "accept-ranges", "none", "date", "today");
        assertEquals(
                List.of("accept-ranges", "/a"),
                places(exchange, new Answer(200, headers, bytes.length, new String(bytes, ISO_8859_1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1.00", "1e0", "10e-1", "\"1.0\""})
    void numbersAreComparedAsTheyArePrinted(String number) {
        Exchange exchange = exchange(200, "{\"n\": 1.0}");
        assertEquals(List.of("/n"), places(exchange, answer(200, "{\"n\": " + number + "}")));
        assertEquals(List.of(), places(exchange, answer(200, "{\"n\": 1.0}")));
    }

    private static List<String> places(Exchange exchange, Answer answer) {
        return Comparison.deviations(exchange, answer).stream()
                .map(Deviation::place)
                .toList();
    }

    private static void assertSame(String recorded, String answer) {
        assertEquals(List.of(), Comparison.deviations(exchange(200, recorded), answer(200, answer)));
    }

    private static void assertDifferent(String recorded, String answer) {
        assertFalse(
                Comparison.deviations(exchange(200, recorded), answer(200, answer))
                        .isEmpty(),
                answer);
    }

    private static Exchange exchange(int status, String body) {
        JsonNode json = Recording.MAPPER.readTree(body);
        var request = Exchange.Request.of(Recording.MAPPER.readTree("{\"method\": \"GET\", \"path\": \"/\"}"));
        Map<String, String> headers = Map.of("content-type", "application/json");
        return new Exchange(
                "test", request, new Exchange.Response(status, headers, json, json.isString() ? null : body));
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
