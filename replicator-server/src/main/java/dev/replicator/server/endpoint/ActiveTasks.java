package dev.replicator.server.endpoint;

import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** What the server does beside answering requests, for {@code _active_tasks}. Thread-safe. */
final class ActiveTasks {
    private final InstantSource clock;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, Running> running = new ConcurrentHashMap<>();

    ActiveTasks(InstantSource clock) {
        this.clock = clock;
    }

    /** A task. */
    interface Task {
        /** In CouchDB's words, such as {@code database_compaction}. */
        String type();

        /** What no other task of the type works at. */
        String subject();

        /**
         * How far it is.
         *
         * @return writes the members that tasks of the type have; empty where it has nothing left to work at
         */
        Optional<Consumer<JsonGenerator>> progress();
    }

    /**
     * A task that runs.
     *
     * @param number in the order of beginnings
     * @param since seconds since 1970
     */
    record Running(long number, Task task, long since) {}

    /**
     * Lists a task; one of the same type and subject that is listed already stands for this one too.
     *
     * @return ends the listing
     */
    Runnable begin(Task task) {
        String key = task.type() + " " + task.subject();
        Running begun =
                new Running(numbers.incrementAndGet(), task, clock.instant().getEpochSecond());
        running.putIfAbsent(key, begun);
        return () -> running.remove(key, begun);
    }

    /** In the order in which they began. */
    List<Running> all() {
        return running.values().stream()
                .sorted(Comparator.comparingLong(Running::number))
                .toList();
    }
}
