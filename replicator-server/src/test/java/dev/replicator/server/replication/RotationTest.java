package dev.replicator.server.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.replication.Rotation.Candidate;
import dev.replicator.server.replication.Rotation.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who runs next, against a model that takes one job after the other; and that everyone's turn comes. */
class RotationTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int ROUNDS = 300;

    /** A number of jobs, and time. */
    private static final class World {
        final Map<String, Candidate> jobs = new LinkedHashMap<>();
        Instant now = START;
        long number;

        void add(boolean continuous) {
            String id = "job" + ++number;
            jobs.put(id, new Candidate(id, number, Phase.WAITING, continuous, Instant.MIN, Instant.MIN));
        }

        void set(String id, Phase phase, Instant lastStarted, Instant notBefore) {
            Candidate job = jobs.get(id);
            jobs.put(id, new Candidate(id, job.number(), phase, job.continuous(), lastStarted, notBefore));
        }

        List<Candidate> in(Phase phase) {
            return jobs.values().stream().filter(job -> job.phase() == phase).toList();
        }

        void apply(Rotation.Plan plan) {
            plan.stop()
                    .forEach(id -> set(
                            id,
                            Phase.STOPPING,
                            jobs.get(id).lastStarted(),
                            jobs.get(id).notBefore()));
            plan.start().forEach(id -> set(id, Phase.RUNNING, now, jobs.get(id).notBefore()));
        }
    }

    /** The candidate whose turn it is, by looking at each. */
    private static Optional<Candidate> first(List<Candidate> jobs) {
        Candidate found = null;
        for (Candidate job : jobs) {
            boolean before = found == null
                    || job.lastStarted().isBefore(found.lastStarted())
                    || (job.lastStarted().equals(found.lastStarted()) && job.number() < found.number());
            found = before ? job : found;
        }
        return Optional.ofNullable(found);
    }

    private static void expect(World world, int most, int churn, boolean rotates, Rotation.Plan plan, String what) {
        List<Candidate> able = new ArrayList<>(world.in(Phase.WAITING).stream()
                .filter(job -> !job.notBefore().isAfter(world.now))
                .toList());
        List<Candidate> running = new ArrayList<>(world.in(Phase.RUNNING));
        int places = most - running.size() - world.in(Phase.STOPPING).size();
        List<String> start = new ArrayList<>();
        for (int i = 0; i < places && !able.isEmpty(); i++) {
            Candidate next = first(able).orElseThrow();
            able.remove(next);
            start.add(next.id());
        }
        assertEquals(start, plan.start(), what);

        List<String> stop = new ArrayList<>();
        int waiting = able.size() - world.in(Phase.STOPPING).size();
        for (int i = 0; ; i++) {
            boolean tooMany = running.size() > most;
            boolean givesWay = rotates && i < churn && i < waiting;
            Optional<Candidate> next =
                    first(running.stream().filter(Candidate::continuous).toList());
            if (next.isEmpty() && tooMany) {
                next = first(running);
            }
            if (next.isEmpty() || !(tooMany || givesWay)) {
                break;
            }
            running.remove(next.get());
            stop.add(next.get().id());
        }
        assertEquals(stop, plan.stop(), what);
    }

    @Test
    void isThatOfAModelWhateverHappens() {
        long firstSeed = new Random().nextLong();
        for (long seed = firstSeed; seed < firstSeed + ROUNDS; seed++) {
            Random random = new Random(seed);
            World world = new World();
            int most = 1 + random.nextInt(5);
            for (int step = 0; step < 60; step++) {
                happen(world, random);
                most = random.nextInt(10) == 0 ? random.nextInt(6) : most;
                boolean rotates = random.nextInt(4) == 0;
                int churn = random.nextInt(4);
                Rotation.Plan plan = Rotation.plan(world.jobs.values(), most, churn, world.now, rotates);
                expect(world, most, churn, rotates, plan, "seed " + seed + " step " + step);
                world.apply(plan);
                boolean lowered = plan.start().isEmpty();
                int taken = world.in(Phase.RUNNING).size()
                        + world.in(Phase.STOPPING).size();
                assertTrue(lowered || taken <= most, "seed " + seed + " step " + step);
            }
        }
    }

    private static void happen(World world, Random random) {
        world.now = world.now.plusSeconds(random.nextInt(10));
        if (random.nextInt(3) == 0) {
            world.add(random.nextBoolean());
        }
        for (Candidate job : List.copyOf(world.jobs.values())) {
            boolean runs = job.phase() != Phase.WAITING;
            if (runs && random.nextInt(4) == 0) {
                boolean crashed = random.nextInt(3) == 0;
                world.set(
                        job.id(),
                        Phase.WAITING,
                        job.lastStarted(),
                        crashed ? world.now.plusSeconds(random.nextInt(60)) : job.notBefore());
            }
            if (random.nextInt(40) == 0) {
                world.jobs.remove(job.id());
            }
        }
    }

    @Test
    void everyTurnComes() {
        long firstSeed = new Random().nextLong();
        for (long seed = firstSeed; seed < firstSeed + ROUNDS; seed++) {
            Random random = new Random(seed);
            World world = new World();
            int count = 1 + random.nextInt(40);
            for (int i = 0; i < count; i++) {
                world.add(true);
            }
            int most = 1 + random.nextInt(6);
            int churn = 1 + random.nextInt(6);
            int patience = 2 * Math.ceilDiv(count, Math.min(most, churn)) + 2;
            Map<String, Integer> lastSeen = new HashMap<>();
            for (int rotation = 0; rotation < 4 * patience; rotation++) {
                world.now = world.now.plus(Duration.ofMinutes(1));
                world.apply(Rotation.plan(world.jobs.values(), most, churn, world.now, true));
                for (Candidate job : world.in(Phase.STOPPING)) {
                    world.set(job.id(), Phase.WAITING, job.lastStarted(), job.notBefore());
                }
                world.apply(Rotation.plan(world.jobs.values(), most, churn, world.now, false));
                for (Candidate job : world.in(Phase.RUNNING)) {
                    lastSeen.put(job.id(), rotation);
                }
                for (String id : world.jobs.keySet()) {
                    int waited = rotation - lastSeen.getOrDefault(id, -1);
                    assertTrue(waited <= patience, id + " has waited " + waited + " rotations, seed " + seed);
                }
            }
        }
    }

    @Test
    void aFailureIsWaitedFor() {
        Instant later = START.plusSeconds(30);
        Candidate failed = new Candidate("failed", 1, Phase.WAITING, true, START, later);
        Rotation.Plan before = Rotation.plan(List.of(failed), 5, 5, START.plusSeconds(29), true);
        assertEquals(new Rotation.Plan(List.of(), List.of(), Optional.of(later)), before);
        assertEquals(
                List.of("failed"),
                Rotation.plan(List.of(failed), 5, 5, later, true).start());
    }
}
