package dev.replicator.conformance.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.conformance.process.FreePort;
import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** A server for a program of {@code clients/} that says {@code restart} once, and goes on when it hears {@code up}. */
final class RestartedServer {
    private RestartedServer() {}

    /** Runs the program to its end. @return its figures */
    static JsonNode run(String program, Path data, Path folder) {
        ServerProcess server = ServerProcess.start(data, FreePort.find());
        try (var scenario = NodeScenario.start(program, server, folder)) {
            assertEquals("restart", scenario.next().path("event").asString());
            server.stop();
            server = server.startAgain();
            scenario.say("up");
            JsonNode figures = scenario.next();
            assertEquals("done", figures.path("event").asString());
            server.stop();
            return figures;
        } finally {
            server.close();
        }
    }
}
