package dev.replicator.conformance.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sends the cases of a seed to a server from several workers, and asserts what all of them must leave as it was.
 *
 * <p>System properties: {@code fuzz.cases} how many, {@code fuzz.seed} which, {@code fuzz.index} this one alone. Of
 * more than {@link #LONG_RUN} cases it is asserted too that the server's memory has stopped growing after a third.
 */
final class FuzzRun {
    private static final long CASES = Long.getLong("fuzz.cases", 5_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final long ONLY = Long.getLong("fuzz.index", -1);
    private static final int WORKERS = 2;

    /** By then the heap, the caches and the code are as large as they get. */
    private static final long LONG_RUN = 90_000;

    /** Of the heap: what the code of the server still loads and caches. */
    private static final double MOST_HEAP_GROWTH = 1.25;

    /** Of the process: the store's write buffers, which fill for long, and what the collector holds ready. */
    private static final long MOST_GROWTH_MEBIBYTES = 64;

    private static final int MOST_PROBLEMS = 20;

    private final String name;
    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
    private final FuzzCases cases;

    /** @param generators each as often as it stands here */
    FuzzRun(String name, List<Generator> generators) {
        this.name = name;
        this.cases = new FuzzCases(SEED, generators);
    }

    void run(ServerProcess server) throws Exception {
        String host = server.url().getHost();
        List<Worker> workers = new ArrayList<>();
        Map<String, Map<String, String>> before = new TreeMap<>();
        Map<String, FileSize> sizes = new TreeMap<>();
        for (int i = 0; i < WORKERS; i++) {
            Databases databases = Databases.of(i);
            Worker worker = new Worker(host, server.port(), databases, problems);
            worker.fill();
            workers.add(worker);
            before.put(databases.kept(), Content.of(host, server.port(), databases.kept()));
            sizes.put(databases.kept(), FileSize.of(host, server.port(), databases.kept()));
        }
        long began = System.nanoTime();
        send(workers, 0, CASES / 3);
        Optional<ServerMemory> early = ServerMemory.of(server.pid());
        send(workers, CASES / 3, CASES);
        Optional<ServerMemory> late = ServerMemory.of(server.pid());
        report(workers, (System.nanoTime() - began) / 1e9, early, late);

        assertTrue(problems.isEmpty(), () -> "seed " + SEED + ":\n" + String.join("\n", problems) + server.output());
        for (Map.Entry<String, Map<String, String>> kept : before.entrySet()) {
            assertEquals(kept.getValue(), Content.of(host, server.port(), kept.getKey()), "seed " + SEED);
            sizes.get(kept.getKey()).awaitNoGrowth(host, server.port());
        }
        if (CASES >= LONG_RUN && early.isPresent() && late.isPresent()) {
            String grew = "the server grew from " + early.get() + " to " + late.get();
            assertTrue(late.get().liveKibibytes() <= early.get().liveKibibytes() * MOST_HEAP_GROWTH, grew);
            assertTrue(late.get().residentMebibytes() <= early.get().residentMebibytes() + MOST_GROWTH_MEBIBYTES, grew);
        }
    }

    private void send(List<Worker> workers, long from, long to) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(WORKERS)) {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                int number = i;
                ends.add(threads.submit(() -> {
                    send(workers.get(number), number, from, to);
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        }
    }

    private void send(Worker worker, int number, long from, long to) throws IOException {
        for (long index = from; index < to && problems.size() < MOST_PROBLEMS; index++) {
            if (index % WORKERS == number && (ONLY < 0 || ONLY == index)) {
                worker.run("seed " + SEED + " index " + index, cases.at(index, Databases.of(number)));
            }
        }
    }

    private void report(
            List<Worker> workers, double seconds, Optional<ServerMemory> early, Optional<ServerMemory> late) {
        Map<String, Long> counts = new TreeMap<>();
        workers.forEach(worker -> worker.counts().forEach((kind, count) -> counts.merge(kind, count, Long::sum)));
        workers.forEach(Worker::close);
        System.out.printf(
                "%s: seed %d, %d cases in %.1f s (%.0f a second), after a third %s, at the end %s; %s%n",
                name, SEED, CASES, seconds, CASES / seconds, early, late, counts);
    }
}
