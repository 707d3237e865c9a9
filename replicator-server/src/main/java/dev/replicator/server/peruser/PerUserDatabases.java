package dev.replicator.server.peruser;

import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.Sequence;
import dev.replicator.store.Store;
import dev.replicator.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes each user of a database of users a database of their own, {@code userdb-} and the name's bytes in hex, whose
 * administrator and member the user is; and when the user is deleted, deletes it, or takes the user out of its
 * security. As CouchDB's {@code couch_peruser}, shortly after the change is answered.
 *
 * <p>How far the changes were followed is kept in the store: a start reads what came since, and switching it on what
 * came while it was off. What was done when that could not be kept is done again, which changes nothing. Per user
 * nothing stays in memory.
 */
public final class PerUserDatabases implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PerUserDatabases.class);

    private static final String ID_PREFIX = "org.couchdb.user:";

    /** The longest name of a database. */
    private static final int MAX_NAME_LENGTH = 238;

    /** All databases' writes are events: it looks at most so often. */
    private static final long PAUSE_MILLIS = 50;

    private static final long RETRY_MILLIS = 1000;

    private final Store store;
    private final String users;
    private final Supplier<PerUserRules> rules;
    private final String setting;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("databases-per-user").daemon().factory());
    private final Database.Subscription subscription;

    /** The thread's. */
    private Optional<Position> position = Optional.empty();

    /** How far a database was followed. */
    private record Position(String instance, Sequence readTo) {}

    /**
     * Begins to follow.
     *
     * @param users the name of the database of users
     * @param rules asked each time
     */
    public PerUserDatabases(Store store, String users, Supplier<PerUserRules> rules) {
        this.store = store;
        this.users = users;
        this.rules = rules;
        this.setting = "couch_peruser " + users;
        this.subscription = store.events().subscribe(this::wake);
        wake();
    }

    /** Has changed settings taken into account. */
    public void wake() {
        if (looking.compareAndSet(false, true)) {
            later(PAUSE_MILLIS);
        }
    }

    private void later(long millis) {
        try {
            var _ = thread.schedule(this::look, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the server is stopping", e);
        }
    }

    private void look() {
        looking.set(false);
        try {
            if (rules.get().enabled()) {
                store.database(users).ifPresent(this::follow);
            }
        } catch (StoreException.DatabaseGone e) {
            LOG.debug("a database was deleted meanwhile", e);
            retry(PAUSE_MILLIS);
        } catch (StoreException e) {
            LOG.error("users' own databases cannot be made; trying again", e);
            retry(RETRY_MILLIS);
        } catch (RuntimeException e) {
            LOG.error("users' own databases cannot be made", e);
        }
    }

    private void retry(long millis) {
        if (looking.compareAndSet(false, true)) {
            later(millis);
        }
    }

    private void follow(Database database) {
        Sequence last = database.last();
        String instance = database.instanceStartTime();
        Position from = position.filter(there -> there.instance().equals(instance))
                .orElseGet(() -> new Position(instance, kept(database)));
        List<Change> changes;
        do {
            changes = database.changes(from.readTo(), last, Database.MAX_PAGE);
            for (Change change : changes) {
                if (change.id().startsWith(ID_PREFIX)) {
                    take(change.id().substring(ID_PREFIX.length()), change.deleted());
                }
            }
            if (!changes.isEmpty()) {
                from = new Position(instance, changes.getLast().sequence());
                keep(from);
            }
            position = Optional.of(from);
        } while (changes.size() == Database.MAX_PAGE && rules.get().enabled());
    }

    private Sequence kept(Database database) {
        return store.setting(setting)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).split(" ", 2))
                .filter(kept -> kept[0].equals(database.instanceStartTime()))
                .flatMap(kept -> database.parseSequence(kept[1]))
                .orElseGet(database::beginning);
    }

    private void keep(Position reached) {
        String text = reached.instance() + " " + reached.readTo().token();
        store.putSetting(setting, text.getBytes(StandardCharsets.UTF_8));
    }

    private void take(String user, boolean deleted) {
        String name = rules.get().prefix() + HexFormat.of().formatHex(user.getBytes(StandardCharsets.UTF_8));
        if (name.length() > MAX_NAME_LENGTH) {
            LOG.warn("user '{}' gets no database: its name would have more than {} characters", user, MAX_NAME_LENGTH);
        } else if (!deleted) {
            let(user, store.create(name).or(() -> store.database(name)));
        } else if (rules.get().deletes()) {
            store.delete(name);
        } else {
            store.database(name)
                    .ifPresent(
                            own -> OwnerSecurity.without(own.security(), user).ifPresent(own::setSecurity));
        }
    }

    private static void let(String user, Optional<Database> own) {
        own.ifPresent(database -> OwnerSecurity.with(database.security(), user).ifPresent(database::setSecurity));
    }

    /** What is being made is made. */
    @Override
    public void close() {
        subscription.close();
        thread.shutdownNow();
        thread.close();
    }
}
