package dev.replicator.server.metrics;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * CouchDB's {@code _system} of a Java process: the members that monitors read and that mean something here. Left out
 * are atoms, ETS tables, reductions, context switches, reclaimed words, process limits and the rest of the memory:
 * there is nothing here that they would be true of.
 */
final class SystemFigures {
    /**
     * A member.
     *
     * @param name with a dot where it is a member of a member
     * @param meaning what stands there in place of what Erlang has
     */
    record Figure(String name, String meaning, Supplier<Object> value) {}

    private final List<Figure> figures;

    SystemFigures(Traffic traffic, Passwords passwords) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        figures = List.of(
                new Figure(
                        "uptime",
                        "seconds since the start",
                        () -> ManagementFactory.getRuntimeMXBean().getUptime() / 1000),
                new Figure(
                        "memory.processes",
                        "bytes that the heap has",
                        () -> memory.getHeapMemoryUsage().getCommitted()),
                new Figure(
                        "memory.processes_used",
                        "bytes of the heap in use",
                        () -> memory.getHeapMemoryUsage().getUsed()),
                new Figure("memory.binary", "bytes of buffers outside the heap", SystemFigures::bufferBytes),
                new Figure(
                        "memory.code",
                        "bytes of classes and compiled code",
                        () -> memory.getNonHeapMemoryUsage().getUsed()),
                new Figure(
                        "run_queue",
                        "requests that wait for a storage thread",
                        () -> traffic.load().waitingTasks()),
                new Figure("garbage_collection_count", "collections of the heap", SystemFigures::collections),
                new Figure(
                        "io_input",
                        "bytes received over HTTP",
                        () -> traffic.load().bytesIn()),
                new Figure(
                        "io_output",
                        "bytes sent over HTTP",
                        () -> traffic.load().bytesOut()),
                new Figure("os_proc_count", "0: there are no query servers", () -> 0),
                new Figure("stale_proc_count", "0: there are no query servers", () -> 0),
                new Figure(
                        "process_count",
                        "threads",
                        () -> ManagementFactory.getThreadMXBean().getThreadCount()),
                new Figure(
                        "message_queues.storage_threads",
                        "requests that wait for a storage thread",
                        () -> traffic.load().waitingTasks()),
                new Figure(
                        "message_queues.passwords",
                        "passwords that wait to be hashed",
                        () -> passwords.waiting().getAsInt()),
                new Figure("internal_replication_jobs", "0: this is no cluster", () -> 0),
                new Figure("distribution", "empty: this is no cluster", Map::of));
    }

    List<Figure> all() {
        return figures;
    }

    /** As numbers, and maps by text. */
    Map<String, Object> tree() {
        Map<String, Object> root = new LinkedHashMap<>();
        for (Figure figure : figures) {
            int dot = figure.name().indexOf('.');
            if (dot < 0) {
                root.put(figure.name(), figure.value().get());
            } else {
                inner(root, figure.name().substring(0, dot))
                        .put(figure.name().substring(dot + 1), figure.value().get());
            }
        }
        return root;
    }

    @SuppressWarnings("unchecked") // Only maps of this kind are put under the names before a dot.
    private static Map<String, Object> inner(Map<String, Object> root, String name) {
        return (Map<String, Object>) root.computeIfAbsent(name, _ -> new LinkedHashMap<String, Object>());
    }

    private static long bufferBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
