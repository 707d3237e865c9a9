package dev.replicator.conformance.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The requests do what the figures will be called after. */
final class WorkloadsTest {
    private static final Dataset DATASET =
            new Dataset(Database.of(new Endpoint("127.0.0.1", 5984, "Basic eDp5"), "test"), 5000);

    @Test
    void documentsHaveTheSizeOfTheBaseline() {
        assertEquals(287, SampleDocument.created().getBytes(UTF_8).length);
        assertTrue(JsonMapper.shared().readTree(SampleDocument.withoutId()).isObject());
    }

    @Test
    void everyNewDocumentHasAnIdOfItsOwn() {
        for (String name : new String[] {"bulk_docs", "bulk_docs_ascending", "bulk_docs_replicated"}) {
            Set<String> ids = new HashSet<>();
            for (int connection = 0; connection < 2; connection++) {
                Requests requests = workload(name).maker().requests(DATASET, connection);
                for (int i = 0; i < 2; i++) {
                    body(requests.next())
                            .path("docs")
                            .forEach(doc -> ids.add(doc.path("_id").asString()));
                }
            }
            assertEquals(4000, ids.size(), name);
        }
    }

    @Test
    void ascendingIdsAscend() {
        Requests requests = workload("bulk_docs_ascending").maker().requests(DATASET, 0);
        String last = "";
        for (JsonNode doc : body(requests.next()).path("docs")) {
            String id = doc.path("_id").asString();
            assertTrue(id.compareTo(last) > 0, id + " after " + last);
            last = id;
        }
    }

    @Test
    void replicatedDocumentsHaveAHistoryOfThree() {
        Requests requests = workload("bulk_docs_replicated").maker().requests(DATASET, 0);
        JsonNode body = body(requests.next());
        assertEquals(false, body.path("new_edits").asBoolean());
        JsonNode doc = body.path("docs").path(7);
        JsonNode history = doc.path("_revisions").path("ids");
        assertEquals("3-" + history.path(0).asString(), doc.path("_rev").asString());
        assertEquals(3, history.size());
        assertNotEquals(history.path(1), history.path(2));
    }

    @Test
    void readersAskForThousandDifferentDocuments() {
        assertEquals(
                1000,
                body(workload("revs_diff").maker().requests(DATASET, 3).next()).size());
        Set<JsonNode> docs = new HashSet<>();
        body(workload("bulk_get").maker().requests(DATASET, 3).next())
                .path("docs")
                .forEach(docs::add);
        assertEquals(1000, docs.size());
    }

    private static Workload workload(String name) {
        return Workloads.ALL.stream()
                .filter(workload -> workload.name().equals(name))
                .findAny()
                .orElseThrow();
    }

    private static JsonNode body(byte[] request) {
        String text = new String(request, UTF_8);
        int end = text.indexOf("\r\n\r\n");
        String body = text.substring(end + 4);
        assertTrue(text.substring(0, end).contains("\r\nContent-Length: " + body.length()), "its length");
        return JsonMapper.shared().readTree(body);
    }
}
