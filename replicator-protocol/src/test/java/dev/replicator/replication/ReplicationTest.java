package dev.replicator.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.error.CouchError;
import dev.replicator.local.RevsDiff;
import dev.replicator.peer.LocalPeer;
import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.IdRange;
import dev.replicator.store.MemoryStore;
import dev.replicator.store.StoredDocument;
import dev.replicator.store.TestEdits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a replication brings over, records and tells, in simulated time on a good network. */
@Timeout(60)
class ReplicationTest {
    private static final LocalPeer.Limits LIMITS = new LocalPeer.Limits(1 << 20, new AttachmentLimits(1 << 20, 10));
    private static final int MOST_STEPS = 100_000;

    private final SimulatedHost host = new SimulatedHost(new Random(1));
    private final List<WriteFailure> refused = new ArrayList<>();
    private final List<FetchedRevision.Missing> missing = new ArrayList<>();
    private MemoryStore store;

    private final ReplicationListener listener = new ReplicationListener() {
        @Override
        public void refused(WriteFailure failure) {
            refused.add(failure);
        }

        @Override
        public void missing(FetchedRevision.Missing gone) {
            missing.add(gone);
        }
    };

    @BeforeEach
    void makeStore() {
        store = new MemoryStore();
        store.create("source");
    }

    @AfterEach
    void closeStore() {
        host.crash();
        store.close();
    }

    private Database database(String name) {
        return store.database(name).orElseThrow();
    }

    private void put(String... ids) {
        List<Edit> edits = new ArrayList<>();
        Arrays.stream(ids).forEach(id -> edits.add(TestEdits.insert(id, "{\"of\":\"" + id + "\"}")));
        database("source").commit(edits).toCompletableFuture().join();
    }

    private LocalPeer local(String name) {
        return new LocalPeer(store, name, "jan", () -> LIMITS, Runnable::run, host::now);
    }

    private Peer peer(String name) {
        return new FaultyPeer(local(name), name, host, new FaultyPeer.Faults(), (_, _) -> {});
    }

    private static ReplicationOptions options(boolean continuous, ReplicationFilter filter, boolean winningOnly) {
        return new ReplicationOptions(
                continuous, true, filter, Optional.empty(), winningOnly, true, Duration.ofSeconds(5), 2, 3, 2);
    }

    private static ReplicationOptions once() {
        return options(false, new ReplicationFilter.None(), false);
    }

    private Replication start(ReplicationOptions options) {
        return start(peer("source"), peer("target"), options);
    }

    private Replication start(Peer source, Peer target, ReplicationOptions options) {
        return Replication.start(source, target, "checkpoint", options, host, listener);
    }

    private ReplicationResult toTheEnd(Replication replication) {
        for (int i = 0; host.step(); i++) {
            assertTrue(i < MOST_STEPS, "it does not end");
        }
        return replication.result().toCompletableFuture().join();
    }

    private ReplicationException failure(Replication replication) {
        CompletionException problem = assertThrows(CompletionException.class, () -> toTheEnd(replication));
        return (ReplicationException) problem.getCause();
    }

    /** Lets a continuous replication run for some time. */
    private void run(Duration duration) {
        var end = host.now().plus(duration);
        while (host.now().isBefore(end)) {
            assertTrue(host.step(), "it has ended");
        }
    }

    private List<String> idsOnTarget() {
        return database("target").documents(IdRange.ALL, Database.MAX_PAGE).stream()
                .map(StoredDocument::id)
                .toList();
    }

    @Test
    void bringsAllAndTheNextRunFindsNothingNew() {
        put("a", "b", "c", "d", "e", "f", "g");
        ReplicationResult first = toTheEnd(start(once()));
        assertEquals(List.of("a", "b", "c", "d", "e", "f", "g"), idsOnTarget());
        assertEquals(7, first.statistics().docsWritten());
        assertFalse(first.noChanges());
        ReplicationResult second = toTheEnd(start(once()));
        assertTrue(second.noChanges());
        assertEquals(first.checkpoint().last().id(), second.checkpoint().last().id());
        put("h");
        ReplicationResult third = toTheEnd(start(once()));
        assertEquals(1, third.statistics().missingChecked(), "it begins at the checkpoint");
        assertEquals(2, third.checkpoint().sessions().size());
    }

    @Test
    void takesOnlyWhatAFilterLetsThrough() {
        put("a", "b", "c");
        toTheEnd(start(options(false, new ReplicationFilter.DocumentIds(new TreeSet<>(List.of("b", "x"))), false)));
        assertEquals(List.of("b"), idsOnTarget());
        ReplicationOptions selected = options(false, new ReplicationFilter.Matching("{\"of\":\"c\"}"), false);
        toTheEnd(Replication.start(peer("source"), peer("target"), "selected", selected, host, listener));
        assertEquals(List.of("b", "c"), idsOnTarget());
        assertEquals(
                "not_implemented",
                failure(start(options(false, new ReplicationFilter.Named("no/no", new TreeMap<>()), false)))
                        .error());
    }

