package dev.replicator.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.changes.ChangesFilter;
import dev.replicator.changes.ChangesQuery;
import dev.replicator.changes.ChangesQuery.Kind;
import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.revision.Revision;
import dev.replicator.selector.Projection;
import dev.replicator.selector.Selector;
import dev.replicator.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every kind of feed, byte for byte, with a clock that the test moves. */
class ChangesFeedTest extends LocalFixture {
    private static final AnswerPages.Step DONE = AnswerPages.Step.DONE;
    private static final AnswerPages.Step MORE = AnswerPages.Step.MORE;

    private final AnswerPage page = new AnswerPage();

    /** A query in the making: everything as a client gets it who says nothing. */
    private static final class Asking {
        private final Kind kind;
        private String since = "0";
        private boolean descending;
        private boolean allLeaves;
        private boolean activeOnly;
        private OptionalLong limit = OptionalLong.empty();
        private Optional<ChangesFilter> filter = Optional.empty();
        private Optional<ReadOptions> documents = Optional.empty();
        private long sequenceInterval = 1;
        private OptionalLong heartbeat = OptionalLong.empty();

        Asking(Kind kind) {
            this.kind = kind;
        }

        ChangesQuery query() {
            return new ChangesQuery(
                    kind,
                    since,
                    descending,
                    allLeaves,
                    activeOnly,
                    limit,
                    filter,
                    documents,
                    sequenceInterval,
                    heartbeat,
                    1000);
        }
    }

    private static Asking ask(Kind kind) {
        return new Asking(kind);
    }

    private ChangesFeed feed(Asking asking) {
        return new ChangesFeed(db, asking.query());
    }

    /** One step of a feed, whose bytes must be the given ones; {@code @n} stands for the sequence of that number. */
    private void step(ChangesFeed feed, long now, String bytes, AnswerPages.Step step) {
        page.truncate(0);
        AnswerPages.Step next = feed.next(page, now);
        assertEquals(bytes, text(db, page).replaceAll("\"(\\d+)-[0-9a-f]{1,8}\"", "\"@$1\""));
        assertEquals(step, next);
    }

    private static AnswerPages.Step until(long time) {
        return new AnswerPages.Step.Wait(time);
    }

    private void twoRows() {
        commit("{\"_id\":\"a\"}", "{\"_id\":\"b\",\"n\":1}");
    }

    private static final String ROW_A =
            "{\"seq\":\"@1\",\"id\":\"a\",\"changes\":[{\"rev\":\"1-967a00dff5e02add41819138abb3284d\"}]}";
    private static final String ROW_B =
            "{\"seq\":\"@2\",\"id\":\"b\",\"changes\":[{\"rev\":\"1-731bef401491606a3b246ed178e697c1\"}]}";
    private static final String BEGIN = "{\"results\":[\n";

    private static String end(long last, long pending) {
        return "\n],\n\"last_seq\":\"@" + last + "\",\"pending\":" + pending + "}\n";
    }

    private static String lastLine(long last, long pending) {
        return "{\"last_seq\":\"@" + last + "\",\"pending\":" + pending + "}\n\n";
    }

    private static String event(String row, long sequence) {
        return "data: " + row + "\nid: \"@" + sequence + "\"\n\n";
    }

    // ---- the bytes of each kind

    @Test
    void normalFeedIsOneObjectARowALine() {
        twoRows();
        step(feed(ask(Kind.NORMAL)), 0, BEGIN + ROW_A + ",\n" + ROW_B + end(2, 0), DONE);
    }

    @Test
    void normalFeedOfNothingEndsAtOnce() {
        step(feed(ask(Kind.NORMAL)), 0, BEGIN + end(0, 0), DONE);
    }

    @Test
    void longpollWithRowsEndsAtOnce() {
        twoRows();
        step(feed(ask(Kind.LONGPOLL)), 0, BEGIN + ROW_A + ",\n" + ROW_B + end(2, 0), DONE);
    }

    @Test
    void longpollWaitsForTheFirstRowsAndEndsWithThem() {
        ChangesFeed feed = feed(ask(Kind.LONGPOLL));
        step(feed, 5, BEGIN, until(1005));
        step(feed, 500, "", until(1005));
        twoRows();
        step(feed, 900, ROW_A + ",\n" + ROW_B + end(2, 0), DONE);
    }

