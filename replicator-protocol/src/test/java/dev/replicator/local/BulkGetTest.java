package dev.replicator.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.ReadOptions;
import dev.replicator.multipart.MultipartFraming;
import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BulkGetTest extends LocalFixture {
    private static BulkGet.Request ask(String id, String revisionOrNull) {
        return new BulkGet.Request(Optional.of(id), Optional.ofNullable(revisionOrNull), Optional.empty());
    }

    private String get(boolean latest, BulkGet.Request... requests) {
        return answer(BulkGet.json(db, List.of(requests), latest, ReadOptions.PLAIN));
    }

    @Test
    void nothingAskedNothingAnswered() {
        assertEquals("{\"results\":[]}\n", get(false));
    }

    @Test
    void whatIsWrongWithOneRequestFailsNoOther() {
        replicate("{\"_id\":\"a\",\"_rev\":\"1-a\",\"n\":1}");
        assertEquals(
                "{\"results\":["
                        + "{\"id\":\"a\",\"docs\":[{\"error\":{\"id\":\"a\",\"rev\":\"z\\\"z\",\"error\":\"bad_request\","
                        + "\"reason\":\"Invalid rev format\"}}]},"
                        + "{\"id\":null,\"docs\":[{\"error\":{\"id\":null,\"rev\":null,\"error\":\"bad_request\","
                        + "\"reason\":\"document id missed\"}}]},"
                        + "{\"id\":\"none\",\"docs\":[{\"error\":{\"id\":\"none\",\"rev\":\"undefined\","
                        + "\"error\":\"not_found\",\"reason\":\"missing\"}}]},"
                        + "{\"id\":\"none\",\"docs\":[{\"error\":{\"id\":\"none\",\"rev\":\"1-a\","
                        + "\"error\":\"not_found\",\"reason\":\"missing\"}}]},"
                        + "{\"id\":\"a\",\"docs\":[{\"ok\":{\"_id\":\"a\",\"_rev\":\"1-a\",\"n\":1}}]}]}\n",
                get(
                        false,
                        ask("a", "z\"z"),
                        new BulkGet.Request(Optional.empty(), Optional.of("1-a"), Optional.empty()),
                        ask("none", null),
                        ask("none", "1-a"),
                        ask("a", "1-a")));
    }

    @Test
    void latestGivesTheLeavesThatCameOfARevision() {
        replicate(
                "{\"_id\":\"a\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]}}",
                "{\"_id\":\"a\",\"_revisions\":{\"start\":2,\"ids\":[\"c\",\"a\"]},\"_deleted\":true}");
        assertEquals(
                "{\"results\":[{\"id\":\"a\",\"docs\":[{\"ok\":{\"_id\":\"a\",\"_rev\":\"2-b\"}},"
                        + "{\"ok\":{\"_id\":\"a\",\"_rev\":\"2-c\",\"_deleted\":true}}]}]}\n",
                get(true, ask("a", "1-a")));
        assertEquals(get(true, ask("a", "1-a")), get(false, ask("a", null)));
        assertTrue(get(false, ask("a", "1-a")).contains("\"error\":\"not_found\""));
    }

    @Test
    void eachRequestSaysWhichAttachmentsItHas() {
        String attachments = "\"_attachments\":{\"f\":{\"content_type\":\"image/x\",\"revpos\":1,\"data\":\"QUJD\"}}";
        replicate("{\"_id\":\"a\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]}," + attachments + "}");
        ReadOptions options = new ReadOptions(false, false, false, false, false, true, Optional.empty(), false);
        List<BulkGet.Request> requests = List.of(
                ask("a", "2-b"),
                new BulkGet.Request(Optional.of("a"), Optional.of("2-b"), Optional.of(List.of("1-a"))));
        JsonNode answer = json(answer(BulkGet.json(db, requests, false, options)));
        assertEquals(
                "QUJD", answer.at("/results/0/docs/0/ok/_attachments/f/data").stringValue());
        assertTrue(answer.at("/results/1/docs/0/ok/_attachments/f/stub").booleanValue());
    }

    @Test
    void manyRequestsArePagedBetweenThem() {
        commit(IntStream.range(0, 350)
                .mapToObj(i -> "{\"_id\":\"d" + i + "\",\"t\":\"" + "x".repeat(1000) + "\"}")
                .toArray(String[]::new));
        BulkGet.Request[] requests = IntStream.range(0, 350)
                .mapToObj(i -> ask("d" + (349 - i), null))
                .toArray(BulkGet.Request[]::new);
        List<String> pages = pages(BulkGet.json(db, List.of(requests), false, ReadOptions.PLAIN));
        assertTrue(pages.size() > 5, pages.size() + " pages");
        pages.forEach(page -> assertTrue(page.length() < AnswerPages.PAGE_BYTES + 2000, "a page of " + page.length()));
        JsonNode results = json(String.join("", pages)).get("results");
        for (int i = 0; i < 350; i++) {
            assertEquals("d" + (349 - i), results.get(i).at("/docs/0/ok/_id").stringValue());
        }
        assertEquals(350, results.size());
    }

    @Test
    void aBodyDroppedMeanwhileIsMissingInItsRow() {
        Revision first = put("{\"_id\":\"a\"}");
        put("{\"_id\":\"a\",\"_rev\":\"" + first + "\",\"n\":1}");
        HookedDatabase hooked = new HookedDatabase(db);
        hooked.before("content", 1, () -> db.compact().toCompletableFuture().join());
        BulkGet get = BulkGet.json(
                hooked.database(), List.of(ask("a", first.toString()), ask("a", null)), false, ReadOptions.PLAIN);
        JsonNode results = json(answer(get)).get("results");
        assertEquals("missing", results.at("/0/docs/0/error/reason").stringValue());
        assertEquals(first.toString(), results.at("/0/docs/0/error/rev").stringValue());
        assertEquals(1, results.at("/1/docs/0/ok/n").intValue());
    }

    @Test
    void whatTheReaderHasIsReadFromEachRequest() {
        replicate("{\"_id\":\"a\",\"_rev\":\"1-a\"}");
        BulkGet.Request bad =
                new BulkGet.Request(Optional.of("a"), Optional.of("1-a"), Optional.of(List.of("1-a", "zz")));
        JsonNode results = json(get(false, bad, ask("a", "1-a"))).get("results");
        assertEquals("bad_request", results.at("/0/docs/0/error/error").stringValue());
        assertEquals("zz", results.at("/0/docs/0/error/rev").stringValue());
        assertEquals("1-a", results.at("/1/docs/0/ok/_rev").stringValue());
    }

    // ---- as a multipart body

    private String multipart(Database database, BulkGet.Request... requests) {
        return answer(BulkGet.multipart(
                database,
                List.of(requests),
                false,
                ReadOptions.PLAIN,
                new MultipartFraming("B"),
                new MultipartFraming("I")));
    }

    @Test
    void eachRevisionAndErrorIsAPart() {
        replicate(
                "{\"_id\":\"a\",\"_rev\":\"1-a\",\"_attachments\":{\"f\":{\"content_type\":\"image/x\",\"data\":\"QUJD\"}}}",
                "{\"_id\":\"ü\\n\",\"_rev\":\"1-b\"}");
        String digest = "md5-kC+90rHfDE9wtKXSNSXpMg==";
        assertEquals(
                "\r\n--B\r\nX-Doc-Id: a\r\nX-Rev-Id: 1-a\r\nContent-Type: multipart/related; boundary=I\r\n\r\n"
                        + "--I\r\nContent-Type: application/json\r\n\r\n"
                        + "{\"_id\":\"a\",\"_rev\":\"1-a\",\"_attachments\":{\"f\":{\"content_type\":\"image/x\","
                        + "\"revpos\":1,\"digest\":\"DIGEST\",\"length\":3,\"follows\":true}}}"
                        + "\r\n--I\r\nContent-Disposition: attachment; filename=\"f\"\r\n"
                        + "Content-Type: image/x\r\nContent-Length: 3\r\n\r\nABC\r\n--I--"
                        + "\r\n--B\r\nX-Doc-Id: ü \r\nX-Rev-Id: 1-b\r\nContent-Type: application/json\r\n\r\n"
                        + "{\"_id\":\"ü\\n\",\"_rev\":\"1-b\"}"
                        + "\r\n--B\r\nContent-Type: application/json; error=\"true\"\r\n\r\n"
                        + "{\"id\":\"none\",\"rev\":\"undefined\",\"error\":\"not_found\",\"reason\":\"missing\"}"
                        + "\r\n--B\r\nContent-Type: application/json; error=\"true\"\r\n\r\n"
                        + "{\"id\":null,\"rev\":null,\"error\":\"bad_request\",\"reason\":\"document id missed\"}"
                        + "\r\n--B--\r\n",
                multipart(
                                db,
                                ask("a", null),
                                ask("ü\n", null),
                                ask("none", null),
                                new BulkGet.Request(Optional.empty(), Optional.empty(), Optional.empty()))
                        .replace(digest, "DIGEST"));
        assertEquals("\r\n--B--\r\n", multipart(db));
    }

    @Test
    void whatTheReaderHasDoesNotFollow() {
        String attachments = "\"_attachments\":{\"f\":{\"content_type\":\"image/x\",\"revpos\":1,\"data\":\"QUJD\"}}";
        replicate("{\"_id\":\"a\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]}," + attachments + "}");
        String answer = multipart(
                db, new BulkGet.Request(Optional.of("a"), Optional.of("2-b"), Optional.of(List.of("9-x", "1-a"))));
        assertTrue(answer.contains("X-Rev-Id: 2-b\r\nContent-Type: application/json\r\n\r\n"), answer);
        assertTrue(answer.contains("\"length\":3,\"stub\":true"), answer);
    }

    @Test
    void aBodyDroppedMeanwhileIsAnErrorAmongTheParts() {
        Revision first = put("{\"_id\":\"a\"}");
        put("{\"_id\":\"a\",\"_rev\":\"" + first + "\",\"n\":1}");
        HookedDatabase hooked = new HookedDatabase(db);
        hooked.before("content", 1, () -> db.compact().toCompletableFuture().join());
        String answer = multipart(hooked.database(), ask("a", first.toString()), ask("a", null));
        assertTrue(answer.startsWith("\r\n--B\r\nContent-Type: application/json; error=\"true\"\r\n\r\n"), answer);
        assertTrue(answer.contains("\"rev\":\"" + first + "\""), answer);
        assertTrue(answer.endsWith("\"n\":1}\r\n--B--\r\n"), answer);
    }

    @Test
    void manyPartsArePagedBetweenThem() {
        commit(IntStream.range(0, 350)
                .mapToObj(i -> "{\"_id\":\"d" + i + "\",\"t\":\"" + "x".repeat(1000) + "\"}")
                .toArray(String[]::new));
        List<String> pages = pages(BulkGet.multipart(
                db,
                IntStream.range(0, 350).mapToObj(i -> ask("d" + i, null)).toList(),
                false,
                ReadOptions.PLAIN,
                new MultipartFraming("B"),
                new MultipartFraming("I")));
        assertTrue(pages.size() > 5, pages.size() + " pages");
        pages.forEach(page -> assertTrue(page.length() < AnswerPages.PAGE_BYTES + 2000, "a page of " + page.length()));
        assertEquals(350 + 2, String.join("", pages).split("--B", -1).length);
    }
}
