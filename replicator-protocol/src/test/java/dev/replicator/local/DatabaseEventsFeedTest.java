package dev.replicator.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.replicator.changes.ChangesQuery.Kind;
import dev.replicator.changes.FeedPace;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code _db_updates} of every kind, byte for byte, with a clock that the test moves. */
class DatabaseEventsFeedTest extends LocalFixture {
    private static final AnswerPages.Step DONE = AnswerPages.Step.DONE;
    private static final OptionalLong NONE = OptionalLong.empty();
    private static final String BEGIN = "{\"results\":[\n";

    private final AnswerPage page = new AnswerPage();

    private DatabaseEventsFeed feed(Kind kind, String since) {
        return feed(kind, since, false, NONE, NONE);
    }

    private DatabaseEventsFeed feed(
            Kind kind, String since, boolean descending, OptionalLong limit, OptionalLong heartbeat) {
        return new DatabaseEventsFeed(store.events(), since, new FeedPace(kind, descending, limit, heartbeat, 1000));
    }

    /** One step of a feed, whose bytes must be the given ones; {@code @n} stands for the sequence of that number. */
    private void step(DatabaseEventsFeed feed, long now, String bytes, AnswerPages.Step step) {
        page.truncate(0);
        AnswerPages.Step next = feed.next(page, now);
        assertEquals(bytes, text(db, page).replaceAll("\"(\\d+)-[0-9a-f]{1,8}\"", "\"@$1\""));
        assertEquals(step, next);
    }

    private static AnswerPages.Step until(long time) {
        return new AnswerPages.Step.Wait(time);
    }

    private static String row(String database, String type, long sequence) {
        return "{\"db_name\":\"" + database + "\",\"type\":\"" + type + "\",\"seq\":\"@" + sequence + "\"}";
    }

    private static String end(long last) {
        return "\n],\n\"last_seq\":\"@" + last + "\"}\n";
    }

    private static String lastLine(long last) {
        return "{\"last_seq\":\"@" + last + "\"}\n\n";
    }

    /** On top of {@code db}, which was created as the first. */
    private void happen() {
        store.create("a/b");
        commit("{\"_id\":\"d\"}");
        store.delete("a/b");
    }

    private static final String ROWS = row("db", "created", 1)
            + ",\n"
            + row("a/b", "created", 2)
            + ",\n"
            + row("db", "updated", 3)
            + ",\n"
            + row("a/b", "deleted", 4);

    @ParameterizedTest
    @EnumSource(names = {"NORMAL", "LONGPOLL"})
    void normalAndLongpollAreOneObjectARowALine(Kind kind) {
        happen();
        step(feed(kind, "0"), 0, BEGIN + ROWS + end(4), DONE);
    }

    @Test
    void continuousIsARowALineUntilNothingCameForTheTimeout() {
        DatabaseEventsFeed feed = feed(Kind.CONTINUOUS, "0");
        step(feed, 0, row("db", "created", 1) + "\n", until(1000));
        commit("{\"_id\":\"d\"}");
        step(feed, 900, row("db", "updated", 2) + "\n", until(1900));
        step(feed, 1899, "", until(1900));
        step(feed, 1900, lastLine(2), DONE);
    }

    @Test
    void eventsBearTheirSequenceAndHaveNoLastLine() {
        DatabaseEventsFeed feed = feed(Kind.EVENTSOURCE, "0");
        step(feed, 0, "data: " + row("db", "created", 1) + "\nid: \"@1\"\n\n", until(1000));
        step(feed, 1000, "", DONE);
    }

    @Test
    void longpollWaitsForWhatHappensNext() {
        DatabaseEventsFeed feed = feed(Kind.LONGPOLL, "now");
        step(feed, 5, BEGIN, until(1005));
        store.create("a/b");
        step(feed, 900, row("a/b", "created", 2) + end(2), DONE);
    }

    @Test
    void longpollTimesOut() {
        DatabaseEventsFeed feed = feed(Kind.LONGPOLL, "now");
        step(feed, 0, BEGIN, until(1000));
        step(feed, 1000, end(1), DONE);
    }

