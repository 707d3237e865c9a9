package dev.replicator.conformance.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RxDB with its plugin for CouchDB: two clients and the server hold the same, whatever happened on the way. */
final class RxDbIT {
    @TempDir
    private Path folder;

    @Test
    void liveSyncMergesConflictsAndGoesOnWhereItWas(@TempDir Path data) {
        assertEquals(
                321, RestartedServer.run("rxdb", data, folder).path("documents").asInt());
    }
}
