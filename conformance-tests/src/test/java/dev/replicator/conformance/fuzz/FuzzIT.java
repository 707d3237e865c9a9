package dev.replicator.conformance.fuzz;

import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of malformed requests: every answer is JSON with error and reason and no fault of the server, no connection
 * hangs, and what must be refused changes nothing. How many, and which: {@link FuzzRun}.
 */
final class FuzzIT {
    /** Each kind as often as it stands here. */
    private static final List<Generator> GENERATORS = List.of(
            new BrokenJson(),
            new BrokenJson(),
            new BrokenJson(),
            new WrongValues(),
            new WrongValues(),
            new WrongValues(),
            new Parameters(),
            new Parameters(),
            new Paths(),
            new Paths(),
            new HeaderOddities(),
            new HeaderOddities(),
            new Framing(),
            new Noise());

    @Test
    @Timeout(3600)
    void malformedRequestsAreRefusedAndChangeNothing(@TempDir Path data) throws Exception {
        try (var server = ServerProcess.start(data)) {
            new FuzzRun("fuzz", GENERATORS).run(server);
            server.stop();
        }
    }
}