    @Test
    void heartbeatsSwitchTheTimeoutOff() {
        DatabaseEventsFeed lines = feed(Kind.CONTINUOUS, "now", false, NONE, OptionalLong.of(100));
        step(lines, 0, "\n", until(100));
        step(lines, 99, "", until(100));
        step(lines, 100_000, "\n", until(100_100));
        DatabaseEventsFeed events = feed(Kind.EVENTSOURCE, "now", false, NONE, OptionalLong.of(100));
        step(events, 0, "\n", until(100));
        step(events, 100, "event: heartbeat\ndata: \n\n", until(200));
        DatabaseEventsFeed poll = feed(Kind.LONGPOLL, "now", false, NONE, OptionalLong.of(100));
        step(poll, 0, BEGIN, until(100));
        step(poll, 5000, "\n", until(5100));
        commit("{\"_id\":\"d\"}");
        step(poll, 5001, row("db", "updated", 2) + end(2), DONE);
    }

    @Test
    void goesOnBehindATokenOrANumber() {
        happen();
        String token = store.events()
                .after(store.events().beginning(), store.events().last(), 3)
                .getLast()
                .sequence()
                .token();
        for (String since : new String[] {token, "3"}) {
            step(feed(Kind.NORMAL, since), 0, BEGIN + row("a/b", "deleted", 4) + end(4), DONE);
        }
        step(feed(Kind.NORMAL, "now"), 0, BEGIN + end(4), DONE);
        step(feed(Kind.NORMAL, "99"), 0, BEGIN + end(4), DONE);
    }

    @Test
    void theLimitEndsEveryFeed() {
        happen();
        step(
                feed(Kind.NORMAL, "1", false, OptionalLong.of(1), NONE),
                0,
                BEGIN + row("a/b", "created", 2) + end(2),
                DONE);
        DatabaseEventsFeed lines = feed(Kind.CONTINUOUS, "3", false, OptionalLong.of(2), OptionalLong.of(100));
        step(lines, 0, row("a/b", "deleted", 4) + "\n", until(100));
        store.create("c");
        store.create("d");
        step(lines, 1, row("c", "created", 5) + "\n" + lastLine(5), DONE);
        step(feed(Kind.LONGPOLL, "3", false, OptionalLong.of(0), NONE), 0, BEGIN + end(3), DONE);
    }

    @ParameterizedTest
    @EnumSource(names = {"NORMAL", "LONGPOLL"})
    void descendingIsTheNewestFirst(Kind kind) {
        happen();
        step(
                feed(kind, "now", true, OptionalLong.of(2), NONE),
                0,
                BEGIN + row("a/b", "deleted", 4) + ",\n" + row("db", "updated", 3) + end(3),
                DONE);
    }

    @Test
    void manyRowsComeInPages() {
        for (int i = 0; i < 1100; i++) {
            store.create("n" + i);
        }
        String rows = IntStream.range(0, 1100)
                .mapToObj(i -> row("n" + i, "created", i + 2) + "\n")
                .collect(Collectors.joining());
        DatabaseEventsFeed feed = feed(Kind.CONTINUOUS, "1");
        StringBuilder all = new StringBuilder();
        AnswerPages.Step step;
        do {
            page.truncate(0);
            step = feed.next(page, 0);
            all.append(text(db, page).replaceAll("\"(\\d+)-[0-9a-f]{1,8}\"", "\"@$1\""));
        } while (step instanceof AnswerPages.Step.More);
        assertEquals(rows, all.toString());
        DatabaseEventsFeed backwards = feed(Kind.NORMAL, "0", true, NONE, NONE);
        all.setLength(0);
        do {
            page.truncate(0);
            step = backwards.next(page, 0);
            all.append(text(db, page));
        } while (step instanceof AnswerPages.Step.More);
        assertEquals(1101, json(all.toString()).get("results").size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1.5", "3-"})
    void whatIsNoSequenceIsRefused(String since) {
        CouchException e = assertThrows(CouchException.class, () -> feed(Kind.NORMAL, since));
        assertEquals(CouchError.badRequest("Malformed sequence supplied in 'since' parameter."), e.error());
    }
}
