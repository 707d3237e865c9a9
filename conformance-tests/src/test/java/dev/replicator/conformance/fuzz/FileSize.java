package dev.replicator.conformance.fuzz;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/**
 * How many bytes a database takes, as it says in {@code sizes.file}: those of its attachments to the byte, also where
 * no revision refers to them; all else is an estimate.
 */
record FileSize(String database, long bytes) {
    /** What an estimate may change by itself, when a small database goes from memory to files. */
    private static final long MOST_GROWTH_BYTES = 16 << 10;

    /** By then the server has seen that a connection is gone, and let go of what came by it. */
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    static FileSize of(String host, int port, String database) throws IOException {
        try (Wire wire = new Wire(host, port)) {
            wire.send(RequestText.of("GET", "/" + database).bytes());
            byte[] body = wire.read(_ -> true).orElseThrow().body();
            return new FileSize(
                    database,
                    JsonMapper.shared()
                            .readTree(body)
                            .path("sizes")
                            .path("file")
                            .asLong());
        }
    }

    /** @throws AssertionError when the database stays larger than it was */
    void awaitNoGrowth(String host, int port) throws IOException {
        long begun = System.nanoTime();
        FileSize now = of(host, port, database);
        while (now.bytes > bytes + MOST_GROWTH_BYTES) {
            if (System.nanoTime() - begun > DEADLINE_NANOS) {
                throw new AssertionError("refused uploads stay stored: " + this + " has become " + now);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            now = of(host, port, database);
        }
    }
}
