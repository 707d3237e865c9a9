package dev.replicator.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.replication.ChangedDocument;
import dev.replicator.replication.ChangesPage;
import dev.replicator.replication.ChangesRequest;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.revision.Revision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The changes of a peer. */
abstract class PeerChangesContract extends PeerFixture {
    private static final ReplicationFilter ALL = new ReplicationFilter.None();
    private static final Duration LONG = Duration.ofMinutes(4);

    private static ChangesRequest request(PeerSequence since, int limit, ReplicationFilter filter, Duration patience) {
        return new ChangesRequest(since, limit, true, filter, patience);
    }

    private ChangesPage changes(PeerSequence since, int limit, ReplicationFilter filter) throws InterruptedException {
        return peer.changes(request(since, limit, filter, Duration.ZERO));
    }

    private ChangesPage changes(ReplicationFilter filter) throws InterruptedException {
        return changes(PeerSequence.START, 1000, filter);
    }

    private static List<String> ids(ChangesPage page) {
        return page.rows().stream().map(ChangedDocument::id).toList();
    }

    private static ReplicationFilter ids(String... ids) {
        return new ReplicationFilter.DocumentIds(new TreeSet<>(List.of(ids)));
    }

    private static ReplicationFilter named(String name) {
        return new ReplicationFilter.Named(name, new TreeMap<>());
    }

    private void assertRefused(int status, ChangesRequest request) {
        assertEquals(
                status,
                assertThrows(PeerException.Refused.class, () -> peer.changes(request))
                        .error()
                        .status());
    }

    @Test
    void anEmptyDatabaseHasNone() throws InterruptedException {
        ChangesPage page = changes(ALL);
        assertEquals(List.of(), page.rows());
        assertEquals(0, page.pending().orElse(0));
        put("{\"_id\":\"a\"}");
        assertEquals(List.of("a"), ids(changes(page.last(), 10, ALL)));
    }

    @Test
    void eachDocumentComesOnceAtItsLatestChange() throws InterruptedException {
        Revision first = put("{\"_id\":\"a\"}");
        put("{\"_id\":\"b\"}");
        Revision second = put("{\"_id\":\"a\",\"_rev\":\"" + first + "\"}");
        put("{\"_id\":\"c d/\u00e9\"}");
        ChangesPage page = changes(ALL);
        assertEquals(List.of("b", "a", "c d/\u00e9"), ids(page));
        assertEquals(List.of(second), page.rows().get(1).revisions());
    }

    @Test
    void aReaderGoesOnBehindAnyRow() throws InterruptedException {
        puts(IntStream.range(0, 20).mapToObj(i -> "{\"_id\":\"" + i + "\"}").toList());
        List<String> all = ids(changes(ALL));
        List<ChangedDocument> rows = changes(ALL).rows();
        for (int i = 0; i < rows.size(); i++) {
            assertEquals(all.subList(i + 1, all.size()), ids(changes(rows.get(i).sequence(), 1000, ALL)));
        }
    }

    @Test
    void rowsNameTheWinnerOrAllLeaves() throws InterruptedException {
        replicate(
                "{\"_id\":\"a\",\"_rev\":\"1-a\"}",
                "{\"_id\":\"a\",\"_rev\":\"1-c\"}",
                "{\"_id\":\"a\",\"_rev\":\"2-b\",\"_deleted\":true}");
        assertEquals(
                revisions("1-c", "1-a", "2-b"), changes(ALL).rows().getFirst().revisions());
        ChangesPage winners = peer.changes(new ChangesRequest(PeerSequence.START, 10, false, ALL, Duration.ZERO));
        assertEquals(revisions("1-c"), winners.rows().getFirst().revisions());
    }

    @Test
    void deletedDocumentsCome() throws InterruptedException {
        Revision made = put("{\"_id\":\"a\"}");
        Revision deleted = put("{\"_id\":\"a\",\"_rev\":\"" + made + "\",\"_deleted\":true}");
        assertEquals(List.of(deleted), changes(ALL).rows().getFirst().revisions());
    }

