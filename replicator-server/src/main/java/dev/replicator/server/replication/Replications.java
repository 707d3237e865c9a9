package dev.replicator.server.replication;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.local.DocumentRule;
import dev.replicator.peer.LocalPeer;
import dev.replicator.peer.VirtualThreads;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.replication.ReplicationResult;
import dev.replicator.replication.WriteFailure;
import dev.replicator.server.access.Caller;
import dev.replicator.server.access.Securities;
import dev.replicator.server.access.Standing;
import dev.replicator.server.access.UserDatabases;
import dev.replicator.server.audit.Audit;
import dev.replicator.store.Database;
import dev.replicator.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The replications of a server: what endpoints ask for and are told. Thread-safe. */
public final class Replications implements AutoCloseable {
    /** Of so many jobs that have ended, what their targets refused can still be asked for. */
    private static final int ENDED_KEPT = 100;

    private static final long IDLE_SECONDS = 10;

    /** How long who cancels a replication waits for its end, as in CouchDB. */
    private static final long CANCEL_SECONDS = 5;

    private final Store store;
    private final Securities securities;
    private final UserDatabases users;
    private final Supplier<ReplicationSettings> settings;
    private final ThreadPoolExecutor threads;

    /** Of its own: a batch of users with passwords takes minutes, in which others go on. */
    private final ThreadPoolExecutor passwordThread;

    private final DocumentRule documentRule;
    private final StorePeers peers;
    private final Scheduler scheduler;
    private final ReplicatorDatabases databases;
    private final DocumentStatuses statuses;

    /** By job, those of the last that ended and had some. */
    private final SequencedMap<String, RefusedRevisions> ended = new LinkedHashMap<>();

    /** What became of an order. */
    public sealed interface Answer {
        /**
         * It runs once.
         *
         * @param named whether it is of documents that are named, of which CouchDB answers a little more
         * @param result a {@link CouchException} where it fails
         */
        record Once(boolean named, CompletionStage<ReplicationResult> result) implements Answer {}

        record Continuous(String jobId) implements Answer {}

        /**
         * @param ended when nothing of it runs any more, and how far it came is recorded; or when that takes too long
         */
        record Cancelled(String jobId, CompletionStage<Void> ended) implements Answer {}
    }

    /**
     * Starts the jobs of all documents.
     *
     * @param store stays the caller's, who closes it after this
     * @param securities of its databases
     * @param users its databases of users
     * @param standing says who owners are by now
     * @param settings asked each time
     * @param limits of documents that are written here, asked each time
     * @param storageThreads how many read and write the store for replications
     * @param audit is told what they write here
     */
    public Replications(
            Store store,
            Securities securities,
            UserDatabases users,
            Standing standing,
            Supplier<ReplicationSettings> settings,
            Supplier<LocalPeer.Limits> limits,
            int storageThreads,
            Audit audit,
            InstantSource clock) {
        this.store = store;
        this.securities = securities;
        this.users = users;
        this.settings = settings;
        this.threads = pool(storageThreads, "replication-storage-");
        this.passwordThread = pool(1, "replication-passwords-");
        this.documentRule = new ReplicatorDocumentRule(settings);
        this.peers = new StorePeers(
                store,
                securities,
                standing,
                limits,
                this::rule,
                users,
                audit,
                threads,
                passwordThread,
                clock,
                settings);
        this.scheduler = new Scheduler(new PeerRuns(store.uuid(), peers, new VirtualThreads()), settings, clock);
        this.databases = new ReplicatorDatabases(store, securities, scheduler, settings, clock, this::job);
        this.statuses = new DocumentStatuses(databases, scheduler);
    }

