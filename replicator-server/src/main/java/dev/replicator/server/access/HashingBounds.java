package dev.replicator.server.access;

/**
 * How many passwords may wait to be hashed.
 *
 * @param all at least 1
 * @param ofAddress of them, from one address; at least 1
 */
public record HashingBounds(int all, int ofAddress) {
    public static final HashingBounds STANDARD = new HashingBounds(1000, 100);
}
