package dev.replicator.conformance.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code follow} and {@code cloudant-follow}: programs that watch a continuous feed hear of each change once. */
final class FollowIT {
    @TempDir
    private Path folder;

    @Test
    void eachChangeOnceAndInOrderOverARestartOfTheServer(@TempDir Path data) {
        assertEquals(
                240, RestartedServer.run("follow", data, folder).path("changes").asInt());
    }
}
