package dev.replicator.rocksdb;

import dev.replicator.document.RevisionContent;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionSegment;
import dev.replicator.revision.RevisionTree;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;

/** The rows of {@code documents}. */
final class DocumentCoding {
    private static final int INLINE = 1;
    private static final int SEGMENTED = 1 << 1;
    private static final int INNER_KEPT = 1 << 2;
    private static final int KNOWN_FLAGS = INLINE | SEGMENTED | INNER_KEPT;

    private DocumentCoding() {}

    /** Where the segments of a large tree come from. */
    @FunctionalInterface
    interface Segments {
        /** The tree made of the segments of these numbers, in this order. */
        RevisionTree load(int[] numbers);
    }

    /** Writes all of a row but the inlined content, which follows it. */
    static void write(ByteWriter out, DocumentState state) {
        RevisionTree tree = state.tree();
        List<RevisionSegment> segments = tree.segments();
        boolean segmented = segments.size() > 1;
        out.u8(RowReader.PLAIN);
        out.u8((state.inlineOrNull() != null ? INLINE : 0)
                | (segmented ? SEGMENTED : 0)
                | (tree.sizes().inner() > 0 ? INNER_KEPT : 0));
        out.varint(state.sequence());
        if (segmented) {
            out.varint(segments.size());
            for (RevisionSegment segment : segments) {
                out.varint(segment.number());
            }
        } else {
            out.varint(segments.getFirst().number());
            SegmentCoding.write(out, segments.getFirst().nodes());
        }
    }

    /** A row as the writer wants it: the content as bytes. */
    static DocumentState read(RowReader in, Segments large) {
        int flags = flags(in);
        long sequence = in.varint();
        RevisionTree tree = readTree(in, flags, large);
        return new DocumentState(tree, sequence, (flags & INLINE) != 0 ? in.rest() : null);
    }

    /** A row as readers want it. */
    static StoredDocument readStored(RowReader in, String id, Segments large) {
        int flags = flags(in);
        long sequence = in.varint();
        RevisionTree tree = readTree(in, flags, large);
        Optional<RevisionContent> winner =
                (flags & INLINE) != 0 ? Optional.of(ContentCoding.read(in)) : Optional.empty();
        return new StoredDocument(id, tree, sequence, winner);
    }

    private static int flags(RowReader in) {
        int flags = in.u8();
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw in.corrupt("unknown flags of a document", null);
        }
        return flags;
    }

    private static RevisionTree readTree(RowReader in, int flags, Segments large) {
        if ((flags & SEGMENTED) != 0) {
            return large.load(numbers(in));
        }
        int number = (int) in.varint();
        return tree(in, List.of(segment(in, number)));
    }

    private static int[] numbers(RowReader in) {
        int[] numbers = new int[in.count()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (int) in.varint();
        }
        return numbers;
    }

    static RevisionSegment segment(RowReader in, int number) {
        List<RevisionNode> nodes = SegmentCoding.read(in);
        if (nodes.isEmpty()) {
            throw in.corrupt("a segment without revisions", null);
        }
        try {
            return RevisionSegment.of(number, nodes);
        } catch (IllegalArgumentException e) {
            throw in.corrupt(e.getMessage(), e);
        }
    }

    static RevisionTree tree(RowReader in, List<RevisionSegment> segments) {
        try {
            RevisionTree tree = RevisionTree.of(segments);
            tree.winner();
            return tree;
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw in.corrupt(e.getMessage(), e);
        }
    }

    /** Whether a row's tree is kept in rows of its own. */
    static boolean segmented(byte[] row) {
        return (row[1] & SEGMENTED) != 0;
    }

    /** Whether a row, of which two bytes are enough, is of a document with bodies of revisions that are no leaves. */
    static boolean innerKept(byte[] row) {
        return (row[1] & INNER_KEPT) != 0;
    }
}
