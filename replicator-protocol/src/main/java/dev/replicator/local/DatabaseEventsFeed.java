package dev.replicator.local;

import dev.replicator.changes.ChangesQuery;
import dev.replicator.changes.FeedPace;
import dev.replicator.error.CouchError;
import dev.replicator.store.DatabaseEvent;
import dev.replicator.store.DatabaseEvents;
import dev.replicator.store.Sequence;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What happened to the databases of a store, as a reader asked for it: {@code _db_updates}. {@link Feed} says when rows
 * come and when it ends; in its last line it tells no {@code pending}, as CouchDB does not.
 *
 * <p>A row is written only from a durable event, and every database with an event behind the point comes, so a reader
 * that goes on from any row's sequence misses none. Between pages it holds nothing but its point.
 */
public final class DatabaseEventsFeed implements AnswerPages {
    private static final int PAGE_ROWS = 500;

    private final DatabaseEvents events;
    private final FeedPace pace;
    private final Feed feed;

    private Sequence at;
    private Sequence target;
    private boolean scanned;

    /**
     * A feed that begins behind a point; where it goes backwards, at the last event.
     *
     * @param since a token, a number or {@code now}
     * @throws dev.replicator.error.CouchException 400 where {@code since} is none of them
     */
    public DatabaseEventsFeed(DatabaseEvents events, String since, FeedPace pace) {
        this.events = events;
        this.pace = pace;
        this.feed = new Feed(pace, new Rows());
        this.target = events.last();
        this.at = since.equals("now")
                ? target
                : events.parseSequence(since)
                        .orElseThrow(() -> CouchError.badRequest("Malformed sequence supplied in 'since' parameter.")
                                .asException());
    }

    @Override
    public Step next(AnswerPage page, long now) {
        return feed.next(page, now);
    }

    @Override
    public void finish() {
        feed.finish();
    }

    private final class Rows implements Feed.Source {
        @Override
        public boolean write(AnswerPage page) {
            return pace.descending() ? writeBackwards(page) : writeForwards(page);
        }

        @Override
        public String at() {
            return at.token();
        }

        @Override
        public OptionalLong pending() {
            return OptionalLong.empty();
        }
    }

    private boolean writeForwards(AnswerPage page) {
        boolean waitsForRows = pace.kind() == ChangesQuery.Kind.LONGPOLL && feed.rows() == 0;
        if (waitsForRows || pace.kind().isEndless()) {
            target = events.last();
        }
        List<DatabaseEvent> rows = events.after(at, target, PAGE_ROWS);
        write(page, rows);
        if (feed.limitMet() || rows.size() == PAGE_ROWS) {
            return true;
        }
        at = target;
        return false;
    }

    private boolean writeBackwards(AnswerPage page) {
        List<DatabaseEvent> rows = events.before(scanned ? Optional.of(at) : Optional.empty(), PAGE_ROWS);
        scanned = true;
        write(page, rows);
        return rows.size() == PAGE_ROWS;
    }

    /** Writes rows up to the limit: a page of them takes little. */
    private void write(AnswerPage page, List<DatabaseEvent> rows) {
        for (int i = 0; i < rows.size() && !feed.limitMet(); i++) {
            DatabaseEvent event = rows.get(i);
            String sequence = event.sequence().token();
            String type = event.type().name().toLowerCase(Locale.ROOT);
            feed.row(page, sequence, out -> {
                out.raw("{\"db_name\":").string(event.database());
                out.raw(",\"type\":\"")
                        .raw(type)
                        .raw("\",\"seq\":\"")
                        .raw(sequence)
                        .raw("\"}");
            });
            at = event.sequence();
        }
    }
}
