package dev.replicator.store;

import static dev.replicator.store.TestEdits.change;
import static dev.replicator.store.TestEdits.delete;
import static dev.replicator.store.TestEdits.insert;
import static dev.replicator.store.TestEdits.replicated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.revision.RevisionNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Derived rows and the status, against a count of what is there. */
abstract class DerivedContract extends StoreFixture {
    private static final byte[] NONE = new byte[0];

    private List<DerivedRow> rows(DerivedKind kind, int page) {
        List<DerivedRow> all = new ArrayList<>();
        byte[] from = NONE;
        while (true) {
            List<DerivedRow> rows = db.derived(kind, from, NONE, page);
            all.addAll(rows);
            if (rows.size() < page) {
                return all;
            }
            byte[] last = rows.getLast().key();
            from = Arrays.copyOf(last, last.length + 1);
        }
    }

    /** Sums that are not 0, by their keys in hex. */
    private Map<String, Long> sums(DerivedKind kind) {
        Map<String, Long> sums = new TreeMap<>();
        for (DerivedRow row : rows(kind, 3)) {
            long sum = ByteBuffer.wrap(row.value()).getLong();
            assertEquals(Long.BYTES, row.value().length);
            if (sum != 0) {
                sums.put(HexFormat.of().formatHex(row.key()), sum);
            }
        }
        return sums;
    }

    private static void add(Map<String, Long> sums, byte[] key, long amount) {
        if (amount != 0) {
            sums.merge(HexFormat.of().formatHex(key), amount, Long::sum);
        }
    }

    /** Counts all that is there, one by one, and compares. */
    private void assertRecount(String when) {
        Map<String, Long> counts = new TreeMap<>();
        Map<String, Long> blocks = new TreeMap<>();
        List<String> conflicts = new ArrayList<>();
        IdRange range = IdRange.ALL;
        List<StoredDocument> page;
        do {
            page = db.documents(range, 100);
            for (StoredDocument document : page) {
                count(document, counts);
                add(blocks, SequenceBlocks.smallKey(document.localSequence() / 512), 1);
                add(blocks, SequenceBlocks.largeKey(document.localSequence() / 262_144), 1);
                if (document.tree().leaves().stream().filter(RevisionNode::live).count() > 1) {
                    conflicts.add(document.id());
                }
                range = range.after(document.id());
            }
        } while (page.size() == 100);
        countLocals(counts);
        assertEquals(counts, sums(DerivedKind.COUNT), when);
        assertEquals(blocks, sums(DerivedKind.BLOCK), when);
        assertEquals(
                conflicts,
                rows(DerivedKind.CONFLICT, 7).stream()
                        .map(row -> new String(row.key(), UTF_8))
                        .toList(),
                when);
        assertStatus(counts, when);
    }

    private void count(StoredDocument document, Map<String, Long> counts) {
        boolean deleted = document.tree().leaves().stream().allMatch(RevisionNode::deleted);
        add(counts, (deleted ? DerivedChange.DELETED : DerivedChange.DOCUMENTS).getBytes(UTF_8), 1);
        if (document.tree().leaves().stream().filter(RevisionNode::live).count() > 1) {
            add(counts, DerivedChange.CONFLICTED.getBytes(UTF_8), 1);
        }
        for (RevisionNode node : document.tree().nodes()) {
            long size = db.content(document, node.revision())
                    .map(content -> content.size())
                    .orElse(0L);
            assertEquals(size, node.size(), document.id() + " " + node);
            String name = !node.leaf()
                    ? DerivedChange.INNER_BYTES
                    : node.deleted() ? DerivedChange.TOMBSTONE_BYTES : DerivedChange.LIVE_BYTES;
            add(counts, name.getBytes(UTF_8), size);
            add(
                    counts,
                    DerivedChange.TREE_BYTES.getBytes(UTF_8),
                    node.revision().idBytes().length + 6);
        }
    }

    private void countLocals(Map<String, Long> counts) {
        for (LocalDocument local : db.locals(IdRange.ALL, ALL)) {
            add(counts, DerivedChange.LOCALS.getBytes(UTF_8), 1);
            add(counts, DerivedChange.LOCAL_BYTES.getBytes(UTF_8), local.body().length);
        }
    }

    private void assertStatus(Map<String, Long> counts, String when) {
        DatabaseStatus status = db.status();
        assertEquals(count(counts, DerivedChange.DOCUMENTS), status.documents(), when);
        assertEquals(count(counts, DerivedChange.DELETED), status.deletedDocuments(), when);
        assertEquals(count(counts, DerivedChange.CONFLICTED), status.conflictedDocuments(), when);
        assertEquals(count(counts, DerivedChange.LIVE_BYTES), status.liveBytes(), when);
        assertEquals(count(counts, DerivedChange.TOMBSTONE_BYTES), status.tombstoneBytes(), when);
        assertEquals(count(counts, DerivedChange.INNER_BYTES), status.innerBytes(), when);
        assertEquals(db.last().token(), status.last().token(), when);
        DatabaseSpace space = db.space();
        assertEquals(status.liveBytes(), space.revisions().live(), when);
        assertEquals(status.tombstoneBytes(), space.revisions().tombstones(), when);
        assertEquals(status.innerBytes(), space.revisions().inner(), when);
        assertEquals(count(counts, DerivedChange.TREE_BYTES), space.revisions().history(), when);
        assertEquals(count(counts, DerivedChange.LOCALS), space.locals(), when);
        assertEquals(count(counts, DerivedChange.LOCAL_BYTES), space.localBytes(), when);
    }