    @Test
    void beginsWhereItIsTold() {
        put("a", "b");
        String since = database("source").last().token();
        put("c");
        ReplicationOptions options = new ReplicationOptions(
                false,
                true,
                new ReplicationFilter.None(),
                Optional.of(PeerSequence.of(since)),
                false,
                true,
                Duration.ofSeconds(5),
                1,
                10,
                0);
        toTheEnd(start(options));
        assertEquals(List.of("c"), idsOnTarget());
    }

    @Test
    void leavesLosersOutWhereItIsTold() {
        database("source")
                .commit(List.of(
                        TestEdits.replicated("a", false, "{\"n\":1}", "1-aa"),
                        TestEdits.replicated("a", false, "{\"n\":2}", "1-bb")))
                .toCompletableFuture()
                .join();
        toTheEnd(start(options(false, new ReplicationFilter.None(), true)));
        assertEquals(
                "1-bb",
                database("target").document("a").orElseThrow().tree().leaves().stream()
                        .map(leaf -> leaf.revision().toString())
                        .reduce("", String::concat));
        toTheEnd(Replication.start(peer("source"), peer("target"), "other", once(), host, listener));
        assertEquals(2, database("target").document("a").orElseThrow().tree().leafCount());
    }

    @Test
    void saysWhichDatabaseIsNotThere() {
        ReplicationException noTarget = failure(start(ReplicationOptions.DEFAULT));
        assertEquals("db_not_found: could not open target", noTarget.error() + ": " + noTarget.getMessage());
        assertFalse(noTarget.isPassing());
        store.delete("source");
        assertEquals("could not open source", failure(start(once())).getMessage());
        assertEquals(Optional.empty(), store.database("target"), "nothing was made");
    }

    @Test
    void countsAndNamesWhatTheTargetRefuses() {
        for (String id : List.of("a", "b", "c")) {
            String body = "{\"long\":\"" + "x".repeat(1000) + "\"}";
            database("source")
                    .commit(List.of(TestEdits.insert(id, body)))
                    .toCompletableFuture()
                    .join();
        }
        LocalPeer.Limits small = new LocalPeer.Limits(1000, new AttachmentLimits(1 << 20, 10));
        database("source")
                .commit(List.of(TestEdits.insert("ok", "{}")))
                .toCompletableFuture()
                .join();
        Peer target = new LocalPeer(store, "target", "jan", () -> small, Runnable::run, host::now);
        ReplicationResult result = toTheEnd(start(peer("source"), target, once()));
        assertEquals(List.of("ok"), idsOnTarget());
        assertEquals(3, result.statistics().docWriteFailures());
        assertEquals(1, result.statistics().docsWritten());
        assertEquals(
                List.of("a", "b", "c"),
                refused.stream().map(WriteFailure::id).sorted().toList());
        assertTrue(refused.getFirst().reason().contains("max_document_size"), refused.getFirst()::reason);
    }

    @Test
    void goesOnUntilItIsCancelledAndRecordsWhatIsDone() {
        put("a");
        Replication replication = start(options(true, new ReplicationFilter.None(), false));
        run(Duration.ofSeconds(30));
        put("b");
        run(Duration.ofSeconds(90));
        assertEquals(List.of("a", "b"), idsOnTarget());
        put("c");
        while (!idsOnTarget().contains("c")) {
            assertTrue(host.step());
        }
        replication.cancel();
        ReplicationResult result = toTheEnd(replication);
        assertTrue(result.cancelled());
        ReplicationResult next = toTheEnd(start(once()));
        assertTrue(next.statistics().missingChecked() <= 1, "it goes on from about there");
    }

    @Test
    void noticesThatTheTargetWasMadeAnew() {
        put("a");
        Replication replication = start(options(true, new ReplicationFilter.None(), false));
        run(Duration.ofSeconds(30));
        store.delete("target");
        store.create("target");
        put("b");
        ReplicationException failure = failure(replication);
        assertEquals("db_replaced", failure.error());
        assertTrue(failure.isPassing());
        toTheEnd(start(once()));
        assertEquals(List.of("a", "b"), idsOnTarget());
    }