    /** Page by page, as a replication reads them: only the last page is not full. */
    private List<List<String>> pages(int limit, ReplicationFilter filter) throws InterruptedException {
        List<List<String>> pages = new ArrayList<>();
        ChangesPage page;
        PeerSequence since = PeerSequence.START;
        do {
            page = changes(since, limit, filter);
            pages.add(ids(page));
            since = page.last();
        } while (page.rows().size() == limit);
        assertEquals(List.of(), changes(since, limit, filter).rows(), "the end was reached");
        return pages;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 599, 600, 601})
    void onlyTheLastPageIsNotFull(int limit) throws InterruptedException {
        puts(IntStream.range(0, 600).mapToObj(i -> "{\"_id\":\"" + i + "\"}").toList());
        List<List<String>> pages = pages(limit, ALL);
        assertEquals(ids(changes(ALL)), pages.stream().flatMap(List::stream).toList());
        assertEquals(600 / limit + 1, pages.size());
    }

    @Test
    void aFilterThatLeavesOutMuchDoesNotShortenPages() throws InterruptedException {
        puts(IntStream.range(0, 1300)
                .mapToObj(i -> "{\"_id\":\"" + i + "\",\"v\":" + i % 130 + "}")
                .toList());
        ReplicationFilter tenth = new ReplicationFilter.Matching("{\"v\":{\"$eq\":7}}");
        List<List<String>> pages = pages(4, tenth);
        assertEquals(List.of(4, 4, 2), pages.stream().map(List::size).toList());
        assertEquals(
                IntStream.range(0, 10).mapToObj(i -> "" + (i * 130 + 7)).toList(),
                pages.stream().flatMap(List::stream).toList());
    }

    @Test
    void thePointMovesOnPastWhatAFilterLeavesOut() throws InterruptedException {
        puts(IntStream.range(0, 30).mapToObj(i -> "{\"_id\":\"" + i + "\"}").toList());
        for (ReplicationFilter filter :
                List.of(new ReplicationFilter.Matching("{\"v\":1}"), ids("none"), named("_design"))) {
            ChangesPage page = changes(filter);
            assertEquals(List.of(), ids(changes(page.last(), 10, ALL)), "after " + filter);
            assertEquals(0, page.pending().orElse(0));
        }
    }

    @Test
    void pendingCountsWhatComesAfterThePage() throws InterruptedException {
        puts(IntStream.range(0, 30).mapToObj(i -> "{\"_id\":\"" + i + "\"}").toList());
        assertEquals(23, changes(PeerSequence.START, 7, ALL).pending().orElse(23));
        assertEquals(0, changes(PeerSequence.START, 30, ALL).pending().orElse(0));
    }

    @Test
    void someDocumentsAloneComeInTheOrderOfTheirChanges() throws InterruptedException {
        puts(List.of("{\"_id\":\"x\"}", "{\"_id\":\"b\"}", "{\"_id\":\"\u00e9 &=\"}", "{\"_id\":\"a\"}"));
        assertEquals(List.of("b", "\u00e9 &=", "a"), ids(changes(ids("a", "b", "\u00e9 &=", "none"))));
        assertEquals(List.of(List.of("b", "\u00e9 &="), List.of("a")), pages(2, ids("a", "b", "\u00e9 &=", "none")));
    }

    @Test
    void moreDocumentsThanAPageAreNamed() throws InterruptedException {
        puts(IntStream.range(0, 2500).mapToObj(i -> "{\"_id\":\"" + i + "\"}").toList());
        String[] even = IntStream.range(0, 1250).mapToObj(i -> "" + 2 * i).toArray(String[]::new);
        assertEquals(
                List.of(even),
                pages(500, ids(even)).stream().flatMap(List::stream).toList());
    }

    @Test
    void aSelectorIsMatchedByTheWinner() throws InterruptedException {
        replicate(
                "{\"_id\":\"won\",\"_rev\":\"2-b\",\"v\":1}",
                "{\"_id\":\"won\",\"_rev\":\"1-a\",\"v\":2}",
                "{\"_id\":\"lost\",\"_rev\":\"2-b\",\"v\":2}",
                "{\"_id\":\"lost\",\"_rev\":\"1-a\",\"v\":1}",
                "{\"_id\":\"gone\",\"_rev\":\"2-b\",\"v\":1,\"_deleted\":true}");
        ChangesPage page = changes(new ReplicationFilter.Matching("{\"v\":1}"));
        assertEquals(List.of("won", "gone"), ids(page));
        assertEquals(revisions("2-b", "1-a"), page.rows().getFirst().revisions());
    }

    @Test
    void designDocumentsAloneCome() throws InterruptedException {
        puts(List.of("{\"_id\":\"a\"}", "{\"_id\":\"_design/x\"}"));
        assertEquals(List.of("_design/x"), ids(changes(named("_design"))));
    }

    @Test
    void whatIsNoFilterIsRefused() {
        assertRefused(
                400,
                request(PeerSequence.START, 1, new ReplicationFilter.Matching("{\"a\":{\"$no\":1}}"), Duration.ZERO));
        PeerException.Refused refused = assertThrows(PeerException.Refused.class, () -> changes(named("app/mine")));
        assertTrue(refused.getMessage().contains("app/mine"), refused.getMessage());
    }

    @Test
    void aPointThatIsNoneIsRefused() {
        assertRefused(400, request(new PeerSequence("\"nonsense\""), 1, ALL, Duration.ZERO));
    }

    @Test
    void aPointOfAFormerDatabaseIsBeforeTheFirstChange() throws InterruptedException {
        puts(IntStream.range(0, 5).mapToObj(i -> "{\"_id\":\"" + i + "\"}").toList());
        PeerSequence former = changes(ALL).last();
        peers.store().delete("db");
        db = peers.store().create("db").orElseThrow();
        put("{\"_id\":\"new\"}");
        assertEquals(List.of("new"), ids(changes(former, 10, ALL)));
    }

    // ---- waiting

    /** Calls from a thread of its own, and returns when that thread waits. */
    private FutureTask<ChangesPage> waiting(ChangesRequest request, List<Thread> thread) {
        FutureTask<ChangesPage> task = new FutureTask<>(() -> peer.changes(request));
        Thread caller = Thread.ofVirtual().start(task);
        awaitWaiting(caller);
        thread.add(caller);
        return task;
    }

    @Test
    void aWriteEndsTheWait() throws InterruptedException, ExecutionException {
        put("{\"_id\":\"a\"}");
        FutureTask<ChangesPage> page = waiting(request(changes(ALL).last(), 10, ALL, LONG), new ArrayList<>());
        put("{\"_id\":\"b\"}");
        assertEquals(List.of("b"), ids(page.get()));
    }

    @Test
    void aWriteThatTheFilterLeavesOutDoesNotEndTheWait() throws InterruptedException, ExecutionException {
        FutureTask<ChangesPage> page = waiting(request(PeerSequence.START, 10, ids("wanted"), LONG), new ArrayList<>());
        put("{\"_id\":\"other\"}");
        put("{\"_id\":\"another\"}");
        put("{\"_id\":\"wanted\"}");
        assertEquals(List.of("wanted"), ids(page.get()));
    }

    @Test
    void theWaitEndsWithoutRows() throws InterruptedException {
        puts(List.of("{\"_id\":\"a\"}", "{\"_id\":\"b\"}"));
        long begin = System.nanoTime();
        ChangesPage page = peer.changes(request(PeerSequence.START, 10, ids("c"), Duration.ofMillis(200)));
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertEquals(List.of(), page.rows());
        assertTrue(took.toMillis() >= 150, took.toString());
        assertEquals(List.of(), ids(changes(page.last(), 10, ALL)), "the point has moved on");
    }

    @Test
    void rowsThatAreThereDoNotWait() throws InterruptedException {
        put("{\"_id\":\"a\"}");
        assertEquals(List.of("a"), ids(peer.changes(request(PeerSequence.START, 10, ALL, LONG))));
    }

    @Test
    void anInterruptionEndsTheWait() {
        List<Thread> caller = new ArrayList<>();
        FutureTask<ChangesPage> page = waiting(request(PeerSequence.START, 10, ALL, LONG), caller);
        caller.getFirst().interrupt();
        assertInstanceOf(
                InterruptedException.class,
                assertThrows(ExecutionException.class, page::get).getCause());
    }

    @Test
    void aDatabaseThatIsDeletedEndsTheWait() {
        FutureTask<ChangesPage> page = waiting(request(PeerSequence.START, 10, ALL, LONG), new ArrayList<>());
        peers.store().delete("db");
        assertInstanceOf(
                PeerException.class,
                assertThrows(ExecutionException.class, page::get).getCause());
    }

    /** Rows wait in memory: their number bounds nothing where each may name thousands of leaves. */
    @Test
    void aPageEndsWhereItsRowsAreTooManyBytes() throws InterruptedException {
        int documents = 12;
        int leaves = 6000;
        for (int i = 0; i < documents; i++) {
            for (int from = 0; from < leaves; from += 1000) {
                String id = "doc" + i;
                replicate(IntStream.range(from, from + 1000)
                        .mapToObj(leaf -> "{\"_id\":\"" + id + "\",\"_rev\":\"1-" + leaf + "\"}")
                        .toArray(String[]::new));
            }
        }
        ChangesPage first = changes(PeerSequence.START, 1000, ALL);
        assertTrue(first.cut());
        assertTrue(
                first.rows().size() < documents && !first.rows().isEmpty(),
                first.rows().size() + " rows");
        ChangesPage second = changes(first.last(), 1000, ALL);
        assertFalse(second.cut());
        List<String> all = new ArrayList<>(ids(first));
        all.addAll(ids(second));
        assertEquals(IntStream.range(0, documents).mapToObj(i -> "doc" + i).toList(), all);
    }
}
