package dev.replicator.local;

import dev.replicator.changes.ChangesFilter;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;

/**
 * The changes that a filter lets through, oldest first, as values; {@link ChangesFeed} writes the same as clients read
 * them. It stands at a point, and each step moves it on. Not thread-safe.
 */
public final class FilteredChanges {
    private static final int PAGE_ROWS = 500;

    private final Database database;
    private final ChangesSelection selection;
    private final boolean filtered;
    /** The only documents that can match, where the filter names them. */
    private final Optional<ChangesByIds> byIds;

    private Sequence at;

    /** Of the last pass over the named documents. */
    private Sequence passEnd;

    /** @param since the point after which */
    public FilteredChanges(Database database, Optional<ChangesFilter> filter, Sequence since) {
        this.database = database;
        this.selection = new ChangesSelection(database, filter, Optional.empty());
        this.filtered = filter.isPresent();
        this.byIds = selection.byIds();
        this.at = since;
        this.passEnd = since;
    }

    /** Where the next step begins: behind the last row and whatever was left out. */
    public Sequence at() {
        return at;
    }

    /**
     * Looks at a page of changes.
     *
     * @param upTo no further than this
     * @param rows takes those that are wanted
     * @param limit to how many {@code rows} may grow; not yet met
     * @return whether there may be more: {@code rows} is not full, and {@code upTo} not reached
     */
    public boolean step(Sequence upTo, List<Change> rows, int limit) {
        return byIds.isPresent() ? step(byIds.get(), upTo, rows, limit) : stepThroughAll(upTo, rows, limit);
    }

    /** Whether the order of named documents is known and they are not all read: to go on costs less than to begin. */
    public boolean isWithinPass() {
        return byIds.map(ChangesByIds::withinPass).orElse(false);
    }

    private boolean step(ChangesByIds named, Sequence upTo, List<Change> rows, int limit) {
        if (!named.withinPass()) {
            passEnd = upTo;
        }
        for (Change change : named.page(at, passEnd)) {
            at = change.sequence();
            rows.add(change);
            if (rows.size() == limit) {
                return false;
            }
        }
        if (named.passed()) {
            at = passEnd;
        }
        return named.withinPass() || !passEnd.token().equals(upTo.token());
    }

    private boolean stepThroughAll(Sequence upTo, List<Change> rows, int limit) {
        int page = filtered ? PAGE_ROWS : Math.min(PAGE_ROWS, limit - rows.size());
        List<Change> changes = database.changes(at, upTo, page);
        List<Optional<StoredDocument>> documents = selection.documentsOf(changes);
        for (int i = 0; i < changes.size(); i++) {
            at = changes.get(i).sequence();
            if (selection.wants(changes.get(i), documents.get(i))) {
                rows.add(changes.get(i));
                if (rows.size() == limit) {
                    return false;
                }
            }
        }
        if (changes.size() < page) {
            at = upTo;
            return false;
        }
        return true;
    }
}
