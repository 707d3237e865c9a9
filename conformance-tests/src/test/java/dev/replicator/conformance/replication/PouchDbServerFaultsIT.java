package dev.replicator.conformance.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.clients.NodeScenario;
import dev.replicator.conformance.process.FreePort;
import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** PouchDB clients whose server is killed under them, or comes back as another one at the same URL. */
final class PouchDbServerFaultsIT {
    private static final int KILLS = 20;

    @TempDir
    private Path stores;

    @Test
    void syncGoesOnAfterKillsAndNothingAcknowledgedIsMissing(@TempDir Path data) {
        ServerProcess server = ServerProcess.start(data, FreePort.find());
        try (var scenario = NodeScenario.start("crash", server, stores)) {
            int kills = 0;
            JsonNode event = scenario.next();
            while (!NodeScenario.isDone(event)) {
                assertEquals("kill", event.path("event").asString());
                server.kill();
                server = server.startAgain();
                kills++;
                scenario.say("up");
                event = scenario.next();
            }
            assertEquals(KILLS, kills);
            assertTrue(event.path("acknowledgedByWriter").asInt() > KILLS, "the plain writer was at work: " + event);
            assertTrue(event.path("acknowledgedBySync").asInt() > KILLS, "the sync was at work: " + event);
            server.stop();
        } finally {
            server.close();
        }
    }

    @Test
    void serverOnAnEmptyFolderIsBroughtEverythingAgain(@TempDir Path former, @TempDir Path empty) {
        try (var first = ServerProcess.start(former, FreePort.find());
                var scenario = NodeScenario.start("replaced-server", first, stores)) {
            assertEquals("replace", scenario.next().path("event").asString());
            first.stop();
            try (var second = first.startAgainOn(empty)) {
                scenario.say("up");
                assertEquals(230, scenario.next().path("broughtAgain").asInt());
                second.stop();
            }
        }
    }
}
