package dev.replicator.server.endpoint;

/**
 * A run of bytes within an attachment, at least one.
 *
 * @param first counted from 0
 * @param last included
 */
record ByteRange(long first, long last) {
    ByteRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("no range: " + first + " to " + last);
        }
    }

    long length() {
        return last - first + 1;
    }

    /**
     * The {@code Content-Range} of this.
     *
     * @param total how many bytes the attachment has
     */
    String of(long total) {
        return "bytes " + first + "-" + last + "/" + total;
    }
}
