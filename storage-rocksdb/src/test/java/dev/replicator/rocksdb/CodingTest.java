package dev.replicator.rocksdb;

import static dev.replicator.store.TestEdits.describe;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.RevisionContent;
import dev.replicator.revision.RevisionSegment;
import dev.replicator.revision.RevisionTree;
import dev.replicator.store.StoreException;
import dev.replicator.store.StoredDocument;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written is read as it was, and what was never written is refused. */
class CodingTest {
    private static final byte[] KEY = {1, 2, 3};
    private static final int ROUNDS = 500;

    private static RowReader reader(Family family, byte[] row) {
        return RowReader.of("db", family, KEY, row);
    }

    @Test
    void numbersAreReadAsTheyWereWritten() {
        long seed = 11;
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            long number = random.nextLong() >> random.nextInt(64);
            ByteWriter out = new ByteWriter(1).u8(RowReader.PLAIN);
            out.varint(number).signed(number).u64(number).u32((int) number).u8((int) number);
            out.text("é" + number).raw(KEY);
            RowReader in = reader(Family.META, out.toBytes());
            assertEquals(number, in.varint(), "seed " + seed);
            assertEquals(number, in.signed(), "seed " + seed);
            assertEquals(number, in.u64());
            assertEquals((int) number, in.u32());
            assertEquals((int) number & 0xff, in.u8());
            assertEquals("é" + number, in.text());
            assertArrayEquals(KEY, in.rest());
        }
    }

    @Test
    void documentsAreReadAsTheyWereWritten() {
        long seed = 12;
        Random random = new Random(seed);
        RandomDocuments documents = new RandomDocuments(random);
        for (int round = 0; round < ROUNDS; round++) {
            String when = "seed " + seed + ", round " + round;
            RevisionTree tree = documents.tree(1 + random.nextInt(round % 20 == 0 ? 400 : 12));
            RevisionContent content = documents.content();
            ByteWriter bytes = new ByteWriter(16);
            ContentCoding.write(bytes, content);
            byte[] inline = random.nextBoolean() ? bytes.toBytes() : null;
            DocumentState state = new DocumentState(tree, random.nextLong(1L << 50), inline);
            ByteWriter row = new ByteWriter(16);
            DocumentCoding.write(row, state);
            byte[] stored = row.raw(inline == null ? new byte[0] : inline).toBytes();
            assertEquals(tree.segments().size() > 1, DocumentCoding.segmented(stored), when);
            assertEquals(tree.sizes().inner() > 0, DocumentCoding.innerKept(stored), when);

            DocumentState read =
                    DocumentCoding.read(reader(Family.DOCUMENTS, stored), numbers -> segments(tree, numbers));
            assertEquals(tree, read.tree(), when);
            assertEquals(state.sequence(), read.sequence(), when);
            assertArrayEquals(inline, read.inlineOrNull(), when);
            assertEquals(numbers(tree), numbers(read.tree()), when);

            StoredDocument found = DocumentCoding.readStored(
                    reader(Family.DOCUMENTS, stored), "id", numbers -> segments(tree, numbers));
            assertEquals(tree, found.tree(), when);
            assertEquals(inline != null, found.winner().isPresent(), when);
            found.winner().ifPresent(winner -> assertEquals(describe(content), describe(winner), when));
        }
    }

    /** The tree of these segments, each written and read. */
    private static RevisionTree segments(RevisionTree tree, int[] numbers) {
        List<RevisionSegment> segments = new ArrayList<>();
        for (int number : numbers) {
            ByteWriter out = new ByteWriter(16).u8(RowReader.PLAIN);
            SegmentCoding.write(out, TreeRows.byNumber(tree).get(number).nodes());
            segments.add(DocumentCoding.segment(reader(Family.TREES, out.toBytes()), number));
        }
        return RevisionTree.of(segments);
    }

    private static List<Integer> numbers(RevisionTree tree) {
        return tree.segments().stream().map(RevisionSegment::number).toList();
    }

    @Test
    void changesAreReadAsTheyWereWritten() {
        long seed = 13;
        Random random = new Random(seed);
        RandomDocuments documents = new RandomDocuments(random);
        for (int round = 0; round < ROUNDS; round++) {
            RevisionTree tree = documents.tree(1 + random.nextInt(40));
            ByteWriter out = new ByteWriter(16);
            ChangeCoding.write(out, ("d/ü" + round).getBytes(UTF_8), tree);
            ChangeCoding.Row row = ChangeCoding.read(reader(Family.CHANGES, out.toBytes()));
            assertEquals("d/ü" + round, row.id());
            List<?> expected = tree.leafCount() > ChangeCoding.MAX_LEAVES ? List.of() : tree.leaves();
            assertEquals(expected, row.leaves(), "seed " + seed + ", round " + round);
        }
    }

    @Test
    void rowsOfANewDocumentAreSmall() {
        RevisionTree tree = RevisionTree.EMPTY
                .merge(dev.replicator.store.TestEdits.path("1-" + "0a".repeat(16)), false, 100, 0, 1000)
                .tree();
        ByteWriter out = new ByteWriter(16);
        DocumentCoding.write(out, new DocumentState(tree, 1_000_000, null));
        assertTrue(out.length() <= 26, "document: " + out.length());
        ChangeCoding.write(out.clear(), new byte[0], tree);
        assertTrue(out.length() <= 21, "change: " + out.length());
    }

    /** Whatever a disk may give back: the answer is a value or {@code Corrupt}, nothing else. */
    @Test
    void damagedRowsAreCorruptOrReadable() {
        long seed = 14;
        Random random = new Random(seed);
        RandomDocuments documents = new RandomDocuments(random);
        int corrupt = 0;
        for (int round = 0; round < 20 * ROUNDS; round++) {
            ByteWriter bytes = new ByteWriter(16);
            ContentCoding.write(bytes, documents.content());
            ByteWriter row = new ByteWriter(16);
            DocumentCoding.write(row, new DocumentState(documents.tree(1 + random.nextInt(5)), 7, bytes.toBytes()));
            byte[] damaged = row.raw(bytes.toBytes()).toBytes();
            if (random.nextBoolean()) {
                damaged[random.nextInt(Math.min(60, damaged.length))] ^= (byte) (1 + random.nextInt(255));
            } else {
                damaged = Arrays.copyOf(damaged, 1 + random.nextInt(damaged.length));
            }
            RowReader[] in = new RowReader[1];
            byte[] stored = damaged;
            try {
                in[0] = reader(Family.DOCUMENTS, stored);
                DocumentCoding.readStored(in[0], "id", _ -> {
                    throw in[0].corrupt("segments", null);
                });
            } catch (StoreException.Corrupt e) {
                corrupt++;
                assertTrue(e.getMessage().startsWith("database db: row 010203 of documents"), e.getMessage());
            }
        }
        assertTrue(corrupt > 1000, "only " + corrupt);
    }

    @Test
    void anUnknownCodingIsCorrupt() {
        StoreException.Corrupt e =
                assertThrows(StoreException.Corrupt.class, () -> reader(Family.BODIES, new byte[] {7, 1}));
        assertEquals("database db: row 010203 of bodies is corrupt: unknown coding 7", e.getMessage());
    }
}
