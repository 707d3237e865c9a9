package dev.replicator.rocksdb;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;

/** The column families, and how each is tuned. {@code docs/FORMAT.md} says what they hold. */
enum Family {
    META("meta", 1, false, 0),
    DOCUMENTS("documents", 32, true, 0),
    TREES("trees", 4, false, 0),
    BODIES("bodies", 16, true, Family.LARGE_BODY),
    CHANGES("changes", 16, false, 0),
    LOCAL("local", 4, true, 0),
    ATTACHMENTS("attachments", 16, false, Family.LARGE_BODY),
    DERIVED("derived", 4, true, 0);

    /** Values of this many bytes and more go to blob files: merging files does not write them anew. */
    private static final long LARGE_BODY = 16 << 10;

    private static final int LEVELS = 7;
    private static final int UNCOMPRESSED_LEVELS = 2;
    private static final long BLOCK_BYTES = 8 << 10;
    private static final double BLOOM_BITS = 10;

    private final String familyName;
    private final int writeBufferMiB;
    private final boolean pointReads;
    private final long blobsFrom;

    /**
     * @param writeBufferMiB what is gathered in memory before a file is written of it
     * @param pointReads whether rows are asked for that often are not there
     * @param blobsFrom the size from which values go to blob files; 0 for none
     */
    Family(String familyName, int writeBufferMiB, boolean pointReads, long blobsFrom) {
        this.familyName = familyName;
        this.writeBufferMiB = writeBufferMiB;
        this.pointReads = pointReads;
        this.blobsFrom = blobsFrom;
    }

    String familyName() {
        return familyName;
    }

    byte[] nameBytes() {
        return familyName.getBytes(StandardCharsets.US_ASCII);
    }

    /** The options of this family; the caller closes them. */
    ColumnFamilyOptions options(Cache cache, BloomFilter filter) {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(BLOCK_BYTES)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setOptimizeFiltersForMemory(true);
        ColumnFamilyOptions options = new ColumnFamilyOptions()
                .setWriteBufferSize((long) writeBufferMiB << 20)
                .setCompressionPerLevel(compression())
                .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION);
        if (pointReads) {
            table.setFilterPolicy(filter);
            options.setMemtableWholeKeyFiltering(true).setMemtablePrefixBloomSizeRatio(0.02);
        }
        if (blobsFrom > 0) {
            options.setEnableBlobFiles(true).setMinBlobSize(blobsFrom).setEnableBlobGarbageCollection(true);
            options.setBlobCompressionType(
                    this == ATTACHMENTS ? CompressionType.NO_COMPRESSION : CompressionType.LZ4_COMPRESSION);
        }
        return options.setTableFormatConfig(table);
    }

    static BloomFilter filter() {
        return new BloomFilter(BLOOM_BITS);
    }

    private static List<CompressionType> compression() {
        List<CompressionType> levels = new ArrayList<>(LEVELS);
        for (int level = 0; level < LEVELS; level++) {
            levels.add(level < UNCOMPRESSED_LEVELS ? CompressionType.NO_COMPRESSION : CompressionType.LZ4_COMPRESSION);
        }
        return levels;
    }
}
