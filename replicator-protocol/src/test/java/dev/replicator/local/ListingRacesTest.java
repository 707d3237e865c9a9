package dev.replicator.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.changes.ChangesFilter;
import dev.replicator.changes.ChangesQuery;
import dev.replicator.document.ReadOptions;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.selector.Selector;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.IdRange;
import dev.replicator.store.StoreException;
import dev.replicator.store.StoredDocument;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A document that a listing came upon is replaced, and its body dropped, before the listing reads the body. */
class ListingRacesTest extends LocalFixture {
    private static final Optional<ReadOptions> WITH_DOCUMENTS = Optional.of(ReadOptions.PLAIN);

    private final HookedDatabase hooked = new HookedDatabase(db);
    private final Database raced = hooked.database();

    private void raceWith(String next) {
        Revision first = put("{\"_id\":\"a\",\"n\":1}");
        put("{\"_id\":\"b\",\"n\":1}");
        hooked.before("content", 1, () -> {
            put("{\"_id\":\"a\",\"_rev\":\"" + first + "\"," + next + "}");
            db.compact().toCompletableFuture().join();
        });
    }

    private AllDocs range() {
        return new AllDocs(
                raced,
                Namespace.DOCUMENTS,
                new AllDocs.Query(IdRange.ALL, 0, OptionalLong.empty(), WITH_DOCUMENTS, false));
    }

    private DocsByKeys byKeys() {
        List<DocsByKeys.Key> keys = Stream.of("a", "b")
                .map(id -> new DocsByKeys.Key(('"' + id + '"').getBytes(UTF_8), Optional.of(id)))
                .toList();
        return new DocsByKeys(raced, Namespace.DOCUMENTS, keys, WITH_DOCUMENTS, false);
    }

    private ChangesFeed changes(Optional<ChangesFilter> filter, Optional<ReadOptions> documents) {
        return new ChangesFeed(
                raced,
                new ChangesQuery(
                        ChangesQuery.Kind.NORMAL,
                        "0",
                        false,
                        false,
                        false,
                        OptionalLong.empty(),
                        filter,
                        documents,
                        1,
                        OptionalLong.empty(),
                        ChangesQuery.MAX_TIMEOUT));
    }

    @Test
    void aRangeGivesTheNewWinner() {
        raceWith("\"n\":2");
        String answer = answer(range());
        assertTrue(answer.contains("\"n\":2") && answer.contains("\"id\":\"b\""), answer);
        assertEquals(2, json(answer).get("rows").size());
        assertEquals(
                json(answer).at("/rows/0/value/rev"), json(answer).at("/rows/0/doc/_rev"), "row and document agree");
    }

    @Test
    void aRangeLeavesOutWhatWasDeleted() {
        raceWith("\"_deleted\":true");
        String answer = answer(range());
        assertEquals(1, json(answer).get("rows").size(), answer);
        assertEquals("b", json(answer).at("/rows/0/id").stringValue());
    }

    @Test
    void keysGiveTheNewWinner() {
        raceWith("\"_deleted\":true");
        String answer = answer(byKeys());
        assertTrue(json(answer).at("/rows/0/value/deleted").booleanValue(), answer);
        assertTrue(json(answer).at("/rows/0/doc").isNull());
        assertEquals("b", json(answer).at("/rows/1/id").stringValue());
    }

    @Test
    void changesGiveTheNewWinner() {
        raceWith("\"n\":2");
        String answer = answer(changes(Optional.empty(), WITH_DOCUMENTS));
        assertEquals(2, json(answer).at("/results/0/doc/n").intValue(), answer);
        assertEquals(2, json(answer).get("results").size());
    }

    @Test
    void aSelectorSeesTheNewWinner() {
        raceWith("\"n\":2");
        byte[] selector = "{\"n\":1}".getBytes(UTF_8);
        ChangesFilter filter =
                new ChangesFilter.Matching(Selector.compile(selector, 0, selector.length), Optional.empty());
        String answer = answer(changes(Optional.of(filter), Optional.empty()));
        assertFalse(answer.contains("\"id\":\"a\""), answer);
        assertTrue(answer.contains("\"id\":\"b\""), answer);
    }

    @Test
    void whatWasPurgedIsNoLongerListed() {
        for (int i = 0; i < 4; i++) {
            Revision only = put("{\"_id\":\"a\",\"n\":1}");
            if (i == 0) {
                put("{\"_id\":\"b\",\"n\":1}");
            }
            hooked.before(
                    "content",
                    1,
                    () -> db.commit(List.of(new Edit.Purge("a", List.of(only))))
                            .toCompletableFuture()
                            .join());
            byte[] selector = "{\"n\":1}".getBytes(UTF_8);
            ChangesFilter filter =
                    new ChangesFilter.Matching(Selector.compile(selector, 0, selector.length), Optional.empty());
            JsonNode answer = json(answer(
                    switch (i) {
                        case 0 -> range();
                        case 1 -> byKeys();
                        case 2 -> changes(Optional.of(filter), Optional.empty());
                        default -> changes(Optional.empty(), WITH_DOCUMENTS);
                    }));
            switch (i) {
                case 0 -> assertEquals("b", answer.at("/rows/0/id").stringValue());
                case 1 -> assertEquals("not_found", answer.at("/rows/0/error").stringValue());
                case 2 -> assertEquals("b", answer.at("/results/0/id").stringValue());
                default -> {
                    assertEquals("a", answer.at("/results/1/id").stringValue());
                    assertTrue(answer.at("/results/1/doc").isNull());
                }
            }
        }
    }

    @Test
    void openRevisionsTellWhatIsGone() {
        Revision first = put("{\"_id\":\"a\",\"n\":1}");
        Revision second = put("{\"_id\":\"a\",\"_rev\":\"" + first + "\",\"n\":2}");
        StoredDocument document = document("a");
        List<DocumentReader.Opened> opened = DocumentReader.open(Optional.of(document), List.of(first, second), false);
        hooked.before("content", 1, () -> db.compact().toCompletableFuture().join());
        assertEquals(
                "[{\"missing\":\"" + first + "\"},{\"ok\":{\"_id\":\"a\",\"_rev\":\"" + second + "\",\"n\":2}}]\n",
                answer(new OpenRevisions(raced, Optional.of(document), opened, ReadOptions.PLAIN)));
    }

    /** A body that the tree of now says is kept, and is not there, is no race. */
    @Test
    void aLostBodyIsCorruption() {
        put("{\"_id\":\"a\",\"n\":1}");
        Database lossy = (Database) Proxy.newProxyInstance(
                Database.class.getClassLoader(),
                new Class<?>[] {Database.class},
                (_, called, arguments) ->
                        called.getName().equals("content") ? Optional.empty() : called.invoke(db, arguments));
        DocumentReader reader = new DocumentReader(lossy);
        StoredDocument document = document("a");
        RevisionNode winner = document.tree().winner();
        assertThrows(StoreException.Corrupt.class, () -> reader.winner(document));
        assertThrows(StoreException.Corrupt.class, () -> reader.content(document, winner));
    }
}
