package dev.replicator.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * A store that keeps everything in memory: small, faithful to the contract, for tests of what stands on a store.
 *
 * <p>One lock for all; one thread applies the commits, and each is completed on a thread of its own, so that nothing
 * comes to rely on the order in which callers hear of them.
 */
public final class MemoryStore implements Store {
    /** The order of ids and names: that of their UTF-8 bytes. */
    static final Comparator<String> BY_BYTES =
            Comparator.comparing(text -> text.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private final Object lock = new Object();
    private final String uuid;
    private final NavigableMap<String, MemoryDatabase> databases = new TreeMap<>(BY_BYTES);
    private final Map<String, Long> startTimes = new HashMap<>();
    private final Map<String, byte[]> settings = new HashMap<>();
    private final MemoryEvents events;
    private final ExecutorService committer =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private final ExecutorService completions = Executors.newVirtualThreadPerTaskExecutor();

    public MemoryStore() {
        uuid = UUID.randomUUID().toString().replace("-", "");
        events = new MemoryEvents(lock);
    }

    private MemoryStore(MemoryStore origin) {
        uuid = origin.uuid;
        events = new MemoryEvents(lock, origin.events);
        startTimes.putAll(origin.startTimes);
        settings.putAll(origin.settings);
        origin.databases.forEach((name, database) -> databases.put(name, new MemoryDatabase(this, database)));
    }

    /** A store with what this one holds, as if opened on a copy of its folder. May be called after {@link #close}. */
    public MemoryStore copy() {
        synchronized (lock) {
            return new MemoryStore(this);
        }
    }

    @Override
    public String uuid() {
        return uuid;
    }

    @Override
    public Optional<Database> database(String name) {
        synchronized (lock) {
            return Optional.ofNullable(databases.get(name));
        }
    }

    @Override
    public Optional<Database> opened(String name) {
        return database(name);
    }

    @Override
    public Optional<Database> create(String name) {
        MemoryDatabase database;
        synchronized (lock) {
            if (databases.containsKey(name)) {
                return Optional.empty();
            }
            // A second of its own, also when a former one of this name was made in the same second.
            long now = System.currentTimeMillis() / 1000;
            long startTime = startTimes.merge(name, now, (former, current) -> Math.max(former + 1, current));
            database = new MemoryDatabase(this, name, Long.toString(startTime));
            databases.put(name, database);
            events.add(name, DatabaseEvent.Type.CREATED);
        }
        events.callListeners();
        return Optional.of(database);
    }

    @Override
    public boolean delete(String name) {
        MemoryDatabase database;
        synchronized (lock) {
            database = databases.remove(name);
            if (database == null) {
                return false;
            }
            database.markGone();
            events.add(name, DatabaseEvent.Type.DELETED);
        }
        database.callListeners();
        events.callListeners();
        return true;
    }

    /** How many attachments a database stores, referred to by revisions or not: what a leak shows in. */
    public int blobs(String database) {
        synchronized (this) {
            return databases.get(database).blobs();
        }
    }

    @Override
    public List<String> names() {
        synchronized (lock) {
            return new ArrayList<>(databases.keySet());
        }
    }

    @Override
    public DatabaseEvents events() {
        return events;
    }

    MemoryEvents eventLog() {
        return events;
    }

    @Override
    public Optional<byte[]> setting(String key) {
        synchronized (lock) {
            return Optional.ofNullable(settings.get(key));
        }
    }

    @Override
    public void putSetting(String key, byte[] value) {
        synchronized (lock) {
            settings.put(key, value);
        }
    }

    @Override
    public List<StoreMetric> metrics() {
        return List.of();
    }

    @Override
    public void close() {
        committer.close();
        completions.close();
    }

    Object lock() {
        return lock;
    }

    /** Runs work on the committing thread. */
    <T> CompletableFuture<T> later(Supplier<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        committer.execute(() -> {
            try {
                T result = work.get();
                completions.execute(() -> done.complete(result));
            } catch (RuntimeException e) {
                completions.execute(() -> done.completeExceptionally(e));
            }
        });
        return done;
    }
}
