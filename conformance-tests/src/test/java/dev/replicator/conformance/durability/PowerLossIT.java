package dev.replicator.conformance.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.conformance.disk.FailingDisk;
import dev.replicator.conformance.process.ChildProcess;
import dev.replicator.conformance.process.Command;
import dev.replicator.conformance.process.FreePort;
import dev.replicator.conformance.process.ServerProcess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server whose power is cut at random moments, as it starts too, starts again on what its disk had synced, and has
 * all it acknowledged.
 *
 * <p>System properties: {@code power.cuts} how often, {@code power.seed} from which seed on.
 */
final class PowerLossIT {
    private static final int CUTS = Integer.getInteger("power.cuts", 5);
    private static final long SEED = Long.getLong("power.seed", 1);

    private static final int SCRIBES = 6;
    /** How many changes the disk takes at most before the cut, while the server is written to and while it starts. */
    private static final int MOST_CHANGES = 1500;

    private static final int MOST_CHANGES_OF_A_START = 40;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final int port = FreePort.find();
    private final Book book = new Book();
    private final Reader reader = new Reader(Scribe.DATABASE);

    @TempDir
    private Path folder;

    @Test
    void whatWasAcknowledgedIsThereAfterThePowerWasCut() throws Exception {
        Path mounted = folder.resolve("disk");
        Files.createDirectory(mounted);
        try (FailingDisk disk = FailingDisk.at(mounted)) {
            Path data = mounted.resolve("parent").resolve("data");
            for (long seed = SEED; seed < SEED + CUTS; seed++) {
                try {
                    round(disk, data, seed);
                } catch (Throwable e) {
                    throw new AssertionError("power loss: seed " + seed, e);
                }
            }
            try (ServerProcess server = ServerProcess.start(data, port, QuickStart.environment(folder))) {
                inspect(server);
                server.stop();
            }
            Command.Result check = Command.run("check", "--data", data.toString());
            assertEquals(0, check.status(), check.output() + check.errors());
        }
    }

    private void round(FailingDisk disk, Path data, long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        long before = book.acknowledged();
        boolean starting = seed % 4 == 2;
        int changes = random.nextInt(1, starting ? MOST_CHANGES_OF_A_START : MOST_CHANGES);
        long cut = random.nextLong();
        if (starting) {
            disk.cutAfter(changes, cut);
            try (ChildProcess _ = ServerProcess.launch(data, port, QuickStart.environment(folder))) {
                disk.awaitCut(DEADLINE);
            }
        } else {
            try (ServerProcess server = ServerProcess.start(data, port, QuickStart.environment(folder))) {
                inspect(server);
                writeUntilCut(server, disk, changes, cut, random);
            }
        }
        String left = disk.mountAgain();
        System.out.printf(
                "power loss: cut %s after %d changes to the disk, left %s of what was not synced; %d acknowledged, %d"
                        + " in all%n",
                starting ? "in a start" : "in a run", changes, left, book.acknowledged() - before, book.acknowledged());
    }

    private void inspect(ServerProcess running) {
        try (Server server = new Server(running.url())) {
            new Inspection(server, book, reader).run();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(e.getMessage() + running.output(), e);
        }
    }

    private void writeUntilCut(ServerProcess running, FailingDisk disk, int changes, long cut, SplittableRandom random)
            throws Exception {
        URI url = running.url();
        try (Server server = new Server(url)) {
            server.ask("PUT", Scribe.DATABASE, "{}");
        }
        List<Future<?>> working = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            disk.cutAfter(changes, cut);
            working.add(threads.submit(() -> reader.follow(url)));
            for (int i = 0; i < SCRIBES; i++) {
                working.add(threads.submit(new Scribe("scribe" + i, book, url, random.split())));
            }
            disk.awaitCut(DEADLINE);
            running.kill();
            for (Future<?> work : working) {
                work.get();
            }
        }
    }
}
