package dev.replicator.selector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.testing.Recordings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a real CouchDB answered to {@code _find}, wherever a request is about its selector alone. */
class SelectorRecordingTest {
    private static final int LEAST_EXCHANGES = 40;

    @TestFactory
    Stream<DynamicTest> answersAsCouchDb() {
        Map<String, Object> topic = PlainJson.object(PlainJson.parse(Recordings.text("find")));
        List<Candidate> documents = documents(topic);
        List<DynamicTest> tests = new ArrayList<>();
        for (Object step : PlainJson.array(topic.get("exchanges"))) {
            Map<String, Object> exchange = PlainJson.object(step);
            Map<String, Object> request = PlainJson.object(exchange.get("request"));
            if (request.get("path").equals("/rec_find/_find")
                    && request.get("body") instanceof Map<?, ?> body
                    && body.keySet().equals(Set.of("selector"))) {
                String selector = PlainJson.print(body.get("selector"));
                Map<String, Object> response = PlainJson.object(exchange.get("response"));
                tests.add(DynamicTest.dynamicTest(
                        exchange.get("name") + " " + selector, () -> check(selector, response, documents)));
            }
        }
        assertTrue(tests.size() >= LEAST_EXCHANGES, "only " + tests.size() + " exchanges found");
        return tests.stream();
    }

    private static List<Candidate> documents(Map<String, Object> topic) {
        List<Candidate> documents = new ArrayList<>();
        for (Object step : PlainJson.array(topic.get("setup"))) {
            Map<String, Object> request =
                    PlainJson.object(PlainJson.object(step).get("request"));
            if (((String) request.get("path")).endsWith("/_bulk_docs")) {
                for (Object document :
                        PlainJson.array(PlainJson.object(request.get("body")).get("docs"))) {
                    Map<String, Object> body = new LinkedHashMap<>(PlainJson.object(document));
                    String id = (String) body.remove("_id");
                    documents.add(new Candidate(
                            id, "1-a", false, PlainJson.print(body).getBytes(UTF_8)));
                }
            }
        }
        return documents;
    }

    private static void check(String selector, Map<String, Object> response, List<Candidate> documents) {
        byte[] json = selector.getBytes(UTF_8);
        Object answer =
                response.get("body") == null ? PlainJson.parse((String) response.get("text")) : response.get("body");
        Map<String, Object> body = PlainJson.object(answer);
        int status = ((Number) response.get("status")).intValue();
        if (status == 200) {
            Selector compiled = Selector.compileForFind(json, 0, json.length, SelectorLimits.DEFAULT);
            Set<Object> expected = new TreeSet<>();
            PlainJson.array(body.get("docs"))
                    .forEach(document -> expected.add(PlainJson.object(document).get("_id")));
            Set<Object> matched = new TreeSet<>();
            documents.stream().filter(compiled::matches).forEach(document -> matched.add(document.id()));
            assertEquals(expected, matched);
            return;
        }
        CouchError error = assertThrows(
                        CouchException.class,
                        () -> Selector.compileForFind(json, 0, json.length, SelectorLimits.DEFAULT))
                .error();
        // A division by zero is a 500 there; here it is the client's mistake.
        CouchError expected = status == 500
                ? new CouchError(400, "bad_arg", "Bad argument for operator $mod: [0,1]")
                : new CouchError(status, (String) body.get("error"), (String) body.get("reason"));
        assertEquals(expected, error);
    }
}