    private static long count(Map<String, Long> counts, String name) {
        return counts.getOrDefault(HexFormat.of().formatHex(name.getBytes(UTF_8)), 0L);
    }

    @Test
    void rowsEqualARecountAfterARandomHistory() {
        long seed = 1_618;
        Random random = new Random(seed);
        db.setRevsLimit(5);
        assertRecount("empty");
        for (int round = 1; round <= 60; round++) {
            List<Edit> edits = new ArrayList<>();
            int size = 1 + random.nextInt(40);
            for (int i = 0; i < size; i++) {
                edits.add(edit(random));
            }
            commit(edits);
            if (random.nextInt(8) == 0) {
                await(db.compact());
            }
            if (round % 10 == 0) {
                assertRecount("round " + round + ", seed " + seed);
                reopen();
                assertRecount("reopened in round " + round + ", seed " + seed);
            }
        }
    }

    private Edit edit(Random random) {
        String id = "d" + random.nextInt(120);
        StoredDocument known = db.document(id).orElse(null);
        String body = "{\"b\":\"" + "x".repeat(random.nextInt(30)) + "\"}";
        int kind = random.nextInt(13);
        if (kind == 12) {
            return new Edit.DeleteLocal(id);
        }
        if (kind == 11) {
            return new Edit.PutLocal(new LocalDocument(id, 1, body.getBytes(UTF_8)));
        }
        if (known == null || kind < 2) {
            return insert(id, body);
        }
        List<RevisionNode> leaves = known.tree().leaves();
        RevisionNode leaf = leaves.get(random.nextInt(leaves.size()));
        if (kind == 10) {
            return new Edit.Purge(id, List.of(leaf.revision()));
        }
        if (kind < 4) {
            long generation = leaf.revision().generation() + 1;
            return replicated(
                    id,
                    random.nextInt(3) == 0,
                    body,
                    generation + "-%032x".formatted(random.nextLong()),
                    leaf.parent().isPresent() && random.nextBoolean()
                            ? leaf.revision().toString()
                            : (generation - 1) + "-%032x".formatted(random.nextLong()));
        }
        return kind < 7 ? change(id, leaf.revision(), body) : delete(id, leaf.revision());
    }

    @Test
    void blocksAreRightAcrossTheirBorders() {
        for (int i = 0; i < 5; i++) {
            List<Edit> edits = new ArrayList<>();
            for (int n = 0; n < 300; n++) {
                edits.add(replicated("d" + (n + i * 100), false, "{}", (i + 1) + "-a"));
            }
            commit(edits);
            assertRecount("round " + i);
        }
    }

    @Test
    void anotherConflictOfADocumentIsNotCountedTwice() {
        commit(replicated("a", false, "{}", "2-b", "1-a"), replicated("a", false, "{}", "2-c", "1-a"));
        assertEquals(1, db.status().conflictedDocuments());
        commit(replicated("a", false, "{}", "2-d", "1-a"), replicated("a", true, "{}", "2-e", "1-a"));
        assertEquals(1, db.status().conflictedDocuments());
        commit(replicated("a", true, "{}", "3-b", "2-b"), replicated("a", true, "{}", "3-c", "2-c"));
        assertEquals(0, db.status().conflictedDocuments());
        assertEquals(List.of(), rows(DerivedKind.CONFLICT, 10));
        commit(replicated("a", true, "{}", "3-d", "2-d"));
        assertEquals(1, db.status().deletedDocuments());
        assertRecount("end");
    }

    @Test
    void rowsAreReadInARange() {
        for (String id : List.of("a", "aa", "b", "c")) {
            commit(replicated(id, false, "{}", "1-a"), replicated(id, false, "{}", "1-b"));
        }
        assertEquals(List.of("a", "aa", "b", "c"), conflicts("", "", 10));
        assertEquals(List.of("aa", "b"), conflicts("aa", "c", 10));
        assertEquals(List.of("b", "c"), conflicts("ab", "", 10));
        assertEquals(List.of("a", "aa"), conflicts("", "", 2));
        assertEquals(List.of(), conflicts("b", "b", 10));
        assertEquals(List.of(), conflicts("d", "", 10));
    }

    private List<String> conflicts(String from, String to, int limit) {
        return db.derived(DerivedKind.CONFLICT, from.getBytes(UTF_8), to.getBytes(UTF_8), limit).stream()
                .map(row -> new String(row.key(), UTF_8))
                .toList();
    }
}
