package dev.replicator.store;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Counts of changes by blocks of sequence numbers, so that the rows after a point are counted without reading them:
 * those of the point's own small block are counted one by one, the rest by adding small blocks up to the next large
 * one, and large ones from there.
 *
 * <p>Pure. For engines whose sequences are numbers.
 */
public final class SequenceBlocks {
    /** A small block holds 2 to this power sequence numbers. */
    public static final int SMALL_BITS = 9;

    /** A large block holds 2 to this power sequence numbers. */
    public static final int LARGE_BITS = 18;

    private static final byte SMALL = 0;
    private static final byte LARGE = 1;

    private SequenceBlocks() {}

    /** The keys of {@link DerivedKind#BLOCK} rows that count a sequence number. */
    static List<byte[]> keysOf(long sequence) {
        return List.of(smallKey(sequence >> SMALL_BITS), largeKey(sequence >> LARGE_BITS));
    }

    /** The key of a small block. */
    public static byte[] smallKey(long block) {
        return ByteBuffer.allocate(9).put(SMALL).putLong(block).array();
    }

    /** The key of a large block. */
    public static byte[] largeKey(long block) {
        return ByteBuffer.allocate(9).put(LARGE).putLong(block).array();
    }
}
