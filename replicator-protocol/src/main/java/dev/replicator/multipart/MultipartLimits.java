package dev.replicator.multipart;

/**
 * How much of a multipart body may be anything but the bytes of its parts, which are limited where they go.
 *
 * @param parts how many a body may have, those within its parts not counted
 * @param headerBytes of the headers of one part, the blank line behind them included; as many may be held in memory
 */
public record MultipartLimits(int parts, int headerBytes) {
    /** Names of attachments are the longest that headers hold. */
    public static final int DEFAULT_HEADER_BYTES = 16 * 1024;

    public MultipartLimits {
        if (parts < 0 || headerBytes < 2) {
            throw new IllegalArgumentException(parts + " parts, " + headerBytes + " bytes of headers");
        }
    }

    public static MultipartLimits ofParts(int parts) {
        return new MultipartLimits(parts, DEFAULT_HEADER_BYTES);
    }
}
