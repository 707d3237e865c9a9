package dev.replicator.rocksdb;

import dev.replicator.document.Provenance;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Revision;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.Sequence;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Measures the store alone, per second and per second of this process's CPU time: {@code Throughput FOLDER}. A program,
 * not a test: figures depend on the machine.
 */
public final class Throughput {
    private static final int BODY_BYTES = 287;
    private static final int BATCH = 1000;

    private final RocksStore store;
    private int databases;

    private Throughput(RocksStore store) {
        this.store = store;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            Throughput throughput = new Throughput(store);
            throughput.batches("warm-up", 1, 100, true);
            throughput.batches("1000 a commit, random ids, 1 thread", 1, 200, true);
            throughput.batches("1000 a commit, random ids, 4 threads", 4, 50, true);
            throughput.batches("1000 a commit, ascending ids, 1 thread", 1, 200, false);
            throughput.singles(64, 1000);
            throughput.singles(1, 2000);
            throughput.updates(20);
            throughput.reads();
        }
        System.out.println("on disk: " + size(folder) / 1_000_000 + " MB");
    }

    private static long size(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private Database database() {
        return store.create("db" + databases++).orElseThrow();
    }

    private static byte[] body(Random random) {
        StringBuilder body = new StringBuilder("{\"name\":\"");
        while (body.length() < BODY_BYTES - 2) {
            body.append(Integer.toString(random.nextInt(1 << 20), 36)).append(' ');
        }
        return body.append("\"}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Edit insert(String id, byte[] body, Random random) {
        byte[] digest = new byte[16];
        random.nextBytes(digest);
        RevisionContent content =
                new RevisionContent(body, List.of(), new Provenance(1_700_000_000_000L, "", Provenance.Origin.EDIT));
        return new Edit.Update(id, Optional.empty(), false, _ -> Revision.ofDigest(1, digest), content);
    }

    private static String randomId(Random random) {
        return "%016x%016x".formatted(random.nextLong(), random.nextLong());
    }

    private static List<EditOutcome> commit(Database database, List<Edit> edits) {
        return database.commit(edits).toCompletableFuture().join();
    }

    private void batches(String name, int threads, int perThread, boolean randomIds) throws Exception {
        Database database = database();
        List<List<List<Edit>>> work = new ArrayList<>();
        int next = 0;
        for (int t = 0; t < threads; t++) {
            Random random = new Random(databases * 100L + t);
            List<List<Edit>> commits = new ArrayList<>();
            for (int i = 0; i < perThread; i++) {
                List<Edit> edits = new ArrayList<>(BATCH);
                for (int n = 0; n < BATCH; n++) {
                    String id = randomIds ? randomId(random) : "%010d".formatted(next++);
                    edits.add(insert(id, body(random), random));
                }
                commits.add(edits);
            }
            work.add(commits);
        }
        measure(
                name,
                threads * perThread * BATCH,
                () -> parallel(threads, t -> work.get(t).forEach(edits -> commit(database, edits))));
    }

    private void singles(int threads, int perThread) throws Exception {
        Database database = database();
        measure(
                "1 a commit, random ids, " + threads + " threads",
                threads * perThread,
                () -> parallel(threads, t -> {
                    Random random = new Random(t);
                    for (int i = 0; i < perThread; i++) {
                        commit(database, List.of(insert(randomId(random), body(random), random)));
                    }
                }));
    }

    private void updates(int rounds) throws Exception {
        Database database = database();
        Random random = new Random(5);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20 * BATCH; i++) {
            ids.add(randomId(random));
        }
        for (int at = 0; at < ids.size(); at += BATCH) {
            List<Edit> edits = new ArrayList<>();
            ids.subList(at, at + BATCH).forEach(id -> edits.add(insert(id, body(random), random)));
            commit(database, edits);
        }
        byte[] body = body(random);
        measure("1000 a commit, updates of 20,000 documents", rounds * ids.size(), () -> {
            for (int round = 0; round < rounds; round++) {
                for (int at = 0; at < ids.size(); at += BATCH) {
                    List<String> part = ids.subList(at, at + BATCH);
                    List<Edit> edits = new ArrayList<>();
                    int index = 0;
                    for (var document : database.documents(part)) {
                        Revision parent = document.orElseThrow().tree().winner().revision();
                        byte[] digest = ByteBuffer.allocate(16)
                                .putLong(random.nextLong())
                                .array();
                        edits.add(new Edit.Update(
                                part.get(index++),
                                Optional.of(parent),
                                false,
                                _ -> Revision.ofDigest(parent.generation() + 1, digest),
                                new RevisionContent(body, List.of(), new Provenance(1, "", Provenance.Origin.EDIT))));
                    }
                    commit(database, edits);
                }
            }
        });
    }

    private void reads() throws Exception {
        Database database = store.database("db1").orElseThrow();
        List<String> ids = new ArrayList<>();
        measure("changes, pages of 1000", 200 * BATCH, () -> {
            Sequence after = database.beginning();
            Sequence end = database.last();
            List<Change> page = database.changes(after, end, BATCH);
            while (!page.isEmpty()) {
                page.forEach(change -> ids.add(change.id()));
                page = database.changes(page.getLast().sequence(), end, BATCH);
            }
        });
        java.util.Collections.shuffle(ids, new Random(1));
        measure("documents by 1000 ids", ids.size(), () -> {
            for (int at = 0; at < ids.size(); at += BATCH) {
                database.documents(ids.subList(at, at + BATCH));
            }
        });
        measure("document by id", ids.size(), () -> ids.forEach(database::document));
        measure("documents in a range, pages of 1000", ids.size(), () -> {
            var range = dev.replicator.store.IdRange.ALL;
            var page = database.documents(range, BATCH);
            while (!page.isEmpty()) {
                range = range.after(page.getLast().id());
                page = database.documents(range, BATCH);
            }
        });
        measure("pending", 20_000, () -> {
            for (int i = 0; i < 20_000; i++) {
                database.pendingAfter(
                        database.parseSequence(Integer.toString(i * 10)).orElseThrow());
            }
        });
        measure("status", 5_000, () -> {
            for (int i = 0; i < 5_000; i++) {
                database.status();
            }
        });
    }

    @FunctionalInterface
    private interface Work {
        void run(int thread);
    }

    private static void parallel(int threads, Work work) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            CompletableFuture<Void> done = new CompletableFuture<>();
            all.add(done);
            Thread.ofPlatform().start(() -> {
                work.run(thread);
                done.complete(null);
            });
        }
        all.forEach(CompletableFuture::join);
    }

    private static void measure(String name, int count, Runnable work) {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuSeconds = (system.getProcessCpuTime() - cpu) / 1e9;
        System.out.printf(
                "%-45s %,10.0f per second, %,10.0f per CPU second (%.2f s, %.2f CPU s)%n",
                name, count / seconds, count / cpuSeconds, seconds, cpuSeconds);
    }
}
