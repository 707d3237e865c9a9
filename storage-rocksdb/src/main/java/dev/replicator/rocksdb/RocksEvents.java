package dev.replicator.rocksdb;

import dev.replicator.store.Database;
import dev.replicator.store.DatabaseEvent;
import dev.replicator.store.DatabaseEvents;
import dev.replicator.store.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads what {@link EventLog} noted. */
final class RocksEvents implements DatabaseEvents {
    private final Engine engine;
    private final EventLog log;

    RocksEvents(Engine engine, EventLog log) {
        this.engine = engine;
        this.log = log;
    }

    private <T> T inside(Supplier<T> work) {
        try (Gate.Pass _ = engine.gate.enter()) {
            return work.get();
        }
    }

    private static void requirePage(int limit) {
        if (limit < 0 || limit > Database.MAX_PAGE) {
            throw new IllegalArgumentException(limit + " is not between 0 and " + Database.MAX_PAGE);
        }
    }

    @Override
    public Sequence beginning() {
        return log.epochs().sequence(0);
    }

    @Override
    public Sequence last() {
        // The number first: the epochs known afterwards hold it.
        long last = log.last();
        return log.epochs().sequence(last);
    }

    @Override
    public Optional<Sequence> parseSequence(String token) {
        long last = log.last();
        return log.epochs().parse(token, last).map(sequence -> sequence);
    }

    @Override
    public List<DatabaseEvent> after(Sequence after, Sequence upTo, int limit) {
        requirePage(limit);
        long from = RocksSequence.numberOf(after) + 1;
        long to = RocksSequence.numberOf(upTo);
        if (to < from) {
            return List.of();
        }
        return inside(() -> {
            List<DatabaseEvent> events = new ArrayList<>();
            try (RowIterator rows = rows(from, to).first()) {
                for (; events.size() < limit && rows.valid(); rows.next()) {
                    events.add(event(rows));
                }
            }
            return events;
        });
    }

    @Override
    public List<DatabaseEvent> before(Optional<Sequence> before, int limit) {
        requirePage(limit);
        long to = Math.min(log.last(), before.map(RocksSequence::numberOf).orElse(Long.MAX_VALUE) - 1);
        if (to < 1) {
            return List.of();
        }
        return inside(() -> {
            List<DatabaseEvent> events = new ArrayList<>();
            try (RowIterator rows = rows(1, to).last()) {
                for (; events.size() < limit && rows.valid(); rows.previous()) {
                    events.add(event(rows));
                }
            }
            return events;
        });
    }

    /** The rows from one number to another, both included. */
    private RowIterator rows(long from, long to) {
        return engine.rows(Family.META, MetaKeys.event(from), Keys.next(MetaKeys.event(to)));
    }

    private DatabaseEvent event(RowIterator rows) {
        byte[] key = rows.key();
        DatabaseEventRow event = DatabaseEventRow.read(RowReader.of("(none)", Family.META, key, rows.value()));
        return new DatabaseEvent(log.epochs().sequence(MetaKeys.eventOf(key)), event.database(), event.type());
    }

    @Override
    public Database.Subscription subscribe(Runnable listener) {
        Listeners.Listener registered = log.listeners().add(listener);
        return () -> log.listeners().remove(registered);
    }
}
