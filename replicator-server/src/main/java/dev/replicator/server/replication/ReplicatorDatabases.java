package dev.replicator.server.replication;

import dev.replicator.error.CouchException;
import dev.replicator.replication.ReplicationResult;
import dev.replicator.server.access.Caller;
import dev.replicator.server.access.Securities;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.DatabaseEvent;
import dev.replicator.store.DatabaseEvents;
import dev.replicator.store.Sequence;
import dev.replicator.store.Store;
import dev.replicator.store.StoreException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the jobs as the documents of the replicator databases say: {@code _replicator}, and each whose name ends in
 * {@code /_replicator}. All documents are read when the server starts, and then those that change.
 *
 * <p>One thread reads and writes; the store's events wake it. Where the store fails, it is asked again later.
 */
final class ReplicatorDatabases implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicatorDatabases.class);

    /** All databases' writes are events: they are looked through at most so often. */
    private static final long PAUSE_MILLIS = 100;

    private static final long RETRY_MILLIS = 1000;
    private static final String SUFFIX = "/_replicator";

    private final JobMaker jobs;
    private final Store store;
    private final Securities securities;
    private final Scheduler scheduler;
    private final Supplier<ReplicationSettings> settings;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("replicator-databases").daemon().factory());
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Map<String, Watched> databases = new HashMap<>();
    private final DatabaseEvents events;
    private final Database.Subscription subscription;
    private final DocumentStates states;
    private Sequence seen;

    /** What is asked for by documents that have not ended, by their keys. */
    private final Map<DocumentKey, Wanted> wanted = new HashMap<>();

    /** Makes a job that is not added yet. */
    interface JobMaker {
        Job make(String id, ReplicationRequest request, Optional<DocumentKey> document, Owner owner);
    }

    /** A database, up to where its changes were read. */
    private static final class Watched {
        final String instance;
        Sequence readTo;

        Watched(Database database) {
            instance = database.instanceStartTime();
            readTo = database.beginning();
        }
    }

    /** @param hindrance why there is no job for it now */
    private record Wanted(ReplicationRequest request, Owner owner, String jobId, Optional<String> hindrance) {}

    ReplicatorDatabases(
            Store store,
            Securities securities,
            Scheduler scheduler,
            Supplier<ReplicationSettings> settings,
            InstantSource clock,
            JobMaker jobs) {
        this.jobs = jobs;
        this.store = store;
        this.securities = securities;
        this.scheduler = scheduler;
        this.settings = settings;
        this.clock = clock;
        this.events = store.events();
        this.states = new DocumentStates(store);
        this.seen = events.last();
        this.subscription = events.subscribe(this::wake);
        run(() -> store.names().forEach(this::look));
    }

    static boolean isOne(String name) {
        return name.equals("_replicator") || name.endsWith(SUFFIX);
    }

    /** Why a document has no job, where something hinders it for now. */
    Optional<String> hindrance(DocumentKey key) {
        synchronized (wanted) {
            return Optional.ofNullable(wanted.get(key)).flatMap(Wanted::hindrance);
        }
    }

    /** The id of a document's job, where it has one or will have. */
    Optional<String> jobId(DocumentKey key) {
        synchronized (wanted) {
            return Optional.ofNullable(wanted.get(key)).map(Wanted::jobId);
        }
    }

    private void wake() {
        if (looking.compareAndSet(false, true)) {
            later(this::lookThrough, PAUSE_MILLIS);
        }
    }

    /** Runs on the thread; again later, where the store cannot. */
    private void run(Runnable task) {
        later(task, 0);
    }

    private void later(Runnable task, long millis) {
        try {
            var _ = thread.schedule(() -> attempt(task), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the server is stopping", e);
        }
    }

    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (StoreException.DatabaseGone e) {
            LOG.debug("a replicator database was deleted", e);
            later(task, PAUSE_MILLIS);
        } catch (StoreException e) {
            LOG.error("documents of replications cannot be read or written; trying again", e);
            later(task, RETRY_MILLIS);
        } catch (RuntimeException e) {
            LOG.error("a document of a replication could not be dealt with", e);
        }
    }

    private void lookThrough() {
        looking.set(false);
        Sequence last = events.last();
        while (true) {
            List<DatabaseEvent> rows = events.after(seen, last, Database.MAX_PAGE);
            rows.stream().map(DatabaseEvent::database).distinct().forEach(this::look);
            if (rows.size() < Database.MAX_PAGE) {
                seen = last;
                return;
            }
            seen = rows.getLast().sequence();
        }
    }

    /** Reads what is new in a database, where it is one of documents of replications. */
    private void look(String name) {
        if (!isOne(name)) {
            return;
        }
        Optional<Database> there = store.database(name);
        Watched watched = databases.get(name);
        if (watched != null
                && there.map(Database::instanceStartTime)
                        .filter(watched.instance::equals)
                        .isEmpty()) {
            databases.remove(name);
            keys(name).forEach(this::forget);
            watched = null;
        }
        if (there.isPresent()) {
            read(there.get(), watched == null ? new Watched(there.get()) : watched);
        }
    }

    private List<DocumentKey> keys(String database) {
        synchronized (wanted) {
            return wanted.keySet().stream()
                    .filter(key -> key.database().equals(database))
                    .toList();
        }
    }

    private void read(Database database, Watched watched) {
        databases.put(database.name(), watched);
        Sequence last = database.last();
        List<Change> changes;
        do {
            changes = database.changes(watched.readTo, last, Database.MAX_PAGE);
            for (Change change : changes) {
                takeOrPass(new DocumentKey(database.name(), change.id()));
                watched.readTo = change.sequence();
            }
        } while (changes.size() == Database.MAX_PAGE);
    }

    private void takeOrPass(DocumentKey key) {
        try {
            take(key);
        } catch (CouchException e) {
            LOG.error("document '{}' of {} cannot be read as a replication", key.id(), key.database(), e);
        }
    }

    private void take(DocumentKey key) {
        if (key.id().startsWith("_design/")) {
            return;
        }
        Optional<JsonObject> document = states.read(key);
        if (document.isEmpty() || DocumentState.isTerminal(document.get())) {
            forget(key);
            return;
        }
        ReplicationRequest request;
        try {
            request = RequestParser.document(document.get(), settings.get().defaults());
        } catch (CouchException e) {
            forget(key);
            LOG.warn("document '{}' of {} asks for no replication: {}", key.id(), key.database(), e.getMessage());
            String reason = e.error().reason();
            states.write(
                    key,
                    now -> Arrays.equals(now.toJson(), document.get().toJson()),
                    DocumentState.failed(clock.instant(), Optional.empty(), reason));
            return;
        }
        want(key, request, owner(key, document.get()));
    }

    /**
     * With whose rights a document's replication runs: those of its {@code user_ctx}. What others than administrators
     * of the server may write cannot make anybody one, and names nobody where it names none; it says how its writer was
     * recognised, whoever may write the database later.
     */
    private Owner owner(DocumentKey key, JsonObject document) {
        boolean byAdministrators = securities.of(key.database()).isForServerAdmins();
        Optional<JsonObject> user = document.object("user_ctx");
        boolean bySomebody =
                user.flatMap(named -> named.text(OwnedDocumentRule.HANDLER)).isPresent();
        if (byAdministrators && !bySomebody) {
            return new Owner.Administrators(
                    user.map(ReplicatorDatabases::caller).orElse(Rights.ADMINISTRATOR));
        }
        return new Owner.Person(
                user.map(ReplicatorDatabases::caller).map(Caller::withoutAdmin).orElse(Caller.anonymous()));
    }

    private static Caller caller(JsonObject user) {
        return new Caller(
                user.text("name"),
                Set.copyOf(user.texts("roles").orElse(List.of())),
                user.text(OwnedDocumentRule.HANDLER));
    }

    private void want(DocumentKey key, ReplicationRequest request, Owner owner) {
        String jobId = request.jobId(store.uuid(), owner);
        synchronized (wanted) {
            Wanted before = wanted.get(key);
            if (before != null
                    && before.request().equals(request)
                    && before.owner().equals(owner)
                    && before.hindrance().isEmpty()) {
                return;
            }
        }
        forget(key);
        Job job = jobs.make(jobId, request, Optional.of(key), owner);
        Optional<Job> there = scheduler.add(job);
        if (there.isEmpty()) {
            fail(key, owner, jobId, Replications.tooMany(settings.get()));
        } else if (there.get() == job) {
            put(key, new Wanted(request, owner, jobId, Optional.empty()));
            var _ = job.result.thenAccept(result -> run(() -> completed(key, job, result)));
        } else {
            hinder(key, request, owner, there.get());
        }
    }

    private void put(DocumentKey key, Wanted wish) {
        synchronized (wanted) {
            wanted.put(key, wish);
        }
    }

    /** There is a job of that id: of another document for good, of a {@code _replicate} for now. */
    private void hinder(DocumentKey key, ReplicationRequest request, Owner owner, Job there) {
        String named = "Replication `" + there.id + "` specified by document `" + key.id() + "` already ";
        if (there.document.isPresent()) {
            DocumentKey other = there.document.get();
            String reason =
                    named + "started, triggered by document `" + other.id() + "` from db `" + other.database() + "`";
            fail(key, owner, there.id, reason);
            return;
        }
        String reason = named + "running as a transient replication, started via `_replicate` API endpoint";
        LOG.warn("{}", reason);
        put(key, new Wanted(request, owner, there.id, Optional.of(reason)));
        var _ = there.result.whenComplete((_, _) -> run(() -> takeOrPass(key)));
    }

    private void fail(DocumentKey key, Owner owner, String jobId, String reason) {
        LOG.warn("document '{}' of {} gets no replication: {}", key.id(), key.database(), reason);
        states.write(
                key,
                now -> asksFor(owner, now, jobId),
                DocumentState.failed(clock.instant(), Optional.of(jobId), reason));
    }

    private void completed(DocumentKey key, Job job, ReplicationResult result) {
        states.write(
                key,
                now -> asksFor(job.owner, now, job.id),
                DocumentState.completed(clock.instant(), job.id, DocumentState.stats(result, job.lastStarted)));
    }

    /** Whether a document, as it is now, asks for a job: it may have been changed meanwhile. */
    private boolean asksFor(Owner owner, JsonObject document, String jobId) {
        try {
            return !DocumentState.isTerminal(document)
                    && RequestParser.document(document, settings.get().defaults())
                            .jobId(store.uuid(), owner)
                            .equals(jobId);
        } catch (CouchException e) {
            return false;
        }
    }

    private void forget(DocumentKey key) {
        Wanted before;
        synchronized (wanted) {
            before = wanted.remove(key);
        }
        if (before != null) {
            scheduler.remove(before.jobId(), job -> job.document.equals(Optional.of(key)));
        }
    }

    /** Reads and writes nothing any more; what is being written is. */
    @Override
    public void close() {
        subscription.close();
        thread.shutdownNow();
        thread.close();
    }
}
