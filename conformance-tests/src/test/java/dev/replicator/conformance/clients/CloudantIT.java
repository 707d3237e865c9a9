package dev.replicator.conformance.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code @ibm-cloud/cloudant}, with name and password and with sessions. */
final class CloudantIT {
    @TempDir
    private Path folder;

    @Test
    void documentsAttachmentsAndTheErrorsThatUsersSee(@TempDir Path data) {
        try (ServerProcess server = ServerProcess.start(data)) {
            assertEquals(
                    "[201,201]",
                    NodeScenario.run("cloudant-documents", server, folder)
                            .path("documents")
                            .toString());
            server.stop();
        }
    }

    @Test
    void changesAreFollowedOverARestartOfTheServer(@TempDir Path data) {
        assertEquals(
                280,
                RestartedServer.run("cloudant-changes", data, folder)
                        .path("changes")
                        .asInt());
    }
}