    @Test
    void longpollTimesOut() {
        twoRows();
        Asking asking = ask(Kind.LONGPOLL);
        asking.since = "now";
        ChangesFeed feed = feed(asking);
        step(feed, 5, BEGIN, until(1005));
        step(feed, 1005, end(2, 0), DONE);
    }

    @Test
    void longpollHeartbeatsAreBlankLinesAndSwitchTheTimeoutOff() {
        Asking asking = ask(Kind.LONGPOLL);
        asking.heartbeat = OptionalLong.of(100);
        ChangesFeed feed = feed(asking);
        step(feed, 0, BEGIN, until(100));
        step(feed, 99, "", until(100));
        step(feed, 100, "\n", until(200));
        step(feed, 250, "\n", until(350));
        step(feed, 100_000, "\n", until(100_100));
        twoRows();
        step(feed, 100_001, ROW_A + ",\n" + ROW_B + end(2, 0), DONE);
    }

    @Test
    void continuousFeedIsARowALineUntilNothingCameForTheTimeout() {
        twoRows();
        ChangesFeed feed = feed(ask(Kind.CONTINUOUS));
        step(feed, 0, ROW_A + "\n" + ROW_B + "\n", until(1000));
        commit("{\"_id\":\"a\",\"_rev\":\"1-967a00dff5e02add41819138abb3284d\",\"n\":1}");
        step(feed, 900, "{\"seq\":\"@3\",\"id\":\"a\",\"changes\":[{\"rev\":\"" + winner("a") + "\"}]}\n", until(1900));
        step(feed, 1899, "", until(1900));
        step(feed, 1900, lastLine(3, 0), DONE);
    }

    private String winner(String id) {
        return document(id).tree().winner().revision().toString();
    }

    @Test
    void continuousFeedOfNothingShowsAtOnceThatItStands() {
        ChangesFeed feed = feed(ask(Kind.CONTINUOUS));
        step(feed, 0, "\n", until(1000));
        step(feed, 10, "", until(1000));
        step(feed, 1000, lastLine(0, 0), DONE);
    }

    @Test
    void aFeedThatWaitsAndIsToFinishEndsWithItsLastLine() {
        ChangesFeed longpoll = feed(ask(Kind.LONGPOLL));
        step(longpoll, 0, BEGIN, until(1000));
        longpoll.finish();
        step(longpoll, 1, end(0, 0), DONE);
        twoRows();
        ChangesFeed continuous = feed(ask(Kind.CONTINUOUS));
        step(continuous, 0, ROW_A + "\n" + ROW_B + "\n", until(1000));
        continuous.finish();
        step(continuous, 1, lastLine(2, 0), DONE);
        ChangesFeed events = feed(ask(Kind.EVENTSOURCE));
        step(events, 0, event(ROW_A, 1) + event(ROW_B, 2), until(1000));
        events.finish();
        step(events, 1, "", DONE);
    }

    @Test
    void anEndlessFeedThatIsToFinishEndsWhereItStandsAndOthersGoOn() {
        commit(IntStream.rangeClosed(1, 501)
                .mapToObj(i -> "{\"_id\":\"" + i + "\"}")
                .toArray(String[]::new));
        ChangesFeed continuous = feed(ask(Kind.CONTINUOUS));
        assertEquals(MORE, continuous.next(page, 0));
        continuous.finish();
        step(continuous, 1, lastLine(500, 1), DONE);
        page.truncate(0);
        ChangesFeed normal = feed(ask(Kind.NORMAL));
        assertEquals(MORE, normal.next(page, 0));
        normal.finish();
        assertEquals(DONE, normal.next(page, 1));
        assertTrue(text(db, page).replaceAll("\"501-[0-9a-f]*\"", "\"@501\"").endsWith(end(501, 0)));
    }

    @Test
    void continuousHeartbeats() {
        Asking asking = ask(Kind.CONTINUOUS);
        asking.heartbeat = OptionalLong.of(100);
        ChangesFeed feed = feed(asking);
        step(feed, 0, "\n", until(100));
        step(feed, 100, "\n", until(200));
        twoRows();
        step(feed, 150, ROW_A + "\n" + ROW_B + "\n", until(250));
        step(feed, 200, "", until(250));
        step(feed, 250, "\n", until(350));
    }

