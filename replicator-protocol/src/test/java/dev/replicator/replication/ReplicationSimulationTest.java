package dev.replicator.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.peer.LocalPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Meshes of servers that replicate over a network that loses, repeats, delays and breaks off, crash at any step, and
 * are edited meanwhile; in some runs databases are also deleted and made anew, or set back to a backup. However it
 * went: no checkpoint was ever ahead of its data, and when the network is well again all become equal and nothing is
 * lost.
 *
 * <p>{@code -Dsimulation.seeds=N} runs so many; {@code -Dsimulation.seed=S} begins with that one.
 */
@Timeout(3600)
class ReplicationSimulationTest {
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 200);
    private static final long FIRST_SEED = Long.getLong("simulation.seed", 1L);
    private static final LocalPeer.Limits LIMITS = new LocalPeer.Limits(1 << 20, new AttachmentLimits(1 << 20, 10));
    private static final int STEPS = 1500;
    private static final int MOST_STEPS_TO_REST = 100_000;

    @TestFactory
    List<DynamicTest> allBecomeEqualAndNothingIsLost() {
        List<DynamicTest> tests = new ArrayList<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            long this_ = seed;
            tests.add(DynamicTest.dynamicTest("seed " + seed, () -> new World(this_).run()));
        }
        return tests;
    }

    /** From one server to another. */
    private record Link(int from, int to) {}

    private static final class World {
        private final Random random;
        private final SimulatedHost host;
        private final FaultyPeer.Faults faults = FaultyPeer.Faults.heavy();
        private final List<SimulatedStore> servers = new ArrayList<>();
        private final Map<Link, Optional<Replication>> replications = new LinkedHashMap<>();
        private final Set<String> made = new LinkedHashSet<>();
        private final ReplicationOptions options;

        /** Whether databases are lost and set back, so that what only they had is lost too. */
        private final boolean disasters;

        World(long seed) {
            random = new Random(seed);
            host = new SimulatedHost(random);
            disasters = seed % 4 == 0;
            int size = 2 + random.nextInt(disasters ? 2 : 3);
            for (int i = 0; i < size; i++) {
                servers.add(new SimulatedStore());
                replications.put(new Link(i, (i + 1) % size), Optional.empty());
            }
            for (int i = random.nextInt(size); i > 0; i--) {
                int from = random.nextInt(size);
                replications.put(new Link(from, (from + 1 + random.nextInt(size - 1)) % size), Optional.empty());
            }
            ReplicationOptions standard = ReplicationOptions.DEFAULT;
            options = new ReplicationOptions(
                    random.nextBoolean(),
                    false,
                    standard.filter(),
                    Optional.empty(),
                    false,
                    true,
                    Duration.ofSeconds(1 + random.nextInt(20)),
                    1 + random.nextInt(3),
                    1 + random.nextInt(4),
                    random.nextInt(4));
        }

        void run() {
            try {
                for (int step = 0; step < STEPS; step++) {
                    restartWhatEnded(options);
                    event();
                }
                comeToRest();
                assertAllEqual();
            } finally {
                host.crash();
                servers.forEach(SimulatedStore::close);
            }
        }

        private void event() {
            int event = random.nextInt(1000);
            SimulatedStore server = servers.get(random.nextInt(servers.size()));
            if (event < 40) {
                made.add(server.edit(random));
            } else if (event < 42) {
                crash();
            } else if (event < 46 && disasters) {
                server.makeBackup();
            } else if (event < 49 && disasters) {
                crash();
                server.restoreBackup();
            } else if (event < 50 && disasters) {
                server.replaceDatabase();
            } else {
                host.step();
            }
        }

        private void crash() {
            host.crash();
            replications.replaceAll((_, _) -> Optional.empty());
        }

        private void restartWhatEnded(ReplicationOptions as) {
            replications.replaceAll((link, replication) -> replication
                    .filter(running -> !running.result().toCompletableFuture().isDone())
                    .or(() -> Optional.of(start(link, as))));
        }

        private Replication start(Link link, ReplicationOptions as) {
            SimulatedStore source = servers.get(link.from());
            SimulatedStore target = servers.get(link.to());
            Peer from = peer(source, "server" + link.from(), (_, _) -> {});
            Peer to = peer(target, "server" + link.to(), (_, json) -> {
                PeerSequence recorded =
                        Checkpoint.parse(json).orElseThrow().last().recorded();
                if (!disasters) {
                    assertEquals(List.of(), target.lacking(source, recorded), "a checkpoint is ahead of its data");
                }
            });
            String id = ReplicationId.of("simulation", from.address(), to.address(), as);
            return Replication.start(from, to, id, as, host, new NothingIsSkipped());
        }

        private Peer peer(SimulatedStore server, String address, FaultyPeer.LocalWrite onPutLocal) {
            Peer local = new LocalPeer(
                    server.store(), SimulatedStore.DATABASE, "simulation", () -> LIMITS, Runnable::run, host::now);
            return new FaultyPeer(local, address, host, faults, onPutLocal);
        }

        /** Nothing is refused by a store, and nothing goes missing but with its database. */
        private final class NothingIsSkipped implements ReplicationListener {
            @Override
            public void refused(WriteFailure failure) {
                throw new AssertionError(failure);
            }

            @Override
            public void missing(FetchedRevision.Missing missing) {
                if (!disasters) {
                    throw new AssertionError(missing);
                }
            }
        }

        /** The network is well again, nobody edits; each change goes around the ring. */
        private void comeToRest() {
            faults.stop();
            for (Optional<Replication> replication : replications.values()) {
                replication.ifPresent(Replication::cancel);
            }
            drain();
            ReplicationOptions once = new ReplicationOptions(
                    false,
                    false,
                    options.filter(),
                    Optional.empty(),
                    false,
                    true,
                    options.checkpointInterval(),
                    options.workers(),
                    options.batchSize(),
                    options.retries());
            for (int round = 0; round <= servers.size(); round++) {
                restartWhatEnded(once);
                drain();
                replications
                        .values()
                        .forEach(replication -> replication
                                .orElseThrow()
                                .result()
                                .toCompletableFuture()
                                .join());
            }
        }

        private void drain() {
            int steps = 0;
            while (host.step()) {
                assertTrue(++steps < MOST_STEPS_TO_REST, "it does not come to rest");
            }
            replications.forEach((link, replication) -> assertTrue(
                    replication
                            .map(running ->
                                    running.result().toCompletableFuture().isDone())
                            .orElse(true),
                    () -> link + " neither runs nor has ended"));
        }

        private void assertAllEqual() {
            Map<String, String> first = servers.getFirst().contents();
            for (SimulatedStore server : servers) {
                assertEquals(first, server.contents());
                if (!disasters) {
                    made.forEach(revision -> assertTrue(server.knows(revision), () -> revision + " is lost"));
                }
            }
        }
    }
}
