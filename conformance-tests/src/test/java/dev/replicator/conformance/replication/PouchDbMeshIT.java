package dev.replicator.conformance.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.clients.NodeScenario;
import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two servers that replicate with each other, and a PouchDB client at each. */
final class PouchDbMeshIT {
    @Test
    void serversAndClientsBecomeEqual(@TempDir Path left, @TempDir Path right, @TempDir Path stores) {
        try (var one = ServerProcess.start(left);
                var two = ServerProcess.start(right)) {
            JsonNode figures = NodeScenario.run("mesh", List.of(one, two), stores);
            assertEquals(12, figures.path("documents").asInt());
            assertEquals(120, figures.path("edits").asInt());
            assertTrue(figures.path("conflicts").asInt() > 0, "there are conflicts");
            assertTrue(figures.path("tombstones").asInt() > 0, "some of them are deleted");
            one.stop();
            two.stop();
        }
    }
}
