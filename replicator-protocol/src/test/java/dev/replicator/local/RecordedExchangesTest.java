package dev.replicator.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.store.MemoryStore;
import dev.replicator.testing.Recordings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a real CouchDB answered, topic by topic, played in order against the operations of this package: revision ids,
 * bodies, trees, attachments, feeds. Exchanges that are about HTTP or about what is not built here are named; every
 * other one must be answered as recorded.
 */
class RecordedExchangesTest {
    private static final Comparator<JsonNode> BY_VALUE = (one, other) -> one.isNumber() && other.isNumber()
            ? one.decimalValue().compareTo(other.decimalValue())
            : one.equals(other) ? 0 : 1;

    @TestFactory
    Stream<DynamicTest> revisionIds() {
        return play("revids");
    }

    @TestFactory
    Stream<DynamicTest> members() {
        return play("members");
    }

    @TestFactory
    Stream<DynamicTest> documents() {
        return play(
                "documents",
                // Preconditions, methods, content types, paths.
                "head",
                "get not modified",
                "get star if-none-match",
                "rev in query and body differ",
                "rev in query and If-Match differ",
                "id of invalid UTF-8",
                "post without content type",
                "post wrong content type",
                "post batch",
                "put batch",
                "missing document head",
                "open revs all multipart",
                "copy",
                "copy without destination",
                "copy onto an existing document",
                "copy a missing document",
                "local docs",
                "design by escaped slash",
                "design broken view",
                "design put by nobody",
                "info at the end");
    }

    @TestFactory
    Stream<DynamicTest> bulk() {
        return play(
                "bulk",
                "bulk wrong method",
                "bulk text type",
                "revs diff not a list",
                "revs diff of an array body",
                "revs diff wrong method",
                "bulk get without docs",
                "bulk get wrong method",
                // Purging, and what is left after it.
                "purge",
                "purged is gone",
                "purged leaf is gone",
                "purge an inner rev",
                "purge bad body",
                "purged infos",
                "purge one leaf of two makes the other win",
                "winner after the purge",
                "changes after it all");
    }

    @TestFactory
    Stream<DynamicTest> attachments() {
        return play(
                "attachments",
                "head",
                "range",
                "range open",
                "range suffix",
                "range out of bounds",
                "range garbage",
                "range on text",
                "multipart get",
                "sent in an unknown encoding",
                "multipart put",
                "multipart put read",
                "multipart put by name",
                "multipart put by name read",
                "multipart put with new edits false",
                "multipart put with new edits false read",
                "multipart with a part missing",
                "multipart with a wrong length",
                "multipart without a boundary",
                "bulk get with attachments",
                "bulk get multipart",
                "open revs multipart with attachments");
    }

    @TestFactory
    Stream<DynamicTest> allDocs() {
        return play(
                "alldocs",
                "limit negative",
                "limit text",
                "startkey not JSON",
                "startkey a number",
                "keys not a list",
                "keys with skip and limit",
                "keys descending",
                "queries",
                "design docs",
                "design docs keys",
                "local docs",
                "wrong method");
    }

    @TestFactory
    Stream<DynamicTest> changes() {
        return play(
                "changes",
                "style unknown",
                // Numbers are taken here: a point in an order is a number before all.
                "since a plain number",
                "limit negative",
                "limit text",
                "feed unknown",
                // The recording ends where the client left.
                "continuous heartbeats",
                "filter doc ids without ids",
                "filter doc ids bad",
                "filter selector with fields",
                "filter function",
                "filter function with docs",
                "filter function with a parameter",
                "filter function unknown",
                "filter of a missing design document",
                "filter bad name",
                "filter that throws",
                "filter view",
                "filter view unknown",
                "filter view without a view",
                "post not JSON",
                "post text type",
                "wrong method",
                "heartbeat garbage",
                "heartbeat zero",
                "timeout garbage");
    }

    private static Stream<DynamicTest> play(String topic, String... notHere) {
        Set<String> left = new HashSet<>(Set.of(notHere));
        MemoryStore store = new MemoryStore();
        RecordedDatabase database =
                new RecordedDatabase(store.create("rec_" + topic).orElseThrow());
        List<DynamicTest> tests = new ArrayList<>();
        List<Recordings.Exchange> exchanges = Recordings.of(topic);
        for (int i = 0; i < exchanges.size(); i++) {
            Recordings.Exchange exchange = exchanges.get(i);
            List<RecordedRequest> before = setup(topic, i);
            boolean played = !left.remove(exchange.name());
            tests.add(DynamicTest.dynamicTest(exchange.name() + (played ? "" : " (not played)"), () -> {
                before.forEach(database::answer);
                if (played) {
                    check(exchange, database.answer(RecordedRequest.of(exchange.request())));
                }
            }));
        }
        assertTrue(left.isEmpty(), () -> "no such exchange: " + left);
        return tests.stream().onClose(store::close);
    }

    /** Steps that were played before an exchange and not recorded, but for making the database. */
    private static List<RecordedRequest> setup(String topic, int index) {
        return Recordings.json(topic)
                .get("setup")
                .valueStream()
                .filter(step -> step.get("before").intValue() == index)
                .map(step -> RecordedRequest.of(step.get("request")))
                .filter(request -> !request.segments().isEmpty())
                .toList();
    }

    private static void check(Recordings.Exchange exchange, RecordedAnswer answer) {
        String body = new String(answer.body(), UTF_8);
        if (exchange.status() == 500) {
            assertTrue(answer.status() >= 400 && answer.status() < 500, () -> answer.status() + " " + body);
            return;
        }
        assertEquals(exchange.status(), answer.status(), body);
        JsonNode recorded = exchange.answer();
        if (recorded.isString()) {
            assertEquals(maskSequences(recorded.stringValue()), maskSequences(body));
            return;
        }
        if (recorded.has("base64")) {
            assertEquals(recorded.get("base64").stringValue(), LocalFixture.base64(body));
            return;
        }
        JsonNode text = exchange.response().get("text");
        JsonNode expected = LocalFixture.json(
                maskSequences(text == null || text.isNull() ? recorded.toString() : text.stringValue()));
        JsonNode actual = LocalFixture.json(maskSequences(body));
        if (answer.status() == 200
                && exchange.request().get("path").stringValue().contains("filter=")) {
            // Here it is the rows after the page; CouchDB counts those left out by some filters as well.
            ((ObjectNode) expected).put("pending", 0);
        }
        assertTrue(expected.equals(BY_VALUE, actual), () -> "recorded: " + expected + "\nanswered: " + actual);
    }

    /** Only the number before the dash counts. */
    private static String maskSequences(String text) {
        return text.replaceAll("((?:seq\":|\nid: )\\s*\")(\\d+)-[^\"]*\"", "$1$2\"");
    }
}
