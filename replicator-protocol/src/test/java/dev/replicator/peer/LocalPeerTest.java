package dev.replicator.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.Provenance;
import dev.replicator.replication.ChangesPage;
import dev.replicator.replication.ChangesRequest;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevision.Following;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.replication.WriteFailure;
import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.MemoryStore;
import dev.replicator.store.Store;
import dev.replicator.store.StoreException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a peer of the own store does beyond the contract: threads, limits, and what goes wrong in the store. */
@Timeout(60)
class LocalPeerTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_123L);
    private static final LocalPeer.Limits LIMITS = new LocalPeer.Limits(100, new AttachmentLimits(1000, 2));

    private final MemoryStore store = new MemoryStore();
    private final Database db = store.create("db").orElseThrow();
    private final LocalPeer peer = peer(store, Runnable::run);

    @AfterEach
    void closeStore() {
        store.close();
    }

    private static LocalPeer peer(Store store, Executor threads) {
        return new LocalPeer(store, "db", "jan", () -> LIMITS, threads, () -> NOW);
    }

    private static ChangesRequest changes(Duration patience) {
        return new ChangesRequest(PeerSequence.START, 10, true, new ReplicationFilter.None(), patience);
    }

    private void add(String... documents) {
        PeerFixture.commit(db, true, List.of(documents));
    }

    // ---- threads

    @Test
    void whoWaitsForChangesHoldsNoThreadOfTheStore() throws InterruptedException, ExecutionException {
        try (ExecutorService one = Executors.newSingleThreadExecutor()) {
            LocalPeer onOne = peer(store, one);
            FutureTask<ChangesPage> waiting = new FutureTask<>(() -> onOne.changes(changes(Duration.ofDays(1))));
            PeerFixture.awaitWaiting(Thread.ofVirtual().start(waiting));
            onOne.write(List.of(PeerFixture.document("{\"_id\":\"a\",\"_rev\":\"1-a\"}")));
            assertEquals(1, waiting.get().rows().size());
        }
    }

    @Test
    void aCallThatHasNotBegunNeverDoesAfterAnInterruption() throws InterruptedException {
        store.delete("db");
        CountDownLatch busy = new CountDownLatch(1);
        try (ExecutorService one = Executors.newSingleThreadExecutor()) {
            one.execute(() -> {
                try {
                    busy.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            LocalPeer onOne = peer(store, one);
            FutureTask<Void> make = new FutureTask<>(() -> {
                onOne.create();
                return null;
            });
            Thread caller = Thread.ofVirtual().start(make);
            PeerFixture.awaitWaiting(caller);
            caller.interrupt();
            ExecutionException failed = assertThrows(ExecutionException.class, make::get);
            assertInstanceOf(InterruptedException.class, failed.getCause());
            busy.countDown();
        }
        assertEquals(List.of(), store.names());
    }

    @Test
    void anInterruptedThreadGetsNothingDone() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, peer::info);
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void anInterruptionWhileTheSourceIsReadLeavesNothing() {
        InputStream interrupted = new InputStream() {
            @Override
            public int read() throws InterruptedIOException {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }

            @Override
            public int read(byte[] into, int from, int count) throws InterruptedIOException {
                return read();
            }
        };
        FetchedRevision.Document plain = PeerFixture.document(
                "{\"_id\":\"a\",\"_rev\":\"1-a\",\"_attachments\":{\"f\":{\"data\":\"AAEC\"},\"g\":{\"follows\":true}}}");
        FetchedRevision.Document document = new FetchedRevision.Document(
                plain.id(),
                plain.revision(),
                plain.json(),
                List.of(new Following("g", "image/png", false, 10)),
                interrupted);
        assertThrows(InterruptedException.class, () -> peer.writeWithAttachments(document));
        assertEquals(0, store.blobs("db"));
    }

    // ---- what is written

    @Test
    void revisionsSayOnWhoseBehalfTheyCame() throws InterruptedException {
        peer.write(List.of(PeerFixture.document("{\"_id\":\"a\",\"_rev\":\"1-a\"}")));
        assertEquals(
                new Provenance(NOW.toEpochMilli(), "jan", Provenance.Origin.REPLICATION),
                db.content(PeerFixture.stored(db, "a"), Revision.parse("1-a"))
                        .orElseThrow()
                        .provenance());
    }

    @Test
    void whatIsBeyondALimitIsRefused() throws InterruptedException {
        String large = "\"v\":\"" + "x".repeat(100) + "\"";
        List<WriteFailure> failures = peer.write(List.of(
                PeerFixture.document("{\"_id\":\"large\",\"_rev\":\"1-a\"," + large + "}"),
                PeerFixture.document("{\"_id\":\"fits\",\"_rev\":\"1-a\"}")));
        assertEquals(
                List.of("large document_too_large"),
                failures.stream()
                        .map(failure -> failure.id() + " " + failure.error())
                        .toList());
        assertTrue(failures.getFirst().reason().contains("couchdb/max_document_size"), failures.toString());
        assertTrue(db.document("fits").isPresent());
        FetchedRevision.Document attachment = PeerFixture.document(
                "{\"_id\":\"a\",\"_rev\":\"1-a\",\"_attachments\":{\"f\":{\"follows\":true}}}",
                List.of(new Following("f", "image/png", false, 1001)),
                new byte[1001]);
        assertEquals(
                "attachment_too_large",
                peer.writeWithAttachments(attachment).orElseThrow().error());
        assertEquals(0, store.blobs("db"));
    }

    @Test
    void aCheckpointIsNoDocumentThatIsTooLarge() throws InterruptedException {
        peer.putLocal("a", ("{\"v\":\"" + "x".repeat(200) + "\"}").getBytes(UTF_8));
        assertTrue(peer.local("a").isPresent());
    }

    // ---- what is read

    @Test
    void namedDocumentsAreNotSearchedThroughForEachPage() throws InterruptedException {
        int documents = 8 * Database.MAX_PAGE;
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < documents; i++) {
            ids.add("doc" + i);
        }
        Collections.shuffle(ids, new Random(7));
        for (int from = 0; from < documents; from += 500) {
            add(ids.subList(from, from + 500).stream()
                    .map(id -> "{\"_id\":\"" + id + "\",\"_rev\":\"1-a\"}")
                    .toArray(String[]::new));
        }
        String later = ids.get(documents / 2);
        AtomicInteger asked = new AtomicInteger();
        LocalPeer counted = peer(
                watched((method, arguments) -> {
                    if (method.equals("changesOf")) {
                        asked.addAndGet(((List<?>) arguments[0]).size());
                    }
                }),
                Runnable::run);
        ReplicationFilter filter = new ReplicationFilter.DocumentIds(new TreeSet<>(ids));
        List<String> read = new ArrayList<>();
        PeerSequence since = PeerSequence.START;
        ChangesPage page;
        do {
            page = counted.changes(new ChangesRequest(since, Database.MAX_PAGE, true, filter, Duration.ZERO));
            page.rows().forEach(row -> read.add(row.id()));
            since = page.last();
            if (read.size() == Database.MAX_PAGE) {
                // What changes meanwhile is no longer where it was, and comes once more at the end.
                add("{\"_id\":\"" + later + "\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]}}");
            }
        } while (!page.rows().isEmpty());
        ids.remove(later);
        ids.add(later);
        assertEquals(ids, read);
        // Once to find the order, once page by page, and once more for what changed meanwhile.
        assertTrue(asked.get() < 4 * documents, asked + " ids were looked up for " + documents);
    }

    private ChangesPage one(PeerSequence since, String... ids) throws InterruptedException {
        TreeSet<String> named = new TreeSet<>(List.of(ids));
        // So many that a reading is kept: fewer are looked up anew.
        for (int i = 0; i < Database.MAX_PAGE; i++) {
            named.add("none" + i);
        }
        ReplicationFilter filter = new ReplicationFilter.DocumentIds(named);
        return peer.changes(new ChangesRequest(since, 1, true, filter, Duration.ZERO));
    }

    @Test
    void aReadingGoesOnForNothingButWhatFollowsIt() throws InterruptedException {
        for (String id : List.of("a", "b", "c")) {
            add("{\"_id\":\"" + id + "\",\"_rev\":\"1-a\"}");
        }
        String[] all = {"a", "b", "c"};
        PeerSequence afterFirst = one(PeerSequence.START, all).last();
        assertEquals("a", one(PeerSequence.START, all).rows().getFirst().id(), "from another point");
        assertEquals("b", one(afterFirst, all).rows().getFirst().id());
        one(PeerSequence.START, all);
        assertEquals("c", one(afterFirst, "a", "c").rows().getFirst().id(), "by another filter");
        one(PeerSequence.START, all);
        store.delete("db");
        Database anew = store.create("db").orElseThrow();
        PeerFixture.commit(anew, true, List.of("{\"_id\":\"c\",\"_rev\":\"1-b\"}"));
        ChangesPage page = one(afterFirst, all);
        assertEquals(1, page.rows().size());
        assertEquals("c", page.rows().getFirst().id(), "in another database of that name");
    }

    @Test
    void whatIsSucceededWhileItsPageIsReadIsAnsweredByItsSuccessor() throws InterruptedException {
        // A page is read up to a megabyte: the second document's body only after the first was taken.
        add(
                "{\"_id\":\"a\",\"_rev\":\"1-a\",\"v\":\"" + "x".repeat(1 << 20) + "\"}",
                "{\"_id\":\"b\",\"_rev\":\"1-a\",\"v\":1}",
                "{\"_id\":\"c\",\"_rev\":\"1-a\"}",
                "{\"_id\":\"d\",\"_rev\":\"1-a\"}");
        try (FetchedRevisions fetched = peer.fetch(List.of(
                PeerFixture.wanted("a", "1-a"),
                PeerFixture.wanted("b", "1-a"),
                PeerFixture.wanted("c", "1-a"),
                PeerFixture.wanted("d", "1-a")))) {
            assertEquals("a", fetched.next().orElseThrow().id());
            add("{\"_id\":\"b\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]},\"v\":2}");
            db.compact().toCompletableFuture().join();
            db.commit(List.of(new Edit.Purge("c", PeerFixture.revisions("1-a"))))
                    .toCompletableFuture()
                    .join();
            assertEquals("b 2-b", PeerFixture.read(fetched.next().orElseThrow()).toString());
            assertEquals(
                    "c 1-a missing",
                    PeerFixture.read(fetched.next().orElseThrow()).toString());
            assertEquals("d 1-a", PeerFixture.read(fetched.next().orElseThrow()).toString());
            assertTrue(fetched.next().isEmpty());
        }
    }

    @Test
    void attachmentsAreLetGoOfAtTheEnd() throws InterruptedException {
        add("{\"_id\":\"a\",\"_rev\":\"1-a\",\"_attachments\":{\"f\":{\"data\":\"AAEC\"}}}");
        try (FetchedRevisions fetched = peer.fetch(List.of(PeerFixture.wanted("a", "1-a")))) {
            fetched.next();
            db.commit(List.of(new Edit.Purge("a", PeerFixture.revisions("1-a"))))
                    .toCompletableFuture()
                    .join();
            db.sweepAttachments();
            assertEquals(1, store.blobs("db"));
        }
        assertEquals(0, store.blobs("db"));
    }

    @Test
    void filtersByNameSayWhatToDoInstead() {
        for (String name : List.of("_doc_ids", "_selector")) {
            ReplicationFilter filter = new ReplicationFilter.Named(name, new TreeMap<>());
            PeerException.Refused refused = assertThrows(
                    PeerException.Refused.class,
                    () -> peer.changes(new ChangesRequest(PeerSequence.START, 10, true, filter, Duration.ZERO)));
            assertTrue(refused.error().reason().contains("member " + name.substring(1)), refused.getMessage());
        }
    }

    // ---- what goes wrong in the store

    /** The store, with a database one of whose methods fails. */
    private Store failing(String method, RuntimeException problem) {
        return watched((called, _) -> {
            if (called.equals(method)) {
                throw problem;
            }
        });
    }

    /** The store, with a database of which each call is heard of before it is made. */
    private Store watched(BiConsumer<String, Object[]> listener) {
        Database failing = (Database) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Database.class}, (_, called, arguments) -> {
                    listener.accept(called.getName(), arguments);
                    return called.invoke(db, arguments);
                });
        return (Store) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Store.class}, (_, called, arguments) -> {
                    try {
                        return called.getName().equals("database")
                                ? Optional.of(failing)
                                : called.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void aStoreThatCannotNowMayLater() {
        Store failing = failing("last", new StoreException.Unavailable("disk full", null));
        PeerException.Passing passing = assertThrows(
                PeerException.Passing.class, () -> peer(failing, Runnable::run).changes(changes(Duration.ZERO)));
        assertTrue(passing.getMessage().contains("disk full"), passing.getMessage());
    }

    @Test
    void aCommitThatFailsIsNoFailureOfTheDocument() {
        Store failing = failing("commit", new StoreException.Unavailable("disk full", null));
        assertThrows(
                PeerException.Passing.class,
                () -> peer(failing, Runnable::run)
                        .write(List.of(PeerFixture.document("{\"_id\":\"a\",\"_rev\":\"1-a\"}"))));
    }

    @Test
    void aDatabaseThatContradictsItselfIsGivenUp() {
        Store failing = failing("last", new StoreException.Corrupt("a row is no row", null));
        PeerException.Refused refused = assertThrows(
                PeerException.Refused.class, () -> peer(failing, Runnable::run).changes(changes(Duration.ZERO)));
        assertEquals(500, refused.error().status());
        assertTrue(refused.error().reason().contains("a row is no row"), refused.getMessage());
    }

    @Test
    void aServerThatEndsIsPassing() {
        LocalPeer ended = peer(store, _ -> {
            throw new RejectedExecutionException("shut down");
        });
        assertThrows(PeerException.Passing.class, ended::info);
    }
}
