package dev.replicator.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** The events of a {@link MemoryStore}, under its lock. Forgets no deletion. */
final class MemoryEvents implements DatabaseEvents {
    private record Key(String database, DatabaseEvent.Type type) {}

    private final Object lock;
    private final NavigableMap<Long, Key> rows = new TreeMap<>();
    private final Map<Key, Long> numbers = new HashMap<>();
    private final NavigableMap<Long, String> epochs = new TreeMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private boolean inEpoch;
    private long last;

    MemoryEvents(Object lock) {
        this.lock = lock;
    }

    MemoryEvents(Object lock, MemoryEvents origin) {
        this(lock);
        rows.putAll(origin.rows);
        numbers.putAll(origin.numbers);
        epochs.putAll(origin.epochs);
        last = origin.last;
    }

    /** Notes an event, with what it tells of. Listeners are called later, by {@link #callListeners}. */
    void add(String database, DatabaseEvent.Type type) {
        locked(() -> {
            if (!inEpoch) {
                epochs.put(last + 1, MemorySequence.newEpoch());
                inEpoch = true;
            }
            Key key = new Key(database, type);
            rows.put(++last, key);
            Long former = numbers.put(key, last);
            return former == null ? null : rows.remove(former);
        });
    }

    void callListeners() {
        listeners.forEach(listener -> listener.called.run());
    }

    private <T> T locked(Supplier<T> work) {
        synchronized (lock) {
            return work.get();
        }
    }

    private Sequence sequence(long number) {
        return MemorySequence.of(number, epochs);
    }

    private static long number(Sequence sequence) {
        return ((MemorySequence) sequence).number();
    }

    private List<DatabaseEvent> page(NavigableMap<Long, Key> part, int limit) {
        return part.entrySet().stream()
                .limit(limit)
                .map(row -> new DatabaseEvent(
                        sequence(row.getKey()),
                        row.getValue().database(),
                        row.getValue().type()))
                .toList();
    }

    @Override
    public Sequence beginning() {
        return MemorySequence.BEGINNING;
    }

    @Override
    public Sequence last() {
        return locked(() -> sequence(last));
    }

    @Override
    public Optional<Sequence> parseSequence(String token) {
        return locked(() -> MemorySequence.parse(token, epochs, last).map(sequence -> sequence));
    }

    @Override
    public List<DatabaseEvent> after(Sequence after, Sequence upTo, int limit) {
        long end = Math.max(number(after), number(upTo));
        return locked(() -> page(rows.subMap(number(after), false, end, true), limit));
    }

    @Override
    public List<DatabaseEvent> before(Optional<Sequence> before, int limit) {
        long end = before.map(MemoryEvents::number).orElse(Long.MAX_VALUE);
        return locked(() -> page(rows.headMap(end, false).descendingMap(), limit));
    }

    @Override
    public Database.Subscription subscribe(Runnable listener) {
        Listener registered = new Listener(listener);
        listeners.add(registered);
        return registered;
    }

    private final class Listener implements Database.Subscription {
        private final Runnable called;

        Listener(Runnable called) {
            this.called = called;
        }

        @Override
        public void close() {
            listeners.remove(this);
        }
    }
}
