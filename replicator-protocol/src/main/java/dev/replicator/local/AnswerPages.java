package dev.replicator.local;

/**
 * An answer that may be too long to be held, made page by page as its reader takes them. Holds nothing of the store
 * between two pages. One thread at a time.
 */
public interface AnswerPages {
    /** About how many bytes of JSON a page holds. */
    int PAGE_BYTES = 64 * 1024;

    /**
     * Writes the next page; it may turn out empty.
     *
     * @param page to write to, at its end
     * @param now a clock in milliseconds that only goes forward
     * @return how to go on once the page was taken
     */
    Step next(AnswerPage page, long now);

    /**
     * The reader is to be let go soon: where this would wait, or go on without an end, the next page is the last, with
     * what ends the answer properly.
     */
    default void finish() {}

    /** How an answer goes on. */
    sealed interface Step {
        /** There may be more at once. */
        record More() implements Step {}

        /**
         * There is nothing now: ask again when the database has changed, at {@code until} at the latest.
         *
         * @param until by the clock that {@link #next} is given
         */
        record Wait(long until) implements Step {}

        /** This was the last page. */
        record Done() implements Step {}

        Step MORE = new More();
        Step DONE = new Done();
    }
}
