package dev.replicator.server.http;

/** What one pull from {@link Chunks} came to. */
public sealed interface Pull {
    /** There may be more at once. */
    Pull MORE = new More();

    /** The answer is complete. */
    Pull DONE = new Done();

    /**
     * Nothing more for now: what was written goes out at once, and the next pull comes when woken.
     *
     * @param milliseconds the next pull comes after this time at the latest, for heartbeats and time-outs
     */
    static Pull waitAtMost(long milliseconds) {
        return new Wait(milliseconds);
    }

    /** See {@link #MORE}. */
    record More() implements Pull {}

    /** See {@link #DONE}. */
    record Done() implements Pull {}

    /** See {@link #waitAtMost}. */
    record Wait(long milliseconds) implements Pull {
        public Wait {
            if (milliseconds < 0) {
                throw new IllegalArgumentException("a wait of " + milliseconds + " ms");
            }
        }
    }
}
