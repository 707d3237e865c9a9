package dev.replicator.local;

import dev.replicator.changes.ChangesQuery;
import dev.replicator.document.DocumentWriter;
import dev.replicator.document.JsonBuffer;
import dev.replicator.error.CouchError;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoreException;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A database's changes as a reader asked for them, of every kind, one code path for all.
 *
 * <p>The feed stands at a point; each page it writes moves it on. A row is written only from a durable change, and
 * every document whose latest change lies behind the point comes, so a reader that goes on from any row's sequence
 * misses nothing. Between pages it holds nothing but its point: a waiting feed costs its own few fields.
 *
 * <p>{@link Feed} says when rows come and when the feed ends. {@code normal} and {@code longpoll} go up to what was the
 * last change when they began or found their first row, the endless ones on and on. A feed whose database is deleted
 * ends with what it showed last.
 */
public final class ChangesFeed implements AnswerPages {
    private static final int PAGE_ROWS = 500;

    private final Database database;
    private final ChangesQuery query;
    private final Feed feed;
    private final ChangesSelection selection;
    private final Optional<ChangesByIds> byIds;

    private Sequence at;
    private Sequence target;
    /**
     * Whether the point lies before what was the last change when the feed began, as far as that makes a difference.
     */
    private boolean inHistory;

    /** Whether a descending feed has come to a row: its point is that row's, and no longer {@code since}. */
    private boolean backwards;

    /**
     * A feed that begins where the query says.
     *
     * @throws dev.replicator.error.CouchException 400 where {@code since} is no sequence
     */
    public ChangesFeed(Database database, ChangesQuery query) {
        this.database = database;
        this.query = query;
        this.feed = new Feed(query.pace(), new Rows());
        this.selection = new ChangesSelection(database, query.filter(), query.documents());
        this.byIds = selection.byIds();
        this.inHistory = query.activeOnly();
        this.target = database.last();
        this.at = query.since().equals("now")
                ? target
                : database.parseSequence(query.since())
                        .orElseThrow(() -> CouchError.badRequest("Malformed sequence supplied in 'since' parameter.")
                                .asException());
    }

    @Override
    public Step next(AnswerPage page, long now) {
        boolean begins = !feed.hasStarted();
        try {
            return feed.next(page, now);
        } catch (StoreException.DatabaseGone e) {
            if (begins) {
                throw e;
            }
            return feed.end(page.text(), OptionalLong.of(0));
        }
    }

    @Override
    public void finish() {
        feed.finish();
    }

    private final class Rows implements Feed.Source {
        @Override
        public boolean write(AnswerPage page) {
            return query.descending() ? writeBackwards(page) : writeForwards(page);
        }

        @Override
        public String at() {
            return at.token();
        }

        @Override
        public OptionalLong pending() {
            return OptionalLong.of(query.descending() ? pendingBefore() : database.pendingAfter(at));
        }
    }

    /** Writes a page of rows towards the target. Returns whether there may be more before it. */
    private boolean writeForwards(AnswerPage page) {
        boolean waitsForRows = query.kind() == ChangesQuery.Kind.LONGPOLL && feed.rows() == 0;
        boolean goesOn = query.kind().isEndless() || waitsForRows;
        boolean withinPass = byIds.map(ChangesByIds::withinPass).orElse(false);
        if (goesOn && !inHistory && !withinPass) {
            target = database.last();
        }
        List<Change> changes =
                byIds.isPresent() ? byIds.get().page(at, target) : database.changes(at, target, PAGE_ROWS);
        List<Optional<StoredDocument>> documents = selection.documentsOf(changes);
        for (int i = 0; i < changes.size(); i++) {
            boolean wanted = wants(changes.get(i), documents.get(i));
            if (wanted) {
                row(page, changes.get(i), documents.get(i));
            }
            at = changes.get(i).sequence();
            if (wanted) {
                boolean full = page.text().length() >= PAGE_BYTES && i + 1 < changes.size();
                if (feed.limitMet() || full) {
                    return true;
                }
            }
        }
        boolean through = byIds.isPresent() ? byIds.get().passed() : changes.size() < PAGE_ROWS;
        if (!through) {
            return true;
        }
        at = target;
        // What was committed since the feed began may have woken nobody yet.
        boolean again = inHistory && query.kind() != ChangesQuery.Kind.NORMAL;
        inHistory = false;
        return again;
    }

    private boolean wants(Change change, Optional<StoredDocument> document) {
        return !(inHistory && change.deleted()) && selection.wants(change, document);
    }

    private boolean writeBackwards(AnswerPage page) {
        Optional<Sequence> before = backwards ? Optional.of(at) : Optional.empty();
        List<Change> changes =
                byIds.isPresent() ? byIds.get().pageBackwards(before) : database.changesBackwards(before, PAGE_ROWS);
        List<Optional<StoredDocument>> documents = selection.documentsOf(changes);
        for (int i = 0; i < changes.size(); i++) {
            boolean wanted = wants(changes.get(i), documents.get(i));
            if (wanted) {
                row(page, changes.get(i), documents.get(i));
            }
            at = changes.get(i).sequence();
            backwards = true;
            if (wanted && (feed.limitMet() || page.text().length() >= PAGE_BYTES)) {
                return true;
            }
        }
        boolean through = byIds.isPresent() ? byIds.get().passed() : changes.size() < PAGE_ROWS;
        if (through && byIds.isPresent()) {
            // Where a reading of all changes would have come to.
            for (Change first : database.changes(database.beginning(), target, 1)) {
                at = first.sequence();
                backwards = true;
            }
        }
        return !through;
    }

    /** How many rows are left before the point. */
    private long pendingBefore() {
        long all = database.pendingAfter(database.beginning());
        return backwards ? Math.max(0, all - database.pendingAfter(at) - 1) : all;
    }

    private void row(AnswerPage page, Change change, Optional<StoredDocument> document) {
        feed.row(page, change.sequence().token(), out -> write(page, out, change, document));
    }

    private void write(AnswerPage page, JsonBuffer out, Change change, Optional<StoredDocument> document) {
        if (feed.rows() % query.sequenceInterval() == 0) {
            out.raw("{\"seq\":\"").raw(change.sequence().token()).raw("\",\"id\":");
        } else {
            out.raw("{\"seq\":null,\"id\":");
        }
        out.string(change.id()).raw(",\"changes\":[");
        List<RevisionNode> leaves =
                query.allLeaves() ? change.leaves() : change.leaves().subList(0, 1);
        for (int i = 0; i < leaves.size(); i++) {
            out.raw(i == 0 ? "{\"rev\":" : ",{\"rev\":");
            DocumentWriter.revision(out, leaves.get(i).revision());
            out.raw('}');
        }
        out.raw(']');
        if (change.deleted()) {
            out.raw(",\"deleted\":true");
        }
        if (query.documents().isPresent()) {
            out.raw(",\"doc\":");
            selection.write(page, document);
        }
        out.raw('}');
    }
}
