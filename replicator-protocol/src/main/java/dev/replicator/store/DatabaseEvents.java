package dev.replicator.store;

import java.util.List;
import java.util.Optional;

/**
 * What happened to the databases of a store, in the order in which it did: a row for each database and
 * {@link DatabaseEvent.Type}, at the latest event of that type. A database made anew under a former one's name has that
 * one's rows.
 *
 * <p>An event is written with what it tells of, and is not shown before that is durable; its sequence is never given to
 * another. Of updates that become durable together one event may stand for all. There are at most three rows for each
 * database that is there and for each name of the newest {@value #MAX_DELETIONS} deletions; older ones are forgotten,
 * with all rows of their names.
 *
 * <p>Thread-safe, and as {@link Store} in what it may throw and whether it blocks.
 */
public interface DatabaseEvents {
    /** How many deletions are remembered at least. */
    int MAX_DELETIONS = 10_000;

    /** Where the order begins: before the first event. */
    Sequence beginning();

    /** The last durable event. */
    Sequence last();

    /**
     * The point that a client names by {@code since}, of these sequences what {@link Database#parseSequence} is of a
     * database's.
     *
     * @return empty where the text is no point
     */
    Optional<Sequence> parseSequence(String token);

    /**
     * The rows after one point and up to another, oldest first.
     *
     * @param limit at most {@value Database#MAX_PAGE}
     */
    List<DatabaseEvent> after(Sequence after, Sequence upTo, int limit);

    /**
     * The rows before one point, without the one that stands there, newest first.
     *
     * @param before empty: from the last
     * @param limit at most {@value Database#MAX_PAGE}
     */
    List<DatabaseEvent> before(Optional<Sequence> before, int limit);

    /**
     * Has a listener called after every event became durable. It is called on the committing thread: it must neither
     * block nor throw.
     *
     * @return ends the listening when closed
     */
    Database.Subscription subscribe(Runnable listener);
}
