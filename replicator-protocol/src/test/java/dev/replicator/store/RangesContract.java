package dev.replicator.store;

import static dev.replicator.store.TestEdits.delete;
import static dev.replicator.store.TestEdits.insert;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.revision.Revision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reading documents in ranges of their ids. */
abstract class RangesContract extends StoreFixture {
    /** In the order of UTF-8 bytes, which is not Java's for the last two. */
    private static final List<String> IDS = List.of(
            "A", "_design/d", "a", "a/1", "aa", "b", "b\u0000", "b\u0000c", "c", "\u00e9", "\uffee", "\ud83d\ude00");

    private static final List<String> DELETED = List.of("aa", "c");

    private void fill() {
        commit(IDS.reversed().stream().map(id -> (Edit) insert(id, "{}")).toList());
        for (String id : DELETED) {
            Revision revision = document(id).tree().winner().revision();
            commit(delete(id, revision));
        }
    }

    private List<String> read(IdRange range, int page) {
        List<String> ids = new ArrayList<>();
        IdRange rest = range;
        while (true) {
            List<StoredDocument> documents = db.documents(rest, page);
            documents.forEach(document -> ids.add(document.id()));
            assertTrue(ids.size() <= IDS.size(), "an id came twice");
            if (documents.size() < page) {
                return ids;
            }
            rest = rest.after(documents.getLast().id());
        }
    }

    private static List<String> expected(IdRange range) {
        List<String> ids = new ArrayList<>();
        for (String id : range.descending() ? IDS.reversed() : IDS) {
            int direction = range.descending() ? -1 : 1;
            int afterFrom =
                    range.from().map(from -> direction * compare(id, from)).orElse(1);
            int afterTo = range.to().map(to -> direction * compare(id, to)).orElse(-1);
            if ((afterFrom > 0 || (afterFrom == 0 && range.fromInclusive()))
                    && (afterTo < 0 || (afterTo == 0 && range.toInclusive()))) {
                ids.add(id);
            }
        }
        return ids;
    }

    private static int compare(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));
    }

    private static List<IdRange> ranges() {
        List<Optional<String>> bounds =
                new ArrayList<>(IDS.stream().map(Optional::of).toList());
        bounds.addAll(List.of(Optional.empty(), Optional.of(""), Optional.of("a\u0000"), Optional.of("bb")));
        List<IdRange> ranges = new ArrayList<>();
        for (Optional<String> from : bounds) {
            for (Optional<String> to : bounds) {
                for (int flags = 0; flags < 8; flags++) {
                    ranges.add(new IdRange(from, (flags & 1) != 0, to, (flags & 2) != 0, (flags & 4) != 0));
                }
            }
        }
        return ranges;
    }

    @Test
    void everyRangeOfLocalDocumentsIsReadInBothDirections() {
        fill();
        commit(IDS.stream()
                .map(id -> (Edit) new Edit.PutLocal(new LocalDocument(id, 1, "{}".getBytes(UTF_8))))
                .toList());
        // Its rows border on those of another database.
        Database next = store.create("next").orElseThrow();
        await(next.commit(List.of(new Edit.PutLocal(new LocalDocument("0", 1, "{}".getBytes(UTF_8))))));
        for (IdRange range : ranges()) {
            List<String> all =
                    db.locals(range, ALL).stream().map(LocalDocument::id).toList();
            assertEquals(expected(range), all, range.toString());
            List<String> some =
                    db.locals(range, 2).stream().map(LocalDocument::id).toList();
            assertEquals(all.subList(0, Math.min(2, all.size())), some, range.toString());
        }
    }

    @Test
    void everyRangeIsReadInBothDirectionsWithDeletedDocuments() {
        fill();
        for (IdRange range : ranges()) {
            assertEquals(expected(range), read(range, ALL), range.toString());
        }
    }

    @Test
    void rangesAreReadInPages() {
        fill();
        Random random = new Random(7);
        for (IdRange range : ranges()) {
            if (random.nextInt(4) == 0) {
                int page = 1 + random.nextInt(4);
                assertEquals(expected(range), read(range, page), range + " by " + page);
            }
        }
    }

    @Test
    void documentsOfARangeAreWhole() {
        fill();
        for (StoredDocument document : db.documents(IdRange.ALL, ALL)) {
            StoredDocument alone = document(document.id());
            assertEquals(alone.tree(), document.tree());
            assertEquals(alone.localSequence(), document.localSequence());
            Revision winner = document.tree().winner().revision();
            String kept = TestEdits.describe(db.content(alone, winner).orElseThrow());
            document.winner().ifPresent(content -> assertEquals(kept, TestEdits.describe(content)));
        }
    }

    @Test
    void otherDatabasesAreNotRead() {
        fill();
        Database before = store.create("a").orElseThrow();
        Database after = store.create("z").orElseThrow();
        for (Database other : List.of(before, after)) {
            await(other.commit(List.of(insert("other", "{}"))));
        }
        assertEquals(IDS, read(IdRange.ALL, 5));
        assertEquals(1, before.documents(IdRange.ALL, ALL).size());
        assertEquals(1, after.documents(IdRange.ALL, ALL).size());
    }
}
