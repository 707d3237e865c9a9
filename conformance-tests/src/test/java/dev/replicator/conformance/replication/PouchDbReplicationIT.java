package dev.replicator.conformance.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.clients.NodeScenario;
import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two PouchDB clients with local stores, and one server that stays up. Each scenario has databases of its own. */
final class PouchDbReplicationIT {
    private static ServerProcess server;

    @TempDir
    private Path stores;

    @BeforeAll
    static void startServer(@TempDir Path data) {
        server = ServerProcess.start(data);
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    @Test
    void documentsWrittenOfflineAreEverywhereAfterwards() {
        assertEquals(1001, run("offline-first").path("documents").asInt());
    }

    @Test
    void allAgreeOnWinnersAndConflictsAndOneResolvesThem() {
        assertEquals(35, run("conflicts").path("conflicts").asInt());
    }

    @Test
    void deletesAndDocumentsMadeAgainTravel() {
        assertEquals(20, run("deletes").path("recreated").asInt());
    }

    @Test
    void attachmentsArriveByteForByte() {
        assertEquals(9, run("attachments").path("attachments").asInt());
    }

    @Test
    void attachmentsEditedLiveAndOnBothSides() {
        JsonNode figures = run("attachments-edits");
        assertEquals(9, figures.path("attachments").asInt());
        assertEquals(5 << 20, figures.path("large").asInt());
    }

    @Test
    void liveChangesArriveWithinASecond() {
        JsonNode figures = run("live");
        assertEquals(200, figures.path("changes").asInt());
        // Half of them well within it. One may fall where the machine is busy, but none waits for a heartbeat (10 s).
        assertTrue(figures.path("medianMillis").asDouble() < 500, figures.toString());
        assertTrue(figures.path("maxMillis").asDouble() < 5000, figures.toString());
    }

    @Test
    void chosenDocumentsAndChosenDirections() {
        assertEquals(17, run("filtered").path("byId").asInt());
    }

    private JsonNode run(String program) {
        return NodeScenario.run(program, server, stores);
    }
}
