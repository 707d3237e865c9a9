package dev.replicator.conformance.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Five servers that replicate in a ring (even seeds), or each with each (odd seeds), while all are written to, some are
 * killed, and connections are cut: after the last edit all become equal, leaf by leaf, and have what any acknowledged.
 *
 * <p>System properties: {@code mesh.seeds} how many, {@code mesh.seed} from which on.
 */
final class MeshIT {
    private static final int SEEDS = Integer.getInteger("mesh.seeds", 2);
    private static final long FIRST_SEED = Long.getLong("mesh.seed", 1);

    private static final int MEMBERS = 5;
    private static final int PHASES = Integer.getInteger("mesh.phases", 1);
    private static final int EDITS = 40;
    private static final int MOST_KILLED = 2;

    /** From the last edit on, whatever machine this is. */
    private static final Duration EQUAL_WITHIN = Duration.ofSeconds(90);

    private static final int PAUSE_MILLIS = 100;
    private static final int SHOWN = 5;

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @Timeout(300)
    void allBecomeEqual(long seed, @TempDir Path folder) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        Mesh.Shape shape = seed % 2 == 0 ? Mesh.Shape.RING : Mesh.Shape.ALL_TO_ALL;
        System.out.println("mesh: seed " + seed + ", " + shape);
        long begun = System.nanoTime();
        try (Mesh mesh = new Mesh(folder, MEMBERS, shape, random.split())) {
            MeshWriter.Acknowledged acknowledged = new MeshWriter.Acknowledged();
            List<MeshWriter> writers = new ArrayList<>();
            for (MeshMember member : mesh.members()) {
                writers.add(new MeshWriter(member, random.split(), acknowledged));
            }
            for (int phase = 0; phase < PHASES; phase++) {
                writeAndKill(mesh, writers, acknowledged, random);
            }
            mesh.calm();
            long lastEdit = System.nanoTime();
            awaitEqual(mesh);
            Leaves state = requireEqual(mesh, Leaves::whole);
            Set<String> digests = new TreeSet<>();
            for (MeshMember member : mesh.members()) {
                JsonNode digest = member.requests().get(MeshMember.DATABASE + "/_digest");
                digests.add(digest.path("digest").asString());
            }
            assertEquals(1, digests.size(), () -> "equal, but by their digests: " + digests);
            for (MeshMember member : mesh.members()) {
                JsonNode missing =
                        member.requests().call("POST", MeshMember.DATABASE + "/_revs_diff", acknowledged.revsDiff());
                assertTrue(missing.isEmpty(), () -> "acknowledged, and missing: " + missing + member.output());
            }
            System.out.printf(
                    "mesh: seed %d, %d edits, %d documents, %d leaves that lost, %d deleted, %d with files;"
                            + " equal %.1f s after the last edit, %.1f s in all%n",
                    seed,
                    acknowledged.count(),
                    state.winners().size(),
                    state.conflicts(),
                    state.tombstones(),
                    state.withAttachments(),
                    seconds(lastEdit),
                    seconds(begun));
            assertTrue(state.conflicts() > 0 && state.tombstones() > 0 && state.withAttachments() > 0);
            mesh.stop();
        }
    }

    private static double seconds(long from) {
        return (System.nanoTime() - from) / 1e9;
    }

    /** All write; in the middle of it some are killed, and started again. */
    private static void writeAndKill(
            Mesh mesh, List<MeshWriter> writers, MeshWriter.Acknowledged acknowledged, SplittableRandom random)
            throws Exception {
        int before = random.nextInt(1, MEMBERS * EDITS / 2);
        int killed = random.nextInt(1, MOST_KILLED + 1);
        int first = random.nextInt(MEMBERS);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writing = new ArrayList<>();
            for (MeshWriter writer : writers) {
                writing.add(threads.submit(() -> {
                    writer.write(EDITS);
                    return null;
                }));
            }
            acknowledged.await(before);
            List<MeshMember> victims = new ArrayList<>();
            for (int i = 0; i < killed; i++) {
                victims.add(mesh.members().get((first + i) % MEMBERS));
            }
            victims.forEach(MeshMember::kill);
            victims.forEach(MeshMember::startAgain);
            for (Future<?> writer : writing) {
                writer.get();
            }
            acknowledged.await(MEMBERS * EDITS - before);
        }
    }

    private static void awaitEqual(Mesh mesh) throws InterruptedException {
        long end = System.nanoTime() + EQUAL_WITHIN.toNanos();
        while (!differences(mesh, Leaves::listed).isEmpty()) {
            if (System.nanoTime() > end) {
                requireEqual(mesh, Leaves::listed);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static Leaves requireEqual(Mesh mesh, BiFunction<Requests, String, Leaves> state) {
        List<String> differences = differences(mesh, state);
        if (!differences.isEmpty()) {
            StringBuilder message = new StringBuilder("the members differ:\n");
            differences.stream()
                    .limit(SHOWN)
                    .forEach(line -> message.append(line).append('\n'));
            for (MeshMember member : mesh.members()) {
                message.append(member.requests().get("_scheduler/docs"))
                        .append(member.output())
                        .append('\n');
            }
            throw new AssertionError(message.toString());
        }
        return state.apply(mesh.members().getFirst().requests(), MeshMember.DATABASE);
    }

    /** Of the first member and each other one. */
    private static List<String> differences(Mesh mesh, BiFunction<Requests, String, Leaves> state) {
        List<Leaves> states = mesh.members().parallelStream()
                .map(member -> state.apply(member.requests(), MeshMember.DATABASE))
                .toList();
        assertEquals(MEMBERS, states.size());
        List<String> differences = new ArrayList<>();
        for (int i = 1; i < MEMBERS; i++) {
            for (String line : states.getFirst().differences(states.get(i))) {
                differences.add("members 0 and " + i + ": " + line);
            }
        }
        return differences;
    }
}