    private static ThreadPoolExecutor pool(int size, String name) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size,
                size,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(name, 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Has changed settings taken into account. */
    public void settingsChanged() {
        scheduler.changed();
    }

    /**
     * Does what a body of {@code _replicate} asks for. A job that is there already is joined; one that was asked for
     * otherwise, such as with another password, is replaced.
     *
     * @param caller who asks, and with whose rights it runs
     * @throws CouchException 400 for what makes no sense, 401 or 403 for what the caller may not use or end, 403 for
     *     hosts they may not name and the cancelling of a document's job, 404 for that of one that is not there, 429
     *     for a job too many
     */
    public Answer replicate(byte[] body, Caller caller) {
        return switch (RequestParser.order(
                JsonObject.parse(body), settings.get().defaults())) {
            case ReplicationOrder.Start(ReplicationRequest request) -> start(request, caller);
            case ReplicationOrder.Cancel(ReplicationRequest request) ->
                cancel(request.jobId(store.uuid(), new Owner.Person(caller)), caller);
            // A plus in a URL, from where ids are copied, is a space to many.
            case ReplicationOrder.CancelById(String id) -> cancel(id.replace(' ', '+'), caller);
        };
    }

    private Answer start(ReplicationRequest request, Caller caller) {
        Owner owner = new Owner.Person(caller);
        settings.get().reach().refusal(request, owner).ifPresent(reason -> {
            throw CouchError.forbidden(reason).asException();
        });
        requireRights(request, caller);
        String id = request.jobId(store.uuid(), owner);
        scheduler.remove(id, there -> there.document.isEmpty() && !there.request.equals(request));
        Job job = scheduler
                .add(job(id, request, Optional.empty(), owner))
                .orElseThrow(() -> new CouchError(429, "too_many_requests", tooMany(settings.get())).asException());
        if (job.continuous()) {
            return new Answer.Continuous(job.id);
        }
        boolean named = request.options().filter() instanceof ReplicationFilter.DocumentIds;
        return new Answer.Once(named, job.result.handle((result, problem) -> {
            if (problem != null) {
                throw ReplicationRefusal.of(problem, job);
            }
            return result;
        }));
    }

    /** Why a user gets no further replication. */
    static String tooMany(ReplicationSettings settings) {
        return "You have " + settings.reach().jobsPerUser()
                + " replications already, as many as replicator/max_jobs_per_user lets a user have.";
    }

    private Job job(String id, ReplicationRequest request, Optional<DocumentKey> document, Owner owner) {
        RefusedRevisions refused = new RefusedRevisions(() -> settings.get().listedFailures());
        Job job = new Job(id, request, document, owner, refused);
        var _ = job.result.whenComplete((_, _) -> keep(id, refused));
        return job;
    }

    private void keep(String id, RefusedRevisions refused) {
        synchronized (ended) {
            ended.remove(id);
            if (refused.total() > 0) {
                ended.putLast(id, refused);
            }
            while (ended.size() > ENDED_KEPT) {
                ended.pollFirstEntry();
            }
        }
    }

    /** At once, and not only where the job comes to it: who asks for what they may not is told so. */
    private void requireRights(ReplicationRequest request, Caller caller) {
        Rights rights = new Rights(caller, securities, users);
        if (!rights.areUnlimited()) {
            requireRights(rights, request.source(), false);
            requireRights(rights, request.target(), request.options().createTarget());
        }
    }

    private void requireRights(Rights rights, PeerReference side, boolean isMade) {
        if (side instanceof PeerReference.Local(String database)) {
            boolean isThere = store.database(database).isPresent();
            Optional<CouchError> refusal = isThere
                    ? rights.refusal(database, securities.of(database))
                    : Optional.of(Rights.notServerAdmin()).filter(_ -> isMade);
            refusal.ifPresent(error -> {
                throw error.asException();
            });
        }
    }

    /** Others' jobs are neither ended nor told of; as CouchDB's check_authorization has it. */
    private void requireOwn(String id, Caller caller) {
        if (scheduler.find(id).filter(job -> !isOwn(job, caller)).isPresent()) {
            throw Rights.notServerAdmin().asException();
        }
    }

    private static boolean isOwn(Job job, Caller caller) {
        return caller.isAdmin() || job.owner.caller().name().equals(caller.name());
    }

    private Answer cancel(String id, Caller caller) {
        requireOwn(id, caller);
        Optional<Job> removed = scheduler.remove(id, job -> job.document.isEmpty() && isOwn(job, caller));
        if (removed.isPresent()) {
            var ended = removed.get().gone.copy().completeOnTimeout(null, CANCEL_SECONDS, TimeUnit.SECONDS);
            return new Answer.Cancelled(id, ended);
        }
        scheduler.find(id).flatMap(job -> job.document).ifPresent(document -> {
            throw new CouchError(
                            403,
                            "forbidden",
                            "Document `" + document.id() + "` of `" + document.database()
                                    + "` asks for this replication: change or delete that.")
                    .asException();
        });
        throw CouchError.notFound("missing").asException();
    }

    /** All jobs, in the order of their ids. */
    public List<JobStatus> jobs() {
        return scheduler.all().stream()
                .sorted(Comparator.comparing(JobStatus::id))
                .toList();
    }

    public Optional<JobStatus> job(String id) {
        return scheduler.status(id);
    }

    /**
     * What a target refused.
     *
     * @param total how many revisions
     * @param kept the last of them, the oldest first
     */
    public record Refused(long total, List<WriteFailure> kept) {}

    /** What a job's target refused; also of a job that ended not long ago. */
    public Optional<Refused> refused(String jobId) {
        Optional<RefusedRevisions> found = scheduler.find(jobId).map(job -> job.refused);
        if (found.isEmpty()) {
            synchronized (ended) {
                found = Optional.ofNullable(ended.get(jobId));
            }
        }
        return found.map(refused -> new Refused(refused.total(), refused.kept()));
    }

    /** What documents of a database must be that are saved: users, or such as ask for replications. */
    public DocumentRule rule(String database, Caller writer) {
        if (!isReplicatorDatabase(database)) {
            return users.of(database, writer);
        }
        DocumentRule named = Ownership.named(writer, documentRule);
        DocumentStates states = new DocumentStates(store);
        return writer.isAdmin()
                ? named
                : new OwnedDocumentRule(
                        writer,
                        named,
                        settings,
                        id -> states.read(new DocumentKey(database, id)),
                        () -> securities.of(database).isAdmin(writer));
    }

    /**
     * What a reader sees of the bodies in a database: of documents that ask for replications, and are another's, no
     * credentials.
     *
     * @param byAdmin whether the reader administers the database
     */
    public static UnaryOperator<byte[]> sight(String database, Caller reader, boolean byAdmin) {
        return byAdmin || !isReplicatorDatabase(database)
                ? UnaryOperator.identity()
                : body -> {
                    JsonObject document = JsonObject.parse(body);
                    return Ownership.isOwn(document, reader)
                            ? body
                            : Ownership.withoutCredentials(document).toJson();
                };
    }

    /** Whether a database of this name holds documents that ask for replications. */
    public static boolean isReplicatorDatabase(String name) {
        return ReplicatorDatabases.isOne(name);
    }

    /**
     * What became of a database's documents, in the order of their ids.
     *
     * @param states those asked for; none: all
     */
    public List<DocumentStatus> documents(Database database, Set<String> states) {
        return statuses.of(database, states);
    }

    public Optional<DocumentStatus> document(Database database, String id) {
        return statuses.of(database, id);
    }

    @Override
    public void close() {
        close(Scheduler.STOP_TIME);
    }

    /** Ends all replications, which record how far they came, and waits for them. */
    public void close(Duration atMost) {
        databases.close();
        scheduler.close(atMost);
        peers.close();
        threads.shutdown();
        passwordThread.shutdown();
    }
}
