package dev.replicator.conformance.clients;

import dev.replicator.conformance.process.ChildProcess;
import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running program of {@code clients/}. It prints events, one JSON object a line: some of its own, which the test
 * answers with words, and at the end {@code done} with its figures or {@code failed} with a reason.
 */
public final class NodeScenario implements AutoCloseable {
    /** Beyond every deadline that the programs have themselves: theirs say what was being waited for. */
    private static final Duration EVENT_DEADLINE = Duration.ofSeconds(270);

    /** Seeds all data and choices of a scenario. {@code -Dseed=N} repeats or varies a run. */
    private static final long SEED = Long.getLong("seed", 20261120L);

    private final ChildProcess process;
    private final String program;

    private NodeScenario(ChildProcess process, String program) {
        this.process = process;
        this.program = program;
    }

    /**
     * Starts a program. Skips or fails the calling test where there is no Node.
     *
     * @param program its file name without {@code .mjs}
     * @param folder where it keeps its local stores
     */
    public static NodeScenario start(String program, ServerProcess server, Path folder) {
        return start(program, List.of(server), folder);
    }

    private static NodeScenario start(String program, List<ServerProcess> servers, Path folder) {
        NodeClients.require();
        System.out.println(program + ": seed " + SEED);
        List<String> command = new ArrayList<>(List.of(
                "node",
                program + ".mjs",
                "--user=" + ServerProcess.USER,
                "--password=" + ServerProcess.PASSWORD,
                "--seed=" + SEED,
                "--folder=" + folder));
        servers.forEach(server -> command.add("--url=" + server.url()));
        return new NodeScenario(ChildProcess.start(program, NodeClients.FOLDER, command), program);
    }

    /** Runs a program that needs nothing from the test, to its end. @return its figures */
    public static JsonNode run(String program, ServerProcess server, Path folder) {
        return run(program, List.of(server), folder);
    }

    /** Runs a program with several servers to its end. @return its figures */
    public static JsonNode run(String program, List<ServerProcess> servers, Path folder) {
        try (var scenario = start(program, servers, folder)) {
            JsonNode event = scenario.next();
            if (!isDone(event)) {
                throw new AssertionError(program + " said " + event + ", which nobody expects");
            }
            return event;
        }
    }

    /**
     * The next event.
     *
     * @throws AssertionError when it is {@code failed}, or the program ends without {@code done}
     */
    public JsonNode next() {
        String line = process.nextLine(EVENT_DEADLINE)
                .orElseThrow(() -> new AssertionError(program + " ended without a result" + process.output()));
        JsonNode event = JsonMapper.shared().readTree(line);
        if (event.path("event").asString().equals("failed")) {
            throw new AssertionError(
                    program + ", seed " + SEED + ": " + event.path("reason").asString() + process.output());
        }
        if (isDone(event)) {
            System.out.println(program + ": " + event);
        }
        return event;
    }

    public static boolean isDone(JsonNode event) {
        return event.path("event").asString().equals("done");
    }

    /** Says a word to the program. */
    public void say(String word) {
        process.send(word);
    }

    @Override
    public void close() {
        process.close();
    }
}
