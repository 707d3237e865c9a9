package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import dev.replicator.local.DocumentReader;
import dev.replicator.local.DocumentReader.ReadRevision;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.Sequence;
import dev.replicator.store.Store;
import dev.replicator.store.StoreException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users of a database such as {@code _users}, read by a thread of its own and remembered, as many as were asked for
 * last.
 *
 * <p>The database tells of a commit before whoever made it is answered. From then on nothing that is remembered counts
 * until the thread has read which documents changed, and forgotten them.
 */
public final class UserDocuments implements Users {
    private static final Logger LOG = LoggerFactory.getLogger(UserDocuments.class);

    /** Users that are remembered; each takes about 500 bytes. */
    static final int MOST_REMEMBERED = 10_000;

    /** Lookups that wait for the thread; beyond, clients are told to come again. */
    static final int MOST_WAITING = 10_000;

    private final Store store;
    private final String databaseName;
    private final InstantSource clock;

    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().name("users").daemon().factory());

    /** How often the database told of something. */
    private final AtomicLong told = new AtomicLong();

    /** Guarded by itself. */
    private final Map<String, Principal> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Principal> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** What {@link #told} was when what is remembered was right. */
    private volatile long rightAt = -1;

    /** The thread's. */
    private Optional<Watched> watched = Optional.empty();

    /** The database as it was opened, and how far its changes were read. */
    private static final class Watched {
        final Database database;
        final Database.Subscription subscription;
        Sequence readTo;

        Watched(Database database, Runnable listener) {
            this.database = database;
            this.subscription = database.subscribe(listener);
            this.readTo = database.last();
        }
    }

    public UserDocuments(Store store, String databaseName, InstantSource clock) {
        this.clock = clock;
        this.store = store;
        this.databaseName = databaseName;
    }

    @Override
    public CompletionStage<Optional<Principal>> find(String name) {
        Optional<Principal> known = recall(name);
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(known);
        }
        try {
            return CompletableFuture.supplyAsync(() -> read(name), thread);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(CouchError.unavailable("Too many users wait to be looked up.")
                    .asException());
        }
    }

    private Optional<Principal> recall(String name) {
        synchronized (remembered) {
            return rightAt == told.get() ? Optional.ofNullable(remembered.get(name)) : Optional.empty();
        }
    }

    private Optional<Principal> read(String name) {
        follow();
        try {
            Optional<Principal> found = watched.flatMap(open -> read(open.database, name));
            found.ifPresent(principal -> {
                synchronized (remembered) {
                    remembered.put(name, principal);
                }
            });
            return found;
        } catch (StoreException.DatabaseGone e) {
            return Optional.empty();
        }
    }

    private static Optional<Principal> read(Database database, String name) {
        return revision(database, name)
                .flatMap(found -> UserDocument.of(found.content().body()).principal(name, source(found)));
    }

    /** What a user's document says now; empty where it is not there, or deleted. */
    static Optional<ReadRevision> revision(Database database, String name) {
        return database.document(UserDocument.ID_PREFIX + name)
                .flatMap(new DocumentReader(database)::winner)
                .filter(found -> !found.node().deleted());
    }

    private static Principal.Source source(ReadRevision read) {
        long live = read.document().tree().leavesAscending().stream()
                .filter(leaf -> !leaf.deleted())
                .count();
        return live > 1 ? Principal.Source.DOCUMENT_IN_CONFLICT : Principal.Source.DOCUMENT;
    }

    /** Forgets what changed since the last time. */
    private void follow() {
        long now = told.get();
        if (rightAt == now && watched.isPresent()) {
            return;
        }
        try {
            if (watched.isPresent()) {
                forgetChanged(watched.get());
            } else {
                watched = open();
            }
        } catch (StoreException.DatabaseGone e) {
            letGo();
            watched = open();
        }
        rightAt = now;
    }

    /** Listens before it looks: a commit between the two is told of. */
    private Optional<Watched> open() {
        try {
            return store.database(databaseName).map(database -> new Watched(database, told::incrementAndGet));
        } catch (StoreException.DatabaseGone e) {
            return Optional.empty();
        }
    }

    private void forgetChanged(Watched open) {
        Sequence last = open.database.last();
        List<Change> changes;
        do {
            changes = open.database.changes(open.readTo, last, Database.MAX_PAGE);
            for (Change change : changes) {
                forget(change.id());
                open.readTo = change.sequence();
            }
        } while (changes.size() == Database.MAX_PAGE);
    }

    private void forget(String id) {
        if (id.startsWith(UserDocument.ID_PREFIX)) {
            synchronized (remembered) {
                remembered.remove(id.substring(UserDocument.ID_PREFIX.length()));
            }
        }
    }

    private void letGo() {
        watched.ifPresent(open -> open.subscription.close());
        watched = Optional.empty();
        synchronized (remembered) {
            remembered.clear();
        }
    }

    @Override
    public void upgrade(Principal user, PasswordHash stronger) {
        try {
            thread.execute(() -> {
                follow();
                watched.ifPresent(open -> new HashUpgrade(open.database, clock).begin(user, stronger));
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("the password of '{}' is hashed anew at a later login", user.name(), e);
        }
    }

    /** How many users are remembered. */
    int remembered() {
        synchronized (remembered) {
            return remembered.size();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
        watched.ifPresent(open -> open.subscription.close());
    }
}
