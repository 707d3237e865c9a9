package dev.replicator.conformance.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code @cloudant/couchbackup}: what it saved and restored is the database it came from, leaf by leaf. */
final class CouchBackupIT {
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
    void conflictsTombstonesAndAttachmentsComeBack() {
        JsonNode figures = run("backup-restore");
        assertEquals(231, figures.path("documents").asInt());
        for (String kind : new String[] {"conflicts", "tombstones", "attachments"}) {
            assertTrue(figures.path(kind).asInt() > 0, kind);
        }
    }

    @Test
    void aBackupKilledHalfWayIsResumed() {
        JsonNode figures = run("backup-resume");
        assertEquals(10403, figures.path("leaves").asInt());
    }

    private JsonNode run(String program) {
        return NodeScenario.run(program, server, folder);
    }
}
