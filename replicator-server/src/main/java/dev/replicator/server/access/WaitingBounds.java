package dev.replicator.server.access;

/**
 * How many of something may wait for its turn.
 *
 * @param all at least 1
 * @param ofAddress of them, from one address; at least 1
 */
public record WaitingBounds(int all, int ofAddress) {
    /** Of passwords. */
    public static final WaitingBounds PASSWORDS = new WaitingBounds(1000, 100);

    /** Of tokens, which take a hundredth of the time, and often come all from one proxy. */
    public static final WaitingBounds TOKENS = new WaitingBounds(10_000, 10_000);
}
