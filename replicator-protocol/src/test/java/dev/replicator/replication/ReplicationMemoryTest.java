package dev.replicator.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.local.RevsDiff;
import dev.replicator.revision.Revision;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits between the source and the target, in bytes, whatever rows and documents are like. */
@Timeout(60)
class ReplicationMemoryTest {
    private static final int MOST_STEPS = 100_000;
    private static final Duration LONG = Duration.ofDays(1);

    private final SimulatedHost host = new SimulatedHost(new Random(1));

    @AfterEach
    void endTasks() {
        host.crash();
    }

    /** So many leaves, of one list for all rows: what rows take is reckoned, not measured. */
    private static List<Revision> leaves(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Revision.parse("7-" + "%032x".formatted(i)))
                .toList();
    }

    /** A source whose changes are all alike, and a target that has everything. */
    private class Endless implements Peer {
        final List<Revision> leaves;
        final int documents;
        final List<ChangesRequest> requests = new ArrayList<>();
        final List<WeakReference<ChangedDocument>> given = new ArrayList<>();
        final List<WeakReference<PeerSequence>> ends = new ArrayList<>();
        long givenBytes;

        Endless(int documents, List<Revision> leaves) {
            this.documents = documents;
            this.leaves = leaves;
        }

        @Override
        public String address() {
            return "endless";
        }

        @Override
        public PeerInfo info() throws InterruptedException {
            host.gate();
            return new PeerInfo("0");
        }

        @Override
        public void create() {}

        @Override
        public Optional<byte[]> local(String id) {
            return Optional.empty();
        }

        @Override
        public void putLocal(String id, byte[] json) {}

        @Override
        public ChangesPage changes(ChangesRequest request) throws InterruptedException {
            host.gate();
            requests.add(request);
            int next = request.since().equals(PeerSequence.START)
                    ? 0
                    : Integer.parseInt(request.since().since());
            List<ChangedDocument> rows = new ArrayList<>();
            long bytes = 0;
            while (next < documents && rows.size() < request.limit() && bytes < ChangesPage.MOST_BYTES) {
                next++;
                rows.add(new ChangedDocument("doc" + next, PeerSequence.of("" + next), leaves));
                given.add(new WeakReference<>(rows.getLast()));
                ends.add(new WeakReference<>(rows.getLast().sequence()));
                bytes += rows.getLast().bytes();
            }
            givenBytes += bytes;
            boolean cut = bytes >= ChangesPage.MOST_BYTES;
            return new ChangesPage(
                    rows,
                    PeerSequence.of("" + next),
                    cut ? OptionalLong.empty() : OptionalLong.of(documents - next),
                    cut);
        }

        @Override
        public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions)
                throws InterruptedException {
            host.gate();
            return List.of();
        }

        @Override
        public FetchedRevisions fetch(List<RevsDiff> wanted) throws InterruptedException {
            throw new AssertionError("nothing is missing");
        }

        @Override
        public List<WriteFailure> write(List<FetchedRevision.Document> revisions) {
            throw new AssertionError("nothing is written");
        }

        @Override
        public Optional<WriteFailure> writeWithAttachments(FetchedRevision.Document revision) {
            throw new AssertionError("nothing is written");
        }

        @Override
        public void ensureFullCommit() {}

        @Override
        public void close() {}
    }

    private Replication start(Peer source, Peer target, int workers, int batchSize) {
        ReplicationOptions options = new ReplicationOptions(
                false,
                false,
                new ReplicationFilter.None(),
                Optional.empty(),
                false,
                false,
                Duration.ofSeconds(5),
                workers,
                batchSize,
                2);
        return Replication.start(source, target, "checkpoint", options, host, new ReplicationListener() {
            @Override
            public void refused(WriteFailure failure) {}

            @Override
            public void missing(FetchedRevision.Missing missing) {}
        });
    }

    private ReplicationResult toTheEnd(Replication replication) {
        for (int i = 0; host.step(); i++) {
            assertTrue(i < MOST_STEPS, "it does not end");
        }
        return replication.result().toCompletableFuture().join();
    }

    private void run(Duration duration) {
        var end = host.now().plus(duration);
        while (host.now().isBefore(end)) {
            assertTrue(host.step(), "it has ended");
        }
    }

    @Test
    void rowsWithManyLeavesAreNotReadAheadBeyondTheirBytes() {
        Endless source = new Endless(Integer.MAX_VALUE, leaves(20_000));
        Endless stuck = new Endless(0, List.of()) {
            @Override
            public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions)
                    throws InterruptedException {
                host.sleep(LONG);
                return super.missing(revisions);
            }
        };
        start(source, stuck, 4, 500);
        run(Duration.ofHours(1));
        long row = (long) source.leaves.size() * ChangedDocument.REVISION_BYTES;
        long most = Replication.READ_AHEAD_BYTES + ChangesPage.MOST_BYTES + 2 * row;
        assertTrue(source.givenBytes > row, "it reads");
        assertTrue(source.givenBytes <= most, source.givenBytes + " bytes of rows wait, more than " + most);
    }

    /** One batch takes an hour, others are done meanwhile: what they were is not kept until it is over. */
    @Test
    void rowsThatAreDoneAreLetGoOfThoughOthersBeforeThemAreNot() throws InterruptedException {
        Endless source = new Endless(3000, leaves(1));
        Endless slowAtFirst = new Endless(0, List.of()) {
            @Override
            public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions)
                    throws InterruptedException {
                if (revisions.containsKey("doc1")) {
                    host.sleep(LONG);
                }
                return super.missing(revisions);
            }
        };
        Replication replication = start(source, slowAtFirst, 2, 10);
        run(Duration.ofHours(12));
        assertEquals(3000 - 10, replication.progress().statistics().missingChecked());
        assertEquals(PeerSequence.START, replication.progress().throughSequence());
        // The last of a batch, and the first of its page.
        assertLetGo(source.ends.get(1509), "where a batch ended");
        assertLetGo(source.given.get(1500), "a row");
        assertLetGo(source.given.get(2995), "a row of the last that is done");
        assertEquals(3000, toTheEnd(replication).statistics().missingChecked());
        assertEquals(PeerSequence.of("3000"), replication.progress().throughSequence());
    }

    private static void assertLetGo(WeakReference<?> done, String what) {
        for (int i = 0; i < 100 && done.get() != null; i++) {
            System.gc();
        }
        assertNull(done.get(), what + " is held though it is done");
    }

    @Test
    void aDocumentWithVeryManyLeavesIsAskedAboutInParts() {
        List<Integer> asked = new ArrayList<>();
        Endless target = new Endless(0, List.of()) {
            @Override
            public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions)
                    throws InterruptedException {
                asked.add(revisions.values().stream().mapToInt(Collection::size).sum());
                return super.missing(revisions);
            }
        };
        Endless source = new Endless(3, leaves(30_000));
        ReplicationResult result = toTheEnd(start(source, target, 2, 500));
        assertEquals(90_000, result.statistics().missingChecked());
        int most = BatchCopy.ASKED_BYTES / ChangedDocument.REVISION_BYTES + 1;
        assertTrue(asked.stream().allMatch(count -> count <= most), asked + " at a time, more than " + most);
    }

    @Test
    void aSourceThatHadToCutAPageIsAskedForFewerRowsAndAllCome() {
        Endless source = new Endless(100, leaves(5000));
        ReplicationResult result = toTheEnd(start(source, new Endless(0, List.of()), 2, 50));
        assertEquals(500_000, result.statistics().missingChecked());
        assertEquals(100, source.requests.get(0).limit());
        int came = (int) (ChangesPage.MOST_BYTES / (5000L * ChangedDocument.REVISION_BYTES)) + 1;
        assertEquals(came, source.requests.get(1).limit());
    }

    @Test
    void ofVeryManyAncestorsTheNewestAreNamed() {
        List<RevsDiff> wanted = new ArrayList<>();
        List<Revision> ancestors = leaves(10_000);
        Endless target = new Endless(0, List.of()) {
            @Override
            public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions) {
                return List.of(new RevsDiff("doc1", List.copyOf(revisions.get("doc1")), ancestors));
            }
        };
        Endless source = new Endless(1, leaves(2)) {
            @Override
            public FetchedRevisions fetch(List<RevsDiff> asked) throws InterruptedException {
                wanted.addAll(asked);
                throw new PeerException.Passing("it is over");
            }
        };
        Replication replication = start(source, target, 1, 10);
        while (wanted.isEmpty()) {
            assertTrue(host.step(), "it has ended");
        }
        assertEquals(
                ancestors.subList(10_000 - RevsDiff.MOST_ANCESTORS, 10_000),
                wanted.getFirst().possibleAncestors());
        replication.cancel();
    }
}
