package dev.replicator.local;

import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.Sequence;
import java.util.List;
import java.util.Optional;

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
            ahead = inOrder(after, upTo);
        }
        return database.changesOf(nextPage(), after, upTo);
    }

    /**
     * As {@link #page}, newest first.
     *
     * @param before where the last page ended; empty for the first
     */
    List<Change> pageBackwards(Optional<Sequence> before) {
        Sequence beginning = database.beginning();
        Sequence upTo = before.orElseGet(database::last);
        List<String> asked = ids;
        if (ids.size() > Database.MAX_PAGE) {
            if (ahead.isEmpty()) {
                ahead = inOrder(beginning, upTo).reversed();
            }
            asked = nextPage();
        }
        List<Change> changes = database.changesOf(asked, beginning, upTo).reversed();
        boolean shown = before.isPresent()
                && !changes.isEmpty()
                && changes.getFirst().sequence().token().equals(upTo.token());
        return shown ? changes.subList(1, changes.size()) : changes;
    }

    private List<String> inOrder(Sequence after, Sequence upTo) {
        return database.changesOf(ids, after, upTo).stream().map(Change::id).toList();
    }

    private List<String> nextPage() {
        pageSize = Math.min(ahead.size(), Database.MAX_PAGE);
        return ahead.subList(0, pageSize);
    }

    /** Goes on behind the page. Returns whether the pass is at its end. */
    boolean passed() {
        ahead = ahead.subList(pageSize, ahead.size());
        return ahead.isEmpty();
    }
}
