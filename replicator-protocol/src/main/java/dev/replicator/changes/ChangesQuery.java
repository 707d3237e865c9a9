package dev.replicator.changes;

import dev.replicator.document.ReadOptions;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request for changes.
 *
 * @param kind how the rows come
 * @param since the point after which rows are wanted: a token, a number or {@code now}
 * @param descending newest first; only rows that are there, whatever the kind
 * @param allLeaves {@code style=all_docs}: each row names all leaves, not the winner alone
 * @param activeOnly leaves out the rows of documents that were deleted before the feed began, an addition to CouchDB's
 *     protocol: a new client need not hear of them; what is deleted later comes, and what is left out counts as no row
 * @param limit how many rows at most, after the filter; empty: all
 * @param filter which rows
 * @param documents whether the winner comes with each row, and what of it
 * @param sequenceInterval only every so many rows bear their sequence, at least 1
 * @param heartbeat milliseconds between signs of life while nothing happens, at least 1; with it the feed never times
 *     out
 * @param timeout milliseconds without a row after which the feed ends
 */
public record ChangesQuery(
        Kind kind,
        String since,
        boolean descending,
        boolean allLeaves,
        boolean activeOnly,
        OptionalLong limit,
        Optional<ChangesFilter> filter,
        Optional<ReadOptions> documents,
        long sequenceInterval,
        OptionalLong heartbeat,
        long timeout) {
    /** The longest time without a sign of life, in milliseconds: CouchDB's {@code chttpd/changes_timeout}. */
    public static final long MAX_TIMEOUT = 60_000;

    /** When rows come, and when the feed ends. */
    public FeedPace pace() {
        return new FeedPace(kind, descending, limit, heartbeat, timeout);
    }

    /** How rows come. */
    public enum Kind {
        /** What is there, as one JSON object. */
        NORMAL,
        /** The same, but when nothing is there, what comes next. */
        LONGPOLL,
        /** A row a line, on and on. */
        CONTINUOUS,
        /** Server-sent events. */
        EVENTSOURCE;

        /** Whether rows keep coming until the reader leaves, the limit is met or the time is up. */
        public boolean isEndless() {
            return this == CONTINUOUS || this == EVENTSOURCE;
        }
    }
}
