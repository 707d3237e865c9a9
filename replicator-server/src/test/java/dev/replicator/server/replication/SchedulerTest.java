package dev.replicator.server.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.Progress;
import dev.replicator.replication.ReplicationException;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.replication.ReplicationOptions;
import dev.replicator.replication.Statistics;
import dev.replicator.server.access.Caller;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of jobs, with runs that end as the test says and a clock that it sets. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SchedulerTest {
    private static final ReplicationSettings.Defaults DEFAULTS =
            new ReplicationSettings.Defaults(4, 500, 20, Duration.ofSeconds(30), 5, true, Duration.ofSeconds(10), true);

    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private volatile ReplicationSettings settings = settings(2);
    private final BlockingQueue<Started> started = new LinkedBlockingQueue<>();
    private final Scheduler scheduler = new Scheduler(this::start, () -> settings, new InstantSource() {
        @Override
        public Instant instant() {
            return now;
        }
    });

    /** A run, which goes on until the test ends it; where it is cancelled, it ends. */
    private record Started(Job job, Consumer<Scheduler.End> ended) implements Scheduler.Run {
        @Override
        public void cancel() {
            ended.accept(new Scheduler.End.Stopped());
        }

        @Override
        public Progress progress() {
            return new Progress(
                    PeerSequence.START, PeerSequence.START, PeerSequence.START, OptionalLong.empty(), Statistics.NONE);
        }

        void crash() {
            ended.accept(new Scheduler.End.Crashed(new ReplicationException("oh", "no", true, null)));
        }
    }

    private static final ReplicationSettings.Tls TLS = new ReplicationSettings.Tls(true, Optional.empty());

    private static final Reach REACH = new Reach(Set.of("http"), AllowedHosts.parse(""), 2);

    private static ReplicationSettings settings(int most) {
        return new ReplicationSettings(
                most,
                Duration.ofMinutes(1),
                1,
                4,
                Duration.ofMinutes(2),
                Duration.ofSeconds(30),
                10,
                TLS,
                REACH,
                DEFAULTS);
    }

    private Scheduler.Run start(Job job, Consumer<Scheduler.End> ended) {
        Started run = new Started(job, ended);
        started.add(run);
        return run;
    }

    static Job job(String id, boolean continuous, boolean ofDocument) {
        ReplicationOptions options = new ReplicationOptions(
                continuous,
                false,
                new ReplicationFilter.None(),
                Optional.empty(),
                false,
                true,
                Duration.ofSeconds(1),
                1,
                1,
                0);
        Transport transport = new Transport(1, Duration.ofSeconds(1), Duration.ofSeconds(1), true, Map.of());
        ReplicationRequest request =
                new ReplicationRequest(new PeerReference.Local("a"), new PeerReference.Local("b"), options, transport);
        Optional<DocumentKey> document =
                ofDocument ? Optional.of(new DocumentKey("_replicator", id)) : Optional.empty();
        return new Job(
                id, request, document, new Owner.Administrators(Caller.anonymous()), new RefusedRevisions(() -> 10));
    }

    private void pass(Duration time) {
        now = now.plus(time);
        scheduler.changed();
    }

    private JobStatus status(String id) {
        return scheduler.status(id).orElseThrow();
    }

    private List<String> running() {
        return scheduler.all().stream()
                .filter(job -> job.state() == JobStatus.State.RUNNING)
                .map(JobStatus::id)
                .sorted()
                .toList();
    }

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void aJobOfAnIdIsAddedOnce() throws InterruptedException {
        Job first = job("x", true, false);
        assertSame(first, scheduler.add(first).orElseThrow());
        assertSame(first, scheduler.add(job("x", true, false)).orElseThrow());
        assertSame(first, started.take().job());
    }

    @Test
    void noMoreRunThanMayAndOthersGetTheirTurn() throws InterruptedException {
        for (String id : List.of("a", "b", "c")) {
            scheduler.add(job(id, true, false));
        }
        started.take();
        started.take();
        assertEquals(List.of("a", "b"), running());
        assertEquals(JobStatus.State.PENDING, status("c").state());
        pass(Duration.ofMinutes(1));
        assertEquals("c", started.take().job().id);
        assertEquals(List.of("b", "c"), running());
        assertEquals(
                List.of("stopped", "started", "added"),
                status("a").history().stream().map(event -> event.type().word()).toList());
        settings = settings(3);
        scheduler.changed();
        assertEquals("a", started.take().job().id);
    }

    @Test
    void pausesDoubleUntilItHasRunForLongEnough() throws InterruptedException {
        scheduler.add(job("x", true, true));
        long pause = 30;
        for (int failures = 1; failures <= 5; failures++) {
            started.take().crash();
            assertEquals(failures, status("x").errors());
            assertEquals(JobStatus.State.CRASHING, status("x").state());
            assertEquals(Optional.of("no"), status("x").lastFailure());
            pass(Duration.ofSeconds(pause - 1));
            assertEquals(JobStatus.State.CRASHING, status("x").state());
            pass(Duration.ofSeconds(1));
            pause *= 2;
        }
        Started well = started.take();
        assertEquals(5, status("x").errors());
        now = now.plus(Duration.ofMinutes(2));
        assertEquals(0, status("x").errors());
        well.crash();
        assertEquals(1, status("x").errors());
        pass(Duration.ofSeconds(30));
        started.take();
        assertEquals(4, status("x").history().size(), "no more events than are set are kept");
    }

    @Test
    void whatSomebodyWaitsForIsGivenUpAndWhatADocumentAsksForIsNot() throws InterruptedException {
        Job once = scheduler.add(job("once", false, false)).orElseThrow();
        started.take().crash();
        assertTrue(scheduler.find("once").isEmpty());
        assertEquals(
                "no",
                assertThrows(CompletionException.class, once.result::join)
                        .getCause()
                        .getMessage());
        for (String id : List.of("document", "continuous")) {
            scheduler.add(job(id, id.equals("continuous"), id.equals("document")));
            started.take().crash();
            assertEquals(JobStatus.State.CRASHING, status(id).state());
            scheduler.remove(id, _ -> true);
        }
    }

    @Test
    void aJobThatIsRemovedEndsAndIsToldOf() throws InterruptedException {
        Job job = scheduler.add(job("x", true, false)).orElseThrow();
        started.take();
        assertTrue(scheduler.remove("x", _ -> false).isEmpty());
        assertTrue(scheduler.remove("x", _ -> true).isPresent());
        assertThrows(CancellationException.class, job.result::join);
        // A run is cancelled once it has begun, which may come after it has told the test.
        job.gone.join();
        assertTrue(scheduler.all().isEmpty());
    }

    @Test
    void aRunThatDoesNotEndKeepsItsPlace() throws InterruptedException {
        settings = settings(1);
        List<Consumer<Scheduler.End>> stubborn = new ArrayList<>();
        try (Scheduler one = new Scheduler(
                (job, ended) -> {
                    stubborn.add(ended);
                    start(job, ended);
                    return new Started(job, _ -> {});
                },
                () -> settings,
                InstantSource.system())) {
            one.add(job("x", true, false));
            started.take();
            Job leaving = one.remove("x", _ -> true).orElseThrow();
            one.add(job("y", true, false));
            assertFalse(leaving.gone.isDone());
            assertEquals(JobStatus.State.PENDING, one.status("y").orElseThrow().state());
            stubborn.getFirst().accept(new Scheduler.End.Stopped());
            assertTrue(leaving.gone.isDone());
            assertEquals("y", started.take().job().id);
            stubborn.getLast().accept(new Scheduler.End.Stopped());
            one.remove("y", _ -> true);
            stubborn.getLast().accept(new Scheduler.End.Stopped());
        }
    }

    /** Or a user with as many as one may have could not change one. */
    @Test
    void aJobInThePlaceOfAnotherNeedNotWaitForItsEnd() throws InterruptedException {
        settings = settings(10);
        List<Consumer<Scheduler.End>> stubborn = new CopyOnWriteArrayList<>();
        try (Scheduler one = new Scheduler(
                (job, ended) -> {
                    stubborn.add(ended);
                    start(job, ended);
                    return new Started(job, _ -> {});
                },
                () -> settings,
                InstantSource.system())) {
            for (String id : List.of("a", "b")) {
                assertTrue(one.add(ofUser(id)).isPresent());
                started.take();
            }
            assertTrue(one.add(ofUser("c")).isEmpty());
            for (String[] replaced : new String[][] {{"a", "c"}, {"b", "d"}}) {
                one.remove(replaced[0], _ -> true);
                assertTrue(one.add(ofUser(replaced[1])).isPresent());
                started.take();
            }
            one.remove("c", _ -> true);
            assertTrue(one.add(ofUser("e")).isEmpty(), "three go on that nobody wants");
            stubborn.forEach(ended -> ended.accept(new Scheduler.End.Stopped()));
            assertTrue(one.add(ofUser("e")).isPresent());
            stubborn.clear();
            for (String id : List.of("d", "e")) {
                started.take();
                one.remove(id, _ -> true);
            }
            stubborn.forEach(ended -> ended.accept(new Scheduler.End.Stopped()));
        }
    }

    private static Job ofUser(String id) {
        Job job = job(id, true, false);
        Owner owner = new Owner.Person(new Caller(Optional.of("ann"), Set.of(), Optional.empty()));
        return new Job(id, job.request, job.document, owner, job.refused);
    }
}
