package dev.replicator.rocksdb;

import dev.replicator.revision.RevisionSegment;
import dev.replicator.revision.RevisionTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rows of trees that are too large for their document's row: a row for each segment. */
final class TreeRows {
    private TreeRows() {}

    /** Writes the segments that changed and deletes those that are no more. */
    static void write(RocksDatabase database, Rows rows, ByteWriter key, ByteWriter value, InFlight document) {
        boolean wasSegmented = document.before.segmented();
        boolean isSegmented = document.after.segmented();
        if (!wasSegmented && !isSegmented) {
            return;
        }
        int family = database.engine().number(Family.TREES);
        Map<Integer, RevisionSegment> before = wasSegmented ? byNumber(document.before.tree()) : Map.of();
        Map<Integer, RevisionSegment> after = isSegmented ? byNumber(document.after.tree()) : Map.of();
        for (Map.Entry<Integer, RevisionSegment> segment : after.entrySet()) {
            if (before.get(segment.getKey()) != segment.getValue()) {
                SegmentCoding.write(
                        value.clear().u8(RowReader.PLAIN), segment.getValue().nodes());
                rows.put(family, database.keys().segment(key, document.idBytes, segment.getKey()), value);
            }
        }
        for (Integer number : before.keySet()) {
            if (!after.containsKey(number)) {
                rows.delete(family, database.keys().segment(key, document.idBytes, number));
            }
        }
    }

    static Map<Integer, RevisionSegment> byNumber(RevisionTree tree) {
        List<RevisionSegment> segments = tree.segments();
        Map<Integer, RevisionSegment> numbered = HashMap.newHashMap(segments.size());
        for (RevisionSegment segment : segments) {
            numbered.put(segment.number(), segment);
        }
        return numbered;
    }

    /**
     * Reads a tree.
     *
     * @param database its name
     * @param view the moment at which its document's row was read, or null for now where nothing can have come between
     * @param row the reader of the document's row, to say what is wrong with it
     */
    static RevisionTree read(
            Engine engine, Keys keys, String database, View view, byte[] id, int[] numbers, RowReader row) {
        byte[] from = keys.treesOf(new ByteWriter(Keys.PREFIX_BYTES + 5 + id.length), id)
                .toBytes();
        Map<Integer, RevisionSegment> segments = HashMap.newHashMap(numbers.length);
        try (RowIterator stored = engine.rows(Family.TREES, view, from, Keys.after(from))) {
            for (stored.first(); stored.valid(); stored.next()) {
                byte[] key = stored.key();
                int number = Keys.segmentOf(key);
                RowReader in = RowReader.of(database, Family.TREES, key, stored.value());
                segments.put(number, DocumentCoding.segment(in, number));
            }
        }
        List<RevisionSegment> ordered = new ArrayList<>(numbers.length);
        for (int number : numbers) {
            RevisionSegment segment = segments.get(number);
            if (segment == null) {
                throw row.corrupt("segment " + number + " of its tree is missing", null);
            }
            ordered.add(segment);
        }
        return DocumentCoding.tree(row, ordered);
    }
}
