package dev.replicator.local;

import dev.replicator.changes.ChangesFraming;
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

/**
 * A database's changes as a reader asked for them, of every kind, one code path for all.
 *
 * <p>The feed stands at a point; each page it writes moves it on. A row is written only from a durable change, and
 * every document whose latest change lies behind the point comes, so a reader that goes on from any row's sequence
 * misses nothing. Between pages it holds nothing but its point: a waiting feed costs its own few fields.
 *
 * <p>Kinds differ in the bytes around the rows ({@link ChangesFraming}) and in when they end: {@code normal} at what
 * was the last change when it began; {@code longpoll} there too, but not before a row was written; the endless ones at
 * their limit or when nothing came for the time-out, which heartbeats switch off. A feed whose database is deleted ends
 * with what it showed last.
 */
public final class ChangesFeed implements AnswerPages {
    private static final int PAGE_ROWS = 500;

    private final Database database;
    private final ChangesQuery query;
    private final ChangesFraming framing;
    private final ChangesSelection selection;
    private final Optional<ChangesByIds> byIds;

    private Sequence at;
    private Sequence target;
    private boolean started;

    /**
     * Whether the point lies before what was the last change when the feed began, as far as that makes a difference.
     */
    private boolean inHistory;

    private boolean silent = true;
    private long rows;
    private long scanned;
    private long lastRow;
    private long lastByte;

    /**
     * A feed that begins where the query says.
     *
     * @throws dev.replicator.error.CouchException 400 where {@code since} is no sequence
     */
    public ChangesFeed(Database database, ChangesQuery query) {
        this.database = database;
        this.query = query;
        this.framing = ChangesFraming.of(query.kind());
        this.selection = new ChangesSelection(database, query);
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
        boolean begins = !started;
        try {
            return step(page, now);
        } catch (StoreException.DatabaseGone e) {
            if (begins) {
                throw e;
            }
            framing.end(page.text(), at.token(), 0);
            return Step.DONE;
        }
    }

    private Step step(AnswerPage page, long now) {
        JsonBuffer out = page.text();
        if (!started) {
            started = true;
            lastRow = now;
            lastByte = now;
            framing.begin(out);
        }
        if (limitMet()) {
            return end(out);
        }
        int before = out.length();
        boolean more = query.descending() ? writeBackwards(page) : writeForwards(page);
        if (out.length() > before) {
            silent = false;
            lastRow = now;
            lastByte = now;
        }
        if (limitMet()) {
            return end(out);
        }
        if (more) {
            return beatOr(Step.MORE, out, now);
        }
        boolean ends = query.descending()
                || switch (query.kind()) {
                    case NORMAL -> true;
                    case LONGPOLL -> rows > 0;
                    case CONTINUOUS, EVENTSOURCE -> false;
                };
        return ends ? end(out) : await(out, now);
    }

    /** Writes a page of rows towards the target. Returns whether there may be more before it. */
    private boolean writeForwards(AnswerPage page) {
        boolean waitsForRows = query.kind() == ChangesQuery.Kind.LONGPOLL && rows == 0;
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
                if (limitMet() || full) {
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
        List<Change> changes = database.changesBackwards(scanned == 0 ? Optional.empty() : Optional.of(at), PAGE_ROWS);
        List<Optional<StoredDocument>> documents = selection.documentsOf(changes);
        for (int i = 0; i < changes.size(); i++) {
            boolean wanted = wants(changes.get(i), documents.get(i));
            if (wanted) {
                row(page, changes.get(i), documents.get(i));
            }
            at = changes.get(i).sequence();
            scanned++;
            if (wanted && (limitMet() || page.text().length() >= PAGE_BYTES)) {
                return true;
            }
        }
        return changes.size() == PAGE_ROWS;
    }

    private boolean limitMet() {
        return query.limit().isPresent() && rows >= query.limit().getAsLong();
    }

    private void row(AnswerPage page, Change change, Optional<StoredDocument> document) {
        JsonBuffer out = page.text();
        int start = out.length();
        try {
            write(page, change, document);
        } catch (StoreException.DatabaseGone e) {
            page.truncate(start);
            throw e;
        }
    }

    private void write(AnswerPage page, Change change, Optional<StoredDocument> document) {
        JsonBuffer out = page.text();
        String sequence = change.sequence().token();
        framing.beforeRow(out, rows == 0);
        if (rows % query.sequenceInterval() == 0) {
            out.raw("{\"seq\":\"").raw(sequence).raw("\",\"id\":");
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
        framing.afterRow(out, sequence);
        rows++;
    }

    /** Nothing is there: ends where the time is up, otherwise says until when to wait. */
    private Step await(JsonBuffer out, long now) {
        if (silent && query.kind().isEndless()) {
            // The first byte goes out at once, so that proxies and clients see that the feed stands.
            out.raw('\n');
            lastByte = now;
        }
        silent = false;
        if (query.heartbeat().isEmpty()) {
            long until = lastRow + query.timeout();
            return now >= until ? end(out) : new Step.Wait(until);
        }
        long interval = query.heartbeat().getAsLong();
        return beatOr(new Step.Wait(Math.max(lastByte, now - interval) + interval), out, now);
    }

    /** Goes on as said, after a heartbeat if one is due: also while a filter finds nothing among many changes. */
    private Step beatOr(Step step, JsonBuffer out, long now) {
        if (query.heartbeat().isPresent() && now - lastByte >= query.heartbeat().getAsLong()) {
            framing.heartbeat(out);
            lastByte = now;
            return step instanceof Step.Wait
                    ? new Step.Wait(now + query.heartbeat().getAsLong())
                    : step;
        }
        return step;
    }

    private Step end(JsonBuffer out) {
        long pending = query.descending()
                ? Math.max(0, database.pendingAfter(database.beginning()) - scanned)
                : database.pendingAfter(at);
        framing.end(out, at.token(), pending);
        return Step.DONE;
    }
}
