package dev.replicator.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.ReadOptions;
import dev.replicator.store.IdRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Listings, by ranges and by keys: their bytes, and their pages. */
class AllDocsTest extends LocalFixture {
    private static final OptionalLong ALL = OptionalLong.empty();
    private static final String NONE_REV = "1-967a00dff5e02add41819138abb3284d";

    private AllDocs list(IdRange range, long skip, OptionalLong limit) {
        return new AllDocs(db, Namespace.DOCUMENTS, new AllDocs.Query(range, skip, limit, Optional.empty(), false));
    }

    private static IdRange range(String from, String to, boolean inclusiveEnd, boolean descending) {
        return new IdRange(Optional.ofNullable(from), true, Optional.ofNullable(to), inclusiveEnd, descending);
    }

    private static String row(String id) {
        return "{\"id\":\"" + id + "\",\"key\":\"" + id + "\",\"value\":{\"rev\":\"" + NONE_REV + "\"}}";
    }

    @Test
    void isAnObjectWithARowALine() {
        assertEquals("{\"total_rows\":0,\"offset\":0,\"rows\":[\n\n]}\n", answer(list(IdRange.ALL, 0, ALL)));
        commit("{\"_id\":\"b\"}", "{\"_id\":\"a\"}", "{\"_id\":\"c\",\"_deleted\":true}");
        assertEquals(
                "{\"total_rows\":2,\"offset\":0,\"rows\":[\n" + row("a") + ",\n" + row("b") + "\n]}\n",
                answer(list(IdRange.ALL, 0, ALL)));
        assertEquals(
                "{\"total_rows\":2,\"offset\":1,\"rows\":[\n" + row("b") + "\n]}\n",
                answer(list(range("b", "c", true, false), 0, ALL)));
        AllDocs.Query sequence =
                new AllDocs.Query(IdRange.ALL, 0, OptionalLong.of(0), Optional.of(ReadOptions.PLAIN), true);
        assertEquals(
                "{\"total_rows\":2,\"offset\":0,\"update_seq\":\"" + db.last().token() + "\",\"rows\":[\n\n]}\n",
                answer(new AllDocs(db, Namespace.DOCUMENTS, sequence)));
    }

    /** Every second document is deleted; a page of the store ends within them. */
    private List<String> many(int count, String text) {
        commit(IntStream.range(0, count)
                .mapToObj(i -> "{\"_id\":\"" + id(i) + "\",\"t\":\"" + text + "\""
                        + (i % 2 == 0 ? "" : ",\"_deleted\":true") + "}")
                .toArray(String[]::new));
        return IntStream.range(0, count)
                .filter(i -> i % 2 == 0)
                .mapToObj(AllDocsTest::id)
                .toList();
    }

    private static String id(int i) {
        return "d%05d".formatted(i);
    }

    private List<String> ids(JsonNode answer) {
        List<String> ids = new ArrayList<>();
        answer.get("rows").forEach(row -> ids.add(row.get("id").stringValue()));
        return ids;
    }

    @Test
    void pagesPassDeletedDocumentsByAndEndBetweenRows() {
        List<String> live = many(2300, "x".repeat(500));
        List<List<String>> answers = new ArrayList<>();
        for (Optional<ReadOptions> documents : List.of(Optional.<ReadOptions>empty(), Optional.of(ReadOptions.PLAIN))) {
            List<String> pages = pages(
                    new AllDocs(db, Namespace.DOCUMENTS, new AllDocs.Query(IdRange.ALL, 0, ALL, documents, false)));
            assertTrue(pages.size() >= (documents.isEmpty() ? 5 : 10), pages.size() + " pages");
            for (String page : pages) {
                assertTrue(page.length() < AnswerPages.PAGE_BYTES + 2000, "a page of " + page.length());
                assertTrue(page.isEmpty() || page.endsWith("}") || page.endsWith("}\n"));
            }
            answers.add(ids(json(String.join("", pages))));
        }
        assertEquals(List.of(live, live), answers);
    }

    @Test
    void skipsAndLimitsCountLiveRowsAlone() {
        List<String> live = many(1400, "");
        for (long skip : new long[] {0, 1, 249, 250, 251, 499, 500, 699, 700, 800}) {
            for (long limit : new long[] {0, 1, 250, 500, 5000}) {
                JsonNode answer = json(answer(list(IdRange.ALL, skip, OptionalLong.of(limit))));
                assertEquals(live.stream().skip(skip).limit(limit).toList(), ids(answer), () -> skip + " " + limit);
                assertEquals(Math.min(skip, 700), answer.get("offset").longValue());
                assertEquals(700, answer.get("total_rows").longValue());
            }
        }
    }

    @Test
    void rangesBothWays() {
        List<String> live = many(1200, "");
        Stream<String> within = live.stream().filter(id -> id.compareTo("d00100") >= 0 && id.compareTo("d01100") < 0);
        assertEquals(within.toList(), ids(json(answer(list(range("d00100", "d01100", false, false), 0, ALL)))));
        JsonNode down = json(answer(list(range("d01100", "d00100", true, true), 0, ALL)));
        assertEquals(
                live.reversed().stream()
                        .filter(id -> id.compareTo("d00100") >= 0 && id.compareTo("d01100") <= 0)
                        .toList(),
                ids(down));
        assertEquals(49, down.get("offset").longValue());
    }

