package dev.replicator.local;

import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.Sequence;
import java.util.List;

/**
 * The rows of some documents in the order of changes, by point reads, however many the documents are. Read in passes:
 * of more documents than a page holds, one reading finds the order in which they changed, and the pages follow it.
 * Holds ids and no rows. Not thread-safe.
 */
final class ChangesByIds {
    private final Database database;
    private final List<String> ids;

    /** What is left of this pass, in the order of changes. */
    private List<String> ahead = List.of();

    private int pageSize;

    ChangesByIds(Database database, List<String> ids) {
        this.database = database;
        this.ids = ids;
    }

    /** Whether a pass was begun: up to its end the point that is read to must stay. */
    boolean withinPass() {
        return !ahead.isEmpty();
    }

    /**
     * The next rows after a point. Called again, it gives the same page, without what lies before the point by then,
     * and without what changed since.
     */
    List<Change> page(Sequence after, Sequence upTo) {
        if (ids.size() <= Database.MAX_PAGE) {
            return database.changesOf(ids, after, upTo);
        }
        if (ahead.isEmpty()) {
            ahead = database.changesOf(ids, after, upTo).stream()
                    .map(Change::id)
                    .toList();
        }
        pageSize = Math.min(ahead.size(), Database.MAX_PAGE);
        return database.changesOf(ahead.subList(0, pageSize), after, upTo);
    }

    /** Goes on behind the page. Returns whether the pass is at its end. */
    boolean passed() {
        ahead = ahead.subList(pageSize, ahead.size());
        return ahead.isEmpty();
    }
}