    @Test
    void failsWithAReasonWhenAPeerStaysAway() {
        put("a");
        Peer away = new ForwardingPeer(local("target")) {
            @Override
            public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions) {
                throw new PeerException.Passing("http://target/ does not answer");
            }
        };
        ReplicationException failure = failure(start(peer("source"), away, once()));
        assertEquals("http://target/ does not answer", failure.getMessage());
        assertTrue(failure.isPassing());
    }

    @Test
    void endsWithAnErrorToo() {
        put("a");
        Peer broken = new ForwardingPeer(local("target")) {
            @Override
            public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions) {
                throw new AssertionError("cannot be");
            }
        };
        ReplicationException failure = failure(start(peer("source"), broken, once()));
        assertEquals("internal_error", failure.error());
        assertTrue(failure.getMessage().contains("cannot be"), failure::getMessage);
    }

    /** A source that leaves an answer out could make a document be skipped in silence. */
    @Test
    void doesNotTakeSilenceForAnAnswer() {
        put("a", "b", "c");
        Peer silent = new ForwardingPeer(local("source")) {
            @Override
            public FetchedRevisions fetch(List<RevsDiff> wanted) throws InterruptedException {
                return super.fetch(
                        wanted.stream().filter(diff -> !diff.id().equals("b")).toList());
            }
        };
        ReplicationException failure = failure(start(silent, peer("target"), once()));
        assertTrue(failure.getMessage().contains("answered nothing about document 'b'"), failure::getMessage);
        assertEquals(Optional.empty(), database("target").local("checkpoint"), "no checkpoint is ahead");
    }

    @Test
    void aTargetThatIsAskedAboutNothingCannotWishForMore() throws InterruptedException {
        put("a");
        Peer greedy = new ForwardingPeer(local("target")) {
            @Override
            public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions)
                    throws InterruptedException {
                List<RevsDiff> diffs = new ArrayList<>(super.missing(revisions));
                diffs.add(new RevsDiff("secret", List.of(Revision.parse("1-aa")), List.of()));
                return diffs;
            }
        };
        local("target").create();
        toTheEnd(start(peer("source"), greedy, once()));
        assertEquals(List.of("a"), idsOnTarget());
        assertEquals(List.of(), missing);
    }

    @Test
    void namesWhatTheSourceDoesNotHaveAnyMore() {
        put("a", "b");
        Peer source = new ForwardingPeer(local("source")) {
            @Override
            public FetchedRevisions fetch(List<RevsDiff> wanted) throws InterruptedException {
                FetchedRevisions answers = super.fetch(wanted);
                return new FetchedRevisions() {
                    @Override
                    public Optional<FetchedRevision> next() throws InterruptedException {
                        return answers.next()
                                .map(answer -> answer instanceof FetchedRevision.Document document
                                                && document.id().equals("a")
                                        ? new FetchedRevision.Missing(
                                                "a", document.revision(), CouchError.notFound("missing"))
                                        : answer);
                    }

                    @Override
                    public void close() {
                        answers.close();
                    }
                };
            }
        };
        ReplicationResult result = toTheEnd(start(source, peer("target"), once()));
        assertEquals(List.of("b"), idsOnTarget());
        assertEquals("a", missing.getFirst().id());
        assertEquals(2, result.statistics().missingFound());
        assertEquals(1, result.statistics().docsRead());
        assertEquals(1, result.statistics().docsGone());
    }

    /** The target's compaction or purge may come between its saying what it has and its being sent the rest. */
    @Test
    void fetchesWholeWhatTheTargetHasLostMeanwhile() {
        put("a", "b");
        List<List<RevsDiff>> asked = new ArrayList<>();
        Peer source = new ForwardingPeer(local("source")) {
            @Override
            public FetchedRevisions fetch(List<RevsDiff> wanted) throws InterruptedException {
                asked.add(wanted);
                return super.fetch(wanted);
            }
        };
        Peer forgetful = new ForwardingPeer(local("target")) {
            private boolean forgot;

            @Override
            public List<WriteFailure> write(List<FetchedRevision.Document> revisions) throws InterruptedException {
                if (forgot) {
                    return super.write(revisions);
                }
                forgot = true;
                super.write(revisions.stream()
                        .filter(document -> !document.id().equals("a"))
                        .toList());
                return List.of(new WriteFailure("a", "1-x", "missing_stub", "Invalid attachment stub in a for f"));
            }
        };
        ReplicationResult result = toTheEnd(start(source, forgetful, once()));
        assertEquals(List.of("a", "b"), idsOnTarget());
        assertEquals(2, result.statistics().docsWritten());
        assertEquals(0, result.statistics().docWriteFailures());
        assertEquals(List.of("a"), asked.getLast().stream().map(RevsDiff::id).toList());
        assertEquals(List.of(), refused);
    }

    @Test
    void theIdIsThatOfPeersAndDocuments() {
        ReplicationOptions all = once();
        String id = ReplicationId.of("uuid", "http://a/", "http://b/", all);
        assertEquals(id, ReplicationId.of("uuid", "http://a/", "http://b/", options(true, all.filter(), false)));
        List<String> others = List.of(
                ReplicationId.of("other", "http://a/", "http://b/", all),
                ReplicationId.of("uuid", "http://b/", "http://a/", all),
                ReplicationId.of("uuid", "http://a/", "http://b/", options(false, all.filter(), true)),
                ReplicationId.of(
                        "uuid",
                        "http://a/",
                        "http://b/",
                        options(false, new ReplicationFilter.DocumentIds(new TreeSet<>(List.of("a", "b"))), false)),
                ReplicationId.of(
                        "uuid",
                        "http://a/",
                        "http://b/",
                        options(false, new ReplicationFilter.DocumentIds(new TreeSet<>(List.of("a,b"))), false)),
                ReplicationId.of(
                        "uuid",
                        "http://a/",
                        "http://b/",
                        options(false, new ReplicationFilter.Named("d/f", new TreeMap<>()), false)));
        assertEquals(others.size(), new TreeSet<>(others).size());
        assertFalse(others.contains(id));
        assertTrue(id.matches("[0-9a-f]{32}"));
    }
}
