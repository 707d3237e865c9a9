package dev.replicator.conformance.process;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packaged server, started by {@code bin/replicator serve} on loopback with an administrator {@link #USER}. One
 * thread uses it. Closing it kills it, whatever state it is in.
 */
public final class ServerProcess implements AutoCloseable {
    /** Name and password of the administrator: those that the recordings were made with. */
    public static final String USER = "admin";

    public static final String PASSWORD = "admin";

    /**
     * Hashed once, where a password is hashed 600,000 times at each start and again for the first request: over a
     * hundred servers are started, and that is near half of what it takes.
     */
    private static final String QUICK_HASH =
            "-pbkdf2:sha256-b16c29842ee1acf11254bf014ddf02a029720f9c4a303b223953012382e79a3d,salt,1";

    private static final String ADMIN_FLAG = "--admin";

    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final Pattern READY =
            Pattern.compile("Replicator (\\S+) listening on (http://127\\.0\\.0\\.1:(\\d+)/)(?: and (https://\\S+))?");

    private final ChildProcess process;
    private final Path data;
    private final Map<String, String> environment;
    private final Matcher ready;

    private ServerProcess(ChildProcess process, Path data, Map<String, String> environment, Matcher ready) {
        this.process = process;
        this.data = data;
        this.environment = environment;
        this.ready = ready;
    }

    /** Starts a server on a free port and waits until it says that it is ready. */
    public static ServerProcess start(Path data) {
        return start(data, 0);
    }

    /**
     * Starts a server and waits until it says that it is ready.
     *
     * @param port 0 for a free one
     * @throws AssertionError with all it printed, when it ends or says nothing instead
     */
    public static ServerProcess start(Path data, int port) {
        return start(data, port, Map.of());
    }

    /**
     * Starts a server with variables in its environment, settings among them, and waits until it says that it is ready.
     * Those who {@linkplain #startAgain take its place} have them too.
     *
     * @param port 0 for a free one
     */
    public static ServerProcess start(Path data, int port, Map<String, String> environment) {
        return ready(launch(data, port, environment), data, environment);
    }

    /**
     * Starts a server on a free port with options for its JVM, in place of those it is started with otherwise, and
     * waits until it says that it is ready.
     */
    public static ServerProcess startWithJavaOptions(Path data, String options) {
        return start(data, 0, Map.of("REPLICATOR_JAVA_OPTS", options));
    }

    /**
     * Starts a server on a free port with further flags of {@code serve}, and waits until it says that it is ready. An
     * {@code --admin} among them takes the place of {@link #USER}.
     */
    public static ServerProcess startWithFlags(Path data, String... flags) {
        return ready(launch(data, 0, Map.of(), flags), data, Map.of());
    }

    private static ServerProcess ready(ChildProcess process, Path data, Map<String, String> environment) {
        try {
            return new ServerProcess(process, data, environment, awaitReady(process));
        } catch (AssertionError e) {
            process.kill();
            throw e;
        }
    }

    /** Starts a server that is expected to refuse: nothing is waited for. */
    public static ChildProcess launch(Path data, int port) {
        return launch(data, port, Map.of());
    }

    /** As above, with variables in its environment and further flags of {@code serve}. */
    public static ChildProcess launch(Path data, int port, Map<String, String> environment, String... flags) {
        List<String> command = new ArrayList<>();
        command.add(Checkout.launcher().toString());
        command.addAll(List.of("serve", "--bind", "127.0.0.1", "--port", Integer.toString(port)));
        command.addAll(List.of("--data", data.toString()));
        command.addAll(List.of(flags));
        if (!command.contains(ADMIN_FLAG)) {
            command.addAll(List.of(ADMIN_FLAG, USER + ":" + QUICK_HASH));
        }
        return ChildProcess.start("the server", Checkout.root(), command, environment);
    }

    private static Matcher awaitReady(ChildProcess process) {
        while (true) {
            Optional<String> line = process.nextLine(START_DEADLINE);
            if (line.isEmpty()) {
                throw new AssertionError("the server ended with status " + process.awaitExit() + " before it was ready"
                        + process.output());
            }
            Matcher ready = READY.matcher(line.get());
            if (ready.matches()) {
                return ready;
            }
        }
    }

    /** Where it listens, with a slash at the end. */
    public URI url() {
        return URI.create(ready.group(2));
    }

    /** Where it speaks TLS, with a slash at the end; null where it was not told to. */
    public URI tlsUrl() {
        return ready.group(4) == null ? null : URI.create(ready.group(4));
    }

    public String version() {
        return ready.group(1);
    }

    public int port() {
        return Integer.parseInt(ready.group(3));
    }

    /** The process id of the server itself, not of a script around it. */
    public long pid() {
        return process.worker().pid();
    }

    /** What it printed so far. */
    public String output() {
        return process.output();
    }

    /**
     * Waits for a line of its log.
     *
     * @return the first that is wanted, of those before too
     * @throws AssertionError when none comes in time
     */
    public String awaitLog(Predicate<String> wanted, Duration deadline) {
        return process.awaitError(wanted, deadline);
    }

    /** Ends it at once with SIGKILL: nothing of it gets to run any more. */
    public void kill() {
        process.kill();
    }

    /** Ends it as an operator does, with SIGTERM, and asserts that it ends by itself with status 0. */
    public void stop() {
        beginToStop();
        awaitStop();
    }

    /** Sends SIGTERM, and waits for nothing. */
    public void beginToStop() {
        process.terminate();
    }

    /** Waits for the end of a server that was told to stop, and asserts that its status is 0. */
    public void awaitStop() {
        int status = process.awaitExit();
        if (status != 0) {
            throw new AssertionError("the server ended with status " + status + " on SIGTERM" + process.output());
        }
    }

    /** A new server on the same folder and port, after this one was killed or stopped. */
    public ServerProcess startAgain() {
        return start(data, port(), environment);
    }

    /** A new server at the same URL, but on another folder. */
    public ServerProcess startAgainOn(Path folder) {
        return start(folder, port(), environment);
    }

    @Override
    public void close() {
        process.close();
    }
}