    @Test
    void anOffsetThatWouldCostAScanIsNull() {
        many(2200, "");
        assertEquals(
                500,
                json(answer(list(range("d00999", null, true, false), 0, OptionalLong.of(1))))
                        .get("offset")
                        .longValue());
        assertTrue(json(answer(list(range("d01000", null, true, false), 0, OptionalLong.of(1))))
                .get("offset")
                .isNull());
    }

    // ---- design documents

    private AllDocs design(IdRange range) {
        return new AllDocs(
                db, Namespace.DESIGN, new AllDocs.Query(range, 0, ALL, Optional.of(ReadOptions.PLAIN), false));
    }

    @Test
    void designDocumentsAreListedAndCountedAlone() {
        commit("{\"_id\":\"_design/b\"}", "{\"_id\":\"_design/a\"}", "{\"_id\":\"a\"}", "{\"_id\":\"A\"}");
        commit("{\"_id\":\"_design/gone\",\"_deleted\":true}");
        JsonNode all = json(answer(design(IdRange.ALL)));
        assertEquals(List.of("_design/a", "_design/b"), ids(all));
        assertEquals("_design/a", all.at("/rows/0/doc/_id").stringValue());
        assertEquals(2, all.get("total_rows").longValue());
        assertEquals(1, all.get("offset").longValue());
        assertEquals(List.of("_design/b"), ids(json(answer(design(range("_design/aa", null, true, false))))));
        assertEquals(List.of("_design/b", "_design/a"), ids(json(answer(design(range("z", "_design/a", true, true))))));
        JsonNode none = json(answer(design(range("a", null, true, false))));
        assertEquals(List.of(), ids(none));
        assertEquals(2, none.get("total_rows").longValue());
    }

    @Test
    void manyDesignDocumentsAreCounted() {
        commit(IntStream.range(0, 1201)
                .mapToObj(i -> "{\"_id\":\"_design/" + id(i) + "\"" + (i % 3 == 0 ? ",\"_deleted\":true}" : "}"))
                .toArray(String[]::new));
        JsonNode all = json(answer(design(IdRange.ALL)));
        assertEquals(800, all.get("total_rows").longValue());
        assertEquals(800, all.get("rows").size());
    }

    /** No more rows come before than are listed in all, however many documents there are. */
    @Test
    void theOffsetOfDesignDocumentsIsKnownAmongManyDocuments() {
        commit("{\"_id\":\"_design/a\"}");
        commit(IntStream.range(0, 1100)
                .mapToObj(i -> "{\"_id\":\"A" + i + "\"}")
                .toArray(String[]::new));
        assertEquals(1, json(answer(design(IdRange.ALL))).get("offset").longValue());
    }

    // ---- by keys

    private DocsByKeys byKeys(Optional<ReadOptions> documents, List<String> keys) {
        return new DocsByKeys(
                db,
                Namespace.DOCUMENTS,
                keys.stream()
                        .map(key -> new DocsByKeys.Key(
                                key.getBytes(UTF_8),
                                key.startsWith("\"") ? Optional.of(json(key).stringValue()) : Optional.empty()))
                        .toList(),
                documents,
                false);
    }

    @Test
    void keysAreAnsweredOneByOne() {
        commit("{\"_id\":\"a\"}");
        String tombstone = put("{\"_id\":\"c\",\"_deleted\":true}").toString();
        assertEquals(
                "{\"total_rows\":1,\"offset\":null,\"rows\":[\n\n]}\n", answer(byKeys(Optional.empty(), List.of())));
        assertEquals(
                "{\"total_rows\":1,\"offset\":null,\"rows\":[\n"
                        + "{\"id\":\"c\",\"key\":\"c\",\"value\":{\"rev\":\"" + tombstone
                        + "\",\"deleted\":true},\"doc\":null},\n"
                        + "{\"key\":\"no\\u0031ne\",\"error\":\"not_found\"},\n"
                        + "{\"key\":{\"x\":[1]},\"error\":\"not_found\"},\n"
                        + "{\"id\":\"a\",\"key\":\"a\",\"value\":{\"rev\":\"" + NONE_REV
                        + "\"},\"doc\":{\"_id\":\"a\",\"_rev\":\"" + NONE_REV + "\"}}\n]}\n",
                answer(byKeys(
                        Optional.of(ReadOptions.PLAIN), List.of("\"c\"", "\"no\\u0031ne\"", "{\"x\":[1]}", "\"a\""))));
    }

    @Test
    void manyKeysArePaged() {
        many(1300, "x".repeat(300));
        List<String> keys = IntStream.range(0, 1300)
                .mapToObj(i -> "\"" + id(1299 - i) + "\"")
                .toList();
        List<String> pages = pages(byKeys(Optional.of(ReadOptions.PLAIN), keys));
        assertTrue(pages.size() > 3, pages.size() + " pages");
        JsonNode rows = json(String.join("", pages)).get("rows");
        assertEquals(1300, rows.size());
        for (int i = 0; i < 1300; i++) {
            assertEquals(id(1299 - i), rows.get(i).get("id").stringValue());
            assertEquals(i % 2 == 0, rows.get(i).at("/value/deleted").booleanValue(false));
        }
    }
}
