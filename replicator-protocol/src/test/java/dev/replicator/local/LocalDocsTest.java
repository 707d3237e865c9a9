package dev.replicator.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.ReadOptions;
import dev.replicator.store.Edit;
import dev.replicator.store.IdRange;
import dev.replicator.store.LocalDocument;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Listings of local documents, by ranges and by keys: their bytes, and their pages. */
class LocalDocsTest extends LocalFixture {
    private static final OptionalLong ALL = OptionalLong.empty();
    private static final Optional<ReadOptions> WITH_DOCUMENTS = Optional.of(ReadOptions.PLAIN);
    private static final String BEGIN = "{\"total_rows\":null,\"offset\":null,\"rows\":[\n";

    private void local(String id, long revision, String body) {
        List<Edit> put = List.of(new Edit.PutLocal(new LocalDocument(id, revision, body.getBytes(UTF_8))));
        db.commit(put).toCompletableFuture().join();
    }

    private List<String> many(int count, String body) {
        List<String> ids =
                IntStream.range(0, count).mapToObj("d%04d"::formatted).toList();
        ids.forEach(id -> local(id, 1, body));
        return ids.stream().map(id -> "_local/" + id).toList();
    }

    private LocalDocs list(IdRange range, long skip, OptionalLong limit, Optional<ReadOptions> documents) {
        return new LocalDocs(db, new AllDocs.Query(range, skip, limit, documents, false));
    }

    private static IdRange range(String from, String to, boolean descending) {
        return new IdRange(Optional.of(from), true, Optional.of(to), true, descending);
    }

    private static List<String> ids(String answer) {
        return json(answer)
                .get("rows")
                .valueStream()
                .map(row -> row.get("id").stringValue())
                .toList();
    }

    private static String row(String id, int revision, String rest) {
        return "{\"id\":\"_local/" + id + "\",\"key\":\"_local/" + id + "\",\"value\":{\"rev\":\"0-" + revision + "\"}"
                + rest + "}";
    }

    @Test
    void isAnObjectWithARowALine() {
        assertEquals(BEGIN + "\n]}\n", answer(list(IdRange.ALL, 0, ALL, Optional.empty())));
        local("b", 1, "{}");
        local("a", 12, "{\"n\":1.0}");
        commit("{\"_id\":\"a\"}");
        assertEquals(
                BEGIN + row("a", 12, "") + ",\n" + row("b", 1, "") + "\n]}\n",
                answer(list(IdRange.ALL, 0, ALL, Optional.empty())));
        assertEquals(
                BEGIN + row("b", 1, ",\"doc\":{\"_id\":\"_local/b\",\"_rev\":\"0-1\"}") + ",\n"
                        + row("a", 12, ",\"doc\":{\"_id\":\"_local/a\",\"_rev\":\"0-12\",\"n\":1.0}") + "\n]}\n",
                answer(list(range("_local/z", "_local/a", true), 0, ALL, WITH_DOCUMENTS)));
        AllDocs.Query sequence = new AllDocs.Query(IdRange.ALL, 0, OptionalLong.of(0), Optional.empty(), true);
        assertEquals(
                "{\"total_rows\":null,\"offset\":null,\"update_seq\":\""
                        + db.last().token() + "\",\"rows\":[\n\n]}\n",
                answer(new LocalDocs(db, sequence)));
    }

    @Test
    void keysOutsideAreBeforeOrBehindAll() {
        List<String> ids = many(3, "{}");
        assertEquals(ids, ids(answer(list(range("A", "a", false), 0, ALL, Optional.empty()))));
        assertEquals(ids.reversed(), ids(answer(list(range("a", "A", true), 0, ALL, Optional.empty()))));
        assertEquals(List.of(), ids(answer(list(range("d0000", "d9999", false), 0, ALL, Optional.empty()))));
    }

    @Test
    void skipsLimitsAndPages() {
        List<String> ids = many(250, "{}");
        for (boolean descending : new boolean[] {false, true}) {
            List<String> ordered = descending ? ids.reversed() : ids;
            IdRange all = new IdRange(Optional.empty(), true, Optional.empty(), true, descending);
            for (long skip : new long[] {0, 1, 99, 100, 249, 300}) {
                for (long limit : new long[] {0, 1, 100, 101, 500}) {
                    assertEquals(
                            ordered.stream().skip(skip).limit(limit).toList(),
                            ids(answer(list(all, skip, OptionalLong.of(limit), Optional.empty()))),
                            () -> descending + " " + skip + " " + limit);
                }
            }
            assertEquals(ordered, ids(answer(list(all, 0, ALL, Optional.empty()))));
        }
    }

    @Test
    void pagesAreBoundedAndEndBetweenRows() {
        String body = "{\"t\":\"" + "x".repeat(3000) + "\"}";
        List<String> ids = many(60, body);
        List<DocsByKeys.Key> keys = ids.stream().map(LocalDocsTest::key).toList();
        for (AnswerPages listing :
                List.of(list(IdRange.ALL, 0, ALL, WITH_DOCUMENTS), new LocalDocsByKeys(db, keys, true, false))) {
            List<String> pages = pages(listing);
            assertTrue(pages.size() >= 3, pages.size() + " pages");
            for (String page : pages) {
                assertTrue(page.length() < AnswerPages.PAGE_BYTES + 4000, "a page of " + page.length());
            }
            assertEquals(ids, ids(String.join("", pages)));
        }
    }

    private static DocsByKeys.Key key(String id) {
        return new DocsByKeys.Key(('"' + id + '"').getBytes(UTF_8), Optional.of(id));
    }

    @Test
    void keysAreAnsweredOneByOne() {
        local("a", 3, "{}");
        local("b", 1, "{}");
        assertEquals(BEGIN + "\n]}\n", answer(new LocalDocsByKeys(db, List.of(), false, false)));
        List<DocsByKeys.Key> keys = Stream.of("_local/b", "_local/none", "a", "_local/a", "_local/b")
                .map(LocalDocsTest::key)
                .toList();
        assertEquals(
                BEGIN + row("b", 1, "") + ",\n{\"key\":\"_local/none\",\"error\":\"not_found\"},\n"
                        + "{\"key\":\"a\",\"error\":\"not_found\"},\n" + row("a", 3, "") + ",\n" + row("b", 1, "")
                        + "\n]}\n",
                answer(new LocalDocsByKeys(db, keys, false, false)));
    }
}
