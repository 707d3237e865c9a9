package dev.replicator.conformance.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.conformance.process.ChildProcess;
import dev.replicator.conformance.process.Command;
import dev.replicator.conformance.process.FreePort;
import dev.replicator.conformance.process.ServerProcess;
import java.net.URI;
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
 * A server that is killed at random moments, as it starts too, while many write and one follows, starts again and has
 * all it acknowledged.
 *
 * <p>System properties: {@code crash.kills} how often, {@code crash.seed} from which seed on.
 */
final class CrashIT {
    private static final int KILLS = Integer.getInteger("crash.kills", 4);
    private static final long SEED = Long.getLong("crash.seed", 1);

    private static final int SCRIBES = 8;
    /** How many writes of a run are acknowledged at most before it is killed. */
    private static final int MOST_ACKNOWLEDGED = 600;

    /** And how much longer it is written to then. */
    private static final int MOST_MICROS = 3000;

    /** One kill of so many is in a start. */
    private static final int STARTS = 5;

    /** After one kill of so many in a run the folder is checked as it was left. */
    private static final int CHECKS = 5;

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final int port = FreePort.find();
    private final Book book = new Book();
    private final Reader reader = new Reader(Scribe.DATABASE);
    /** What the last start took; a guess before the first. */
    private long startMillis = 1000;

    @TempDir
    private Path folder;

    @Test
    void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
        Path data = folder.resolve("data");
        long begun = System.nanoTime();
        for (int i = 0; i < KILLS; i++) {
            try {
                round(data, SEED + i);
            } catch (Throwable e) {
                throw new AssertionError("crash: seed " + (SEED + i), e);
            }
        }
        try (ServerProcess server = start(data)) {
            inspect(server);
            server.stop();
        }
        check(data);
        System.out.printf(
                "crash: %d kills, %d acknowledged, in %d s%n",
                KILLS,
                book.acknowledged(),
                Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    }

    private void round(Path data, long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        long before = book.acknowledged();
        boolean starting = seed % STARTS == 2;
        if (starting) {
            try (ChildProcess launched = ServerProcess.launch(data, port, QuickStart.environment(folder))) {
                Thread.sleep(random.nextLong(startMillis + 1));
                launched.kill();
            }
        } else {
            try (ServerProcess server = start(data)) {
                inspect(server);
                writeUntilKilled(server, random);
            }
            if (random.nextInt(CHECKS) == 0) {
                check(data);
            }
        }
        System.out.printf(
                "crash: seed %d, killed in a %s, %d acknowledged, %d in all%n",
                seed, starting ? "start" : "run", book.acknowledged() - before, book.acknowledged());
    }

    private ServerProcess start(Path data) {
        long begun = System.nanoTime();
        ServerProcess server = ServerProcess.start(data, port, QuickStart.environment(folder));
        startMillis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        return server;
    }

    private void inspect(ServerProcess running) {
        try (Server server = new Server(running.url())) {
            new Inspection(server, book, reader).run();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(e.getMessage() + running.output(), e);
        }
    }

    private void writeUntilKilled(ServerProcess running, SplittableRandom random) throws Exception {
        URI url = running.url();
        try (Server server = new Server(url)) {
            server.ask("PUT", Scribe.DATABASE, "{}");
        }
        long enough = book.acknowledged() + random.nextInt(1, MOST_ACKNOWLEDGED);
        long micros = random.nextLong(MOST_MICROS);
        List<Scribe> scribes = new ArrayList<>();
        List<Future<?>> working = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            working.add(threads.submit(() -> reader.follow(url)));
            for (int i = 0; i < SCRIBES; i++) {
                Scribe scribe = new Scribe("scribe" + i, book, url, random.split());
                scribes.add(scribe);
                working.add(threads.submit(scribe));
            }
            boolean written = book.awaitAcknowledged(enough, DEADLINE);
            Thread.sleep(Duration.ofNanos(micros * 1000));
            boolean allWork = working.stream().noneMatch(Future::isDone);
            running.kill();
            for (Future<?> work : working) {
                work.get();
            }
            scribes.forEach(scribe -> scribe.failure().ifPresent(failure -> {
                throw new AssertionError(failure + running.output());
            }));
            if (!written || !allWork) {
                throw new AssertionError("they do not write until it is killed" + running.output());
            }
        }
    }

    private static void check(Path data) {
        Command.Result check = Command.run("check", "--data", data.toString());
        assertEquals(0, check.status(), check.output() + check.errors());
    }
}
