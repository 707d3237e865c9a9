package dev.replicator.conformance.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Users sign up, and sync databases of their own that no other user gets at. */
final class UsersIT {
    /** What lets everybody sign up, for a database of their own. */
    static final Map<String, String> OPEN = Map.of(
            "REPLICATOR_COUCHDB_USERS_DB_SECURITY_EDITABLE", "true",
            "REPLICATOR_COUCH_PERUSER_ENABLE", "true");

    @TempDir
    private Path folder;

    @Test
    void eachSyncsTheOwnDatabaseAndIsRefusedTheOther() {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), 0, OPEN)) {
            JsonNode figures = NodeScenario.run("users", server, folder);
            assertEquals(100, figures.path("documents").asInt());
            assertTrue(figures.path("refused").asInt() > 60, figures.toString());
            server.stop();
        }
    }
}
