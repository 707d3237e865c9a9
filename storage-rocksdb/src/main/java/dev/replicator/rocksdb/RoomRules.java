package dev.replicator.rocksdb;

/**
 * How much of the disk is kept for what makes room and what keeps clients in step: ordinary writes are refused before.
 *
 * @param reservedBytes how many bytes stay free; 0 for none
 * @param mostUsedPercent how much of the disk may be used; 100 for all of it
 */
public record RoomRules(long reservedBytes, int mostUsedPercent) {
    /** Whatever fits is written. */
    public static final RoomRules NONE = new RoomRules(0, 100);

    public RoomRules {
        if (reservedBytes < 0 || mostUsedPercent < 0 || mostUsedPercent > 100) {
            throw new IllegalArgumentException(reservedBytes + " bytes, " + mostUsedPercent + " percent");
        }
    }

    /** Whether ordinary writes have room on a disk. */
    boolean allow(long usableBytes, long totalBytes) {
        // As df counts: what is kept for root is no part of it.
        return usableBytes >= reservedBytes
                && (totalBytes - usableBytes) * 100.0 <= (double) mostUsedPercent * totalBytes;
    }
}
