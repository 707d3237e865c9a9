package dev.replicator.conformance.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What Obsidian LiveSync does with a server, written from its documentation and source as of August 2026: the plugin
 * itself runs in Obsidian alone. It syncs with PouchDB, and so does this.
 */
final class LiveSyncIT {
    @TempDir
    private Path folder;

    @Test
    void aNewServerIsSetUpAndLetsItsOriginsIn(@TempDir Path data) {
        try (ServerProcess server = ServerProcess.start(data)) {
            assertEquals(
                    3,
                    NodeScenario.run("livesync-setup", server, folder)
                            .path("origins")
                            .asInt());
            server.stop();
        }
    }

    @Test
    void vaultsFetchFastSyncLiveAndReadChunksOnDemand(@TempDir Path data) {
        try (ServerProcess server = ServerProcess.start(data)) {
            JsonNode figures = NodeScenario.run("livesync-vaults", server, folder);
            assertEquals(1901, figures.path("documents").asInt());
            assertTrue(figures.path("pages").asInt() > 1, "more than one page: " + figures);
            server.stop();
        }
    }
}