    @Test
    void continuousFeedEndsAtItsLimitHeartbeatOrNot() {
        twoRows();
        Asking asking = ask(Kind.CONTINUOUS);
        asking.limit = OptionalLong.of(1);
        asking.heartbeat = OptionalLong.of(100);
        step(feed(asking), 0, ROW_A + "\n" + lastLine(1, 1), DONE);
    }

    @Test
    void eventsBearTheirSequenceAsId() {
        twoRows();
        ChangesFeed feed = feed(ask(Kind.EVENTSOURCE));
        step(feed, 0, event(ROW_A, 1) + event(ROW_B, 2), until(1000));
        step(feed, 1000, "", DONE);
    }

    @Test
    void eventsOfNothing() {
        Asking asking = ask(Kind.EVENTSOURCE);
        asking.heartbeat = OptionalLong.of(100);
        ChangesFeed feed = feed(asking);
        step(feed, 0, "\n", until(100));
        step(feed, 100, "event: heartbeat\ndata: \n\n", until(200));
        twoRows();
        step(feed, 120, event(ROW_A, 1) + event(ROW_B, 2), until(220));
    }

    // ---- where feeds begin and end

    @ParameterizedTest
    @EnumSource(Kind.class)
    void limitZeroEndsEveryKindAtOnceWhereItBegan(Kind kind) {
        twoRows();
        Asking asking = ask(kind);
        asking.limit = OptionalLong.of(0);
        asking.since = "1";
        String bytes = switch (kind) {
            case NORMAL, LONGPOLL -> BEGIN + end(1, 1);
            case CONTINUOUS -> lastLine(1, 1);
            case EVENTSOURCE -> "";
        };
        step(feed(asking), 0, bytes, DONE);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void limitIsAPromise(Kind kind) {
        twoRows();
        Asking asking = ask(kind);
        asking.limit = OptionalLong.of(1);
        String bytes = switch (kind) {
            case NORMAL, LONGPOLL -> BEGIN + ROW_A + end(1, 1);
            case CONTINUOUS -> ROW_A + "\n" + lastLine(1, 1);
            case EVENTSOURCE -> event(ROW_A, 1);
        };
        step(feed(asking), 0, bytes, DONE);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void sinceBeyondTheLastWaitsForWhatComes(Kind kind) {
        twoRows();
        Asking asking = ask(kind);
        asking.since = "99";
        ChangesFeed feed = feed(asking);
        if (kind == Kind.NORMAL) {
            step(feed, 0, BEGIN + end(2, 0), DONE);
            return;
        }
        step(feed, 0, kind == Kind.LONGPOLL ? BEGIN : "\n", until(1000));
        commit("{\"_id\":\"c\"}");
        page.truncate(0);
        feed.next(page, 1);
        assertTrue(text(db, page).contains("\"id\":\"c\""));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void descendingShowsWhatIsThereNewestFirstAndEnds(Kind kind) {
        twoRows();
        Asking asking = ask(kind);
        asking.descending = true;
        String bytes = switch (kind) {
            case NORMAL, LONGPOLL -> BEGIN + ROW_B + ",\n" + ROW_A + end(1, 0);
            case CONTINUOUS -> ROW_B + "\n" + ROW_A + "\n" + lastLine(1, 0);
            case EVENTSOURCE -> event(ROW_B, 2) + event(ROW_A, 1);
        };
        step(feed(asking), 0, bytes, DONE);
        asking.limit = OptionalLong.of(1);
        page.truncate(0);
        feed(asking).next(page, 0);
        assertTrue(kind == Kind.EVENTSOURCE || text(db, page).contains("\"pending\":1}"), text(db, page));
    }

    @Test
    void malformedSinceIsRefused() {
        Asking asking = ask(Kind.NORMAL);
        asking.since = "garbage";
        CouchException thrown = assertThrows(CouchException.class, () -> feed(asking));
        assertEquals(CouchError.badRequest("Malformed sequence supplied in 'since' parameter."), thrown.error());
    }

    @Test
    void normalFeedEndsAtWhatWasLastWhenItBegan() {
        insertMany(0, 700, "");
        ChangesFeed feed = feed(ask(Kind.NORMAL));
        page.truncate(0);
        assertEquals(MORE, feed.next(page, 0));
        insertMany(700, 710, "");
        StringBuilder text = new StringBuilder(text(db, page));
        AnswerPages.Step step;
        do {
            page.truncate(0);
            step = feed.next(page, 0);
            text.append(text(db, page));
        } while (step.equals(MORE));
        assertEquals(DONE, step);
        JsonNode answer = json(text.toString());
        assertEquals(700, answer.get("results").size());
        assertEquals(10, answer.get("pending").longValue());
        assertTrue(answer.get("last_seq").stringValue().startsWith("700-"));
    }

    // ---- rows

    @Test
    void onlyEverySoManyRowsBearTheirSequence() {
        commit("{\"_id\":\"a\"}", "{\"_id\":\"b\"}", "{\"_id\":\"c\"}", "{\"_id\":\"d\"}");
        Asking asking = ask(Kind.NORMAL);
        asking.sequenceInterval = 3;
        List<String> sequences = new ArrayList<>();
        JsonNode answer = json(answer(feed(asking)));
        answer.get("results").forEach(row -> sequences.add(row.get("seq").toString()));
        assertEquals(List.of("null", "null"), sequences.subList(1, 3));
        assertTrue(sequences.get(0).startsWith("\"1-") && sequences.get(3).startsWith("\"4-"), sequences.toString());
        assertTrue(answer.get("last_seq").stringValue().startsWith("4-"));

        asking.sequenceInterval = 2;
        assertEquals(
                2,
                json(answer(feed(asking)))
                        .get("results")
                        .valueStream()
                        .filter(row -> row.get("seq").isNull())
                        .count());
    }

    @Test
    void eventsBearTheirIdAlsoWhereTheRowDoesNot() {
        twoRows();
        Asking asking = ask(Kind.EVENTSOURCE);
        asking.sequenceInterval = 2;
        step(feed(asking), 0, event(ROW_A, 1) + event(ROW_B.replace("\"@2\"", "null"), 2), until(1000));
    }

    @Test
    void styleAllDocsNamesAllLeavesTombstonesToo() {
        replicate(
                "{\"_id\":\"a\",\"_rev\":\"2-c\",\"n\":1}",
                "{\"_id\":\"a\",\"_rev\":\"3-b\",\"_deleted\":true}",
                "{\"_id\":\"a\",\"_rev\":\"2-d\",\"n\":2}");
        Asking asking = ask(Kind.NORMAL);
        assertEquals("[{\"rev\":\"2-d\"}]", firstRow(asking).get("changes").toString());
        asking.allLeaves = true;
        assertEquals(
                "[{\"rev\":\"2-d\"},{\"rev\":\"2-c\"},{\"rev\":\"3-b\"}]",
                firstRow(asking).get("changes").toString());
        assertEquals(null, firstRow(asking).get("deleted"));
    }

    @Test
    void documentsComeWithWhatIsAskedOfThem() {
        commit("{\"_id\":\"a\",\"_attachments\":{\"f\":{\"content_type\":\"text/plain\",\"data\":\"aGk=\"}}}");
        Asking asking = ask(Kind.NORMAL);
        asking.documents = Optional.of(ReadOptions.PLAIN);
        assertEquals(true, firstRow(asking).at("/doc/_attachments/f/stub").booleanValue());
        asking.documents = Optional.of(new ReadOptions(true, false, true, false, true, true, Optional.empty(), false));
        JsonNode document = firstRow(asking).get("doc");
        assertEquals("aGk=", document.at("/_attachments/f/data").stringValue());
        assertEquals(1, document.at("/_revisions/start").intValue());
        assertEquals(1, document.get("_local_seq").intValue());
    }

    private JsonNode firstRow(Asking asking) {
        return json(answer(feed(asking))).get("results").get(0);
    }

    // ---- filters

    @ParameterizedTest
    @EnumSource(Kind.class)
    void filtersLeaveOutRowsButNotTheirSequences(Kind kind) {
        twoRows();
        commit("{\"_id\":\"_design/d\"}", "{\"_id\":\"z\"}");
        Asking asking = ask(kind);
        asking.limit = OptionalLong.of(5);
        for (ChangesFilter filter :
                List.of(new ChangesFilter.DocumentIds(Set.of("b", "none")), selector("{\"n\":1}"))) {
            asking.filter = Optional.of(filter);
            String bytes = switch (kind) {
                case NORMAL, LONGPOLL -> BEGIN + ROW_B + end(4, 0);
                case CONTINUOUS -> ROW_B + "\n";
                case EVENTSOURCE -> event(ROW_B, 2);
            };
            step(feed(asking), 0, bytes, kind.isEndless() ? until(1000) : DONE);
        }
        asking.filter = Optional.of(new ChangesFilter.DesignDocuments());
        page.truncate(0);
        feed(asking).next(page, 0);
        assertTrue(text(db, page).contains("_design/d") && !text(db, page).contains("\"id\":\"b\""));
    }

    private static ChangesFilter selector(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return new ChangesFilter.Matching(Selector.compile(bytes, 0, bytes.length), Optional.empty());
    }

    @Test
    void showsTheFieldsThatTheSelectorNames() {
        commit(
                "{\"_id\":\"a\",\"n\":1.0,\"_attachments\":{\"f\":{\"data\":\"" + base64("hello") + "\"}}}",
                "{\"_id\":\"b\",\"n\":2,\"m\":3,\"_attachments\":{\"f\":{\"data\":\"" + base64("world") + "\"}}}");
        Asking asking = ask(Kind.CONTINUOUS);
        byte[] all = "{}".getBytes(UTF_8);
        asking.filter = Optional.of(new ChangesFilter.Matching(
                Selector.compile(all, 0, all.length),
                Optional.of(Projection.of(List.of("_attachments.f.data", "_id", "m")))));
        asking.documents =
                Optional.of(new ReadOptions(false, false, false, false, false, true, Optional.empty(), false));
        page.truncate(0);
        feed(asking).next(page, 0);
        String rows = text(db, page);
        assertTrue(
                rows.contains(
                        "\"doc\":{\"_attachments\":{\"f\":{\"data\":\"" + base64("hello") + "\"}},\"_id\":\"a\"}}"),
                rows);
        assertTrue(
                rows.contains("\"doc\":{\"_attachments\":{\"f\":{\"data\":\"" + base64("world")
                        + "\"}},\"_id\":\"b\",\"m\":3}}"),
                rows);
        asking.filter = Optional.of(new ChangesFilter.Matching(
                Selector.compile(all, 0, all.length), Optional.of(Projection.of(List.of("m")))));
        page.truncate(0);
        feed(asking).next(page, 0);
        assertEquals(List.of(), page.insertions());
        assertTrue(text(db, page).contains("\"doc\":{\"m\":3}"), text(db, page));
    }

    @Test
    void namesMoreThanAPageOfDocuments() {
        insertMany(0, 1500, "");
        Asking asking = ask(Kind.NORMAL);
        Set<String> ids =
                Set.copyOf(IntStream.range(100, 1300).mapToObj(i -> "d" + i).toList());
        asking.filter = Optional.of(new ChangesFilter.DocumentIds(ids));
        assertEquals(1200, json(answer(feed(asking))).get("results").size());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void namesMoreThanAPageOfDocumentsInTheOrderOfChangesAndNeverScans(Kind kind) {
        insertMany(0, 2500, "");
        commit("{\"_id\":\"x\"}");
        HookedDatabase hooked = new HookedDatabase(db);
        hooked.before("changes", 1, () -> {
            throw new AssertionError("a scan");
        });
        Asking asking = ask(kind);
        asking.filter = Optional.of(new ChangesFilter.DocumentIds(
                Set.copyOf(IntStream.range(0, 2500).mapToObj(i -> "d" + i).toList())));
        ChangesFeed feed = new ChangesFeed(hooked.database(), asking.query());
        List<Integer> sequences = new ArrayList<>();
        readRows(feed, sequences);
        // Behind the point that the pass reads to: it comes once, with its new sequence, where the feed goes on.
        replicate("{\"_id\":\"d2499\",\"_rev\":\"9-a\"}");
        while (readRows(feed, sequences)) {}
        if (kind.isEndless()) {
            readRows(feed, sequences);
        }
        List<Integer> expected =
                new ArrayList<>(IntStream.rangeClosed(1, 2499).boxed().toList());
        if (kind.isEndless()) {
            expected.add(2502);
        }
        assertEquals(expected.size(), sequences.size());
        assertTrue(expected.equals(sequences));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 1000, 2400})
    void namesDocumentsBackwardsAndNeverScans(int named) {
        insertMany(0, 2500, "");
        HookedDatabase hooked = new HookedDatabase(db);
        hooked.before("changesBackwards", 1, () -> {
            throw new AssertionError("a scan");
        });
        Asking asking = ask(Kind.NORMAL);
        asking.descending = true;
        asking.filter = Optional.of(new ChangesFilter.DocumentIds(
                Set.copyOf(IntStream.range(0, named).mapToObj(i -> "d" + i).toList())));
        ChangesFeed feed = new ChangesFeed(hooked.database(), asking.query());
        List<Integer> sequences = new ArrayList<>();
        boolean more = readRows(feed, sequences);
        assertEquals(named > 500, more);
        // Newer than where the feed began: where it was not come to by then, it is not any more.
        int last = more ? 2 : 1;
        replicate("{\"_id\":\"d0\",\"_rev\":\"9-a\"}");
        while (more) {
            more = readRows(feed, sequences);
        }
        List<Integer> expected =
                IntStream.rangeClosed(last, named).boxed().toList().reversed();
        assertEquals(expected.size(), sequences.size());
        assertTrue(expected.equals(sequences));
        assertTrue(
                Pattern.compile("\"last_seq\":\"" + last + "-\\w+\",\"pending\":0}\n$")
                        .matcher(text(db, page))
                        .find(),
                text(db, page));
    }

    /** Reads the sequences of a page's rows. Returns whether more follow at once. */
    private boolean readRows(ChangesFeed feed, List<Integer> sequences) {
        page.truncate(0);
        AnswerPages.Step step = feed.next(page, 0);
        Matcher rows = Pattern.compile("\"seq\":\"(\\d+)-").matcher(text(db, page));
        while (rows.find()) {
            sequences.add(Integer.valueOf(rows.group(1)));
        }
        return step.equals(MORE);
    }

    // ---- active_only

    @ParameterizedTest
    @EnumSource(Kind.class)
    void activeOnlyLeavesOutWhatWasDeletedBeforeTheFeedBeganAndNothingLater(Kind kind) {
        Revision made = put("{\"_id\":\"a\"}");
        commit("{\"_id\":\"b\"}", "{\"_id\":\"a\",\"_rev\":\"" + made + "\",\"_deleted\":true}");
        Asking asking = ask(kind);
        asking.activeOnly = true;
        asking.limit = OptionalLong.of(2);
        ChangesFeed feed = feed(asking);
        replicate("{\"_id\":\"c\",\"_rev\":\"8-c\",\"_deleted\":true}");
        List<Integer> sequences = new ArrayList<>();
        while (readRows(feed, sequences)) {}
        assertEquals(kind.isEndless() ? List.of(2, 4) : List.of(2), sequences);
    }

    @Test
    void activeOnlyWaitsWhereAllThatIsThereWasDeleted() {
        replicate("{\"_id\":\"a\",\"_rev\":\"8-a\",\"_deleted\":true}");
        Asking asking = ask(Kind.LONGPOLL);
        asking.activeOnly = true;
        ChangesFeed feed = feed(asking);
        step(feed, 0, BEGIN, MORE);
        step(feed, 0, "", until(1000));
        replicate("{\"_id\":\"b\",\"_rev\":\"9-a\",\"_deleted\":true}");
        List<Integer> sequences = new ArrayList<>();
        while (readRows(feed, sequences)) {}
        assertEquals(List.of(2), sequences);
    }

    @Test
    void activeOnlyCountsNoRowThatItLeavesOut() {
        replicate("{\"_id\":\"a\",\"_rev\":\"8-a\",\"_deleted\":true}");
        commit("{\"_id\":\"b\"}", "{\"_id\":\"c\"}");
        replicate("{\"_id\":\"d\",\"_rev\":\"8-d\",\"_deleted\":true}");
        Asking asking = ask(Kind.NORMAL);
        asking.activeOnly = true;
        asking.limit = OptionalLong.of(1);
        JsonNode answer = json(answer(feed(asking)));
        assertEquals("b", answer.get("results").get(0).get("id").asString());
        assertEquals(2, answer.get("pending").asInt());
        asking.descending = true;
        answer = json(answer(feed(asking)));
        assertEquals("c", answer.get("results").get(0).get("id").asString());
    }

    @Test
    void aLongScanThatFindsNothingGivesHeartbeats() {
        insertMany(0, 2000, "");
        Asking asking = ask(Kind.LONGPOLL);
        asking.filter = Optional.of(selector("{\"n\":-1}"));
        asking.heartbeat = OptionalLong.of(100);
        ChangesFeed feed = feed(asking);
        step(feed, 0, BEGIN, MORE);
        step(feed, 60, "", MORE);
        step(feed, 120, "\n", MORE);
        step(feed, 180, "", MORE);
        step(feed, 230, "\n", until(330));
    }

    @Test
    void aLongScanThatFindsNothingDoesNotTimeOutBeforeItsEnd() {
        insertMany(0, 1200, "");
        Asking asking = ask(Kind.CONTINUOUS);
        asking.filter = Optional.of(selector("{\"n\":-1}"));
        ChangesFeed feed = feed(asking);
        step(feed, 0, "", MORE);
        step(feed, 5000, "", MORE);
        step(feed, 9000, "\n" + lastLine(1200, 0), DONE);
    }

    // ---- pages

    @ParameterizedTest
    @EnumSource(Kind.class)
    void pagesEndBetweenRows(Kind kind) {
        insertMany(0, 300, "x".repeat(2000));
        Asking asking = ask(kind);
        asking.documents = Optional.of(ReadOptions.PLAIN);
        asking.limit = OptionalLong.of(300);
        ChangesFeed feed = feed(asking);
        StringBuilder all = new StringBuilder();
        int pages = 0;
        AnswerPages.Step step;
        do {
            page.truncate(0);
            step = feed.next(page, 0);
            String text = text(db, page);
            String last = text.stripTrailing();
            assertTrue(last.endsWith("}") || last.endsWith("\""), last.substring(last.length() - 20));
            assertTrue(text.length() < AnswerPages.PAGE_BYTES + 4000, "a page of " + text.length());
            all.append(text);
            pages++;
        } while (step.equals(MORE));
        assertEquals(DONE, step);
        assertTrue(pages > 5, pages + " pages");
        assertEquals(300, all.toString().split("\"seq\":", -1).length - 1);
    }

    private void insertMany(int from, int to, String text) {
        commit(IntStream.range(from, to)
                .mapToObj(i -> "{\"_id\":\"d" + i + "\",\"n\":" + i + ",\"t\":\"" + text + "\"}")
                .toArray(String[]::new));
    }

    @Test
    void descendingPagesShowEveryRowOnce() {
        insertMany(0, 1100, "");
        Asking asking = ask(Kind.NORMAL);
        asking.descending = true;
        List<String> pages = pages(feed(asking));
        assertTrue(pages.size() > 1);
        JsonNode answer = json(String.join("", pages));
        assertEquals(
                IntStream.range(0, 1100).mapToObj(i -> "d" + (1099 - i)).toList(),
                answer.get("results")
                        .valueStream()
                        .map(row -> row.get("id").stringValue())
                        .toList());
        assertEquals(0, answer.get("pending").longValue());
    }

    // ---- deletion

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aDatabaseDeletedBeforeTheFeedBeganIsAnError(Kind kind) {
        ChangesFeed feed = feed(ask(kind));
        store.delete("db");
        assertThrows(StoreException.DatabaseGone.class, () -> feed.next(new AnswerPage(), 0));
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "NORMAL")
    void aWaitingFeedEndsWithItsDatabase(Kind kind) {
        twoRows();
        Asking asking = ask(kind);
        asking.since = "now";
        asking.heartbeat = OptionalLong.of(100);
        ChangesFeed feed = feed(asking);
        page.truncate(0);
        feed.next(page, 0);
        store.delete("db");
        String bytes = switch (kind) {
            case NORMAL, LONGPOLL -> end(2, 0);
            case CONTINUOUS -> lastLine(2, 0);
            case EVENTSOURCE -> "";
        };
        step(feed, 1, bytes, DONE);
    }

    @Test
    void aDatabaseDeletedInTheMiddleOfARowLeavesNoHalfRow() {
        insertMany(0, 502, "");
        Asking asking = ask(Kind.NORMAL);
        asking.documents = Optional.of(ReadOptions.PLAIN);
        HookedDatabase hooked = new HookedDatabase(db);
        ChangesFeed feed = new ChangesFeed(hooked.database(), asking.query());
        hooked.before("content", 502, () -> store.delete("db"));
        JsonNode answer = json(answer(feed));
        assertEquals(501, answer.get("results").size());
        assertTrue(answer.get("last_seq").stringValue().startsWith("501-"));
    }
}
