package dev.replicator.conformance.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * nano, the client most programs under Node use. Left out is what this server does not have yet: views, {@code _find},
 * {@code _update} and {@code _replicate}.
 */
final class NanoIT {
    private static ServerProcess server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startServer(@TempDir Path data) {
        server = ServerProcess.start(data);
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    @Test
    void sessionsDocumentsAndTheErrorsThatUsersSee() {
        assertEquals(300, run("nano-documents").path("documents").asInt());
    }

    @Test
    void attachmentsInOneBodyAndStreamed() {
        JsonNode figures = run("nano-attachments");
        assertEquals(7, figures.path("attachments").asInt());
        assertEquals(8 << 20, figures.path("streamed").asInt());
    }

    @Test
    void changesReadToTheEndLiveAndSpooled() {
        JsonNode figures = run("nano-changes");
        assertEquals(230, figures.path("documents").asInt());
        assertEquals(100, figures.path("changes").asInt());
    }

    private JsonNode run(String program) {
        return NodeScenario.run(program, server, folder);
    }
}
