package dev.replicator.conformance.attachments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attachments of {@value #LENGTH} bytes put one after the other leave the server's memory as it was, and a database
 * that is dropped leaves nothing of its attachments to the next of its name.
 *
 * <p>System property: {@code soak.puts} how many. Of at least {@value #LONG_RUN} it is asserted that the memory has
 * stopped growing after a third.
 */
final class AttachmentSoakIT {
    private static final int PUTS = Integer.getInteger("soak.puts", 150);
    private static final int CONNECTIONS = 4;
    private static final int LENGTH = 3_000_000;

    /** How many a database gets before it is dropped, so that the disk does not fill. */
    private static final int OF_A_DATABASE = Math.min(500, Math.ceilDiv(PUTS, 3));

    /** One of so many is read again. */
    private static final int READ_ONE_OF = 25;

    /** By a third of it the heap, the write buffers and the caches are as large as they get. */
    private static final int LONG_RUN = 600;

    private static final double MOST_GROWTH = 1.10;
    private static final int MOST_GROWTH_MEBIBYTES = 32;

    /** What a store without contents may take: the logs of its last write buffers. */
    private static final long EMPTIED = 100_000_000;

    private final AtomicInteger next = new AtomicInteger();

    /** Of the memory, at the beginning of the second and of the last third. */
    private final int[] thirds = new int[2];

    @Test
    @Timeout(3600)
    void putsLeaveTheMemoryFlat(@TempDir Path data) throws Exception {
        try (var server = ServerProcess.start(data);
                var memory = new ResidentMemory(server.pid());
                var threads = Executors.newFixedThreadPool(CONNECTIONS);
                var wire = new Wire(server.url())) {
            long began = System.nanoTime();
            while (next.get() < PUTS) {
                soak(server, memory, threads, wire);
            }
            int end = memory.mark();
            double seconds = (System.nanoTime() - began) / 1e9;
            long middle = memory.average(thirds[0], thirds[1]);
            long last = memory.average(thirds[1], end);
            System.out.printf(
                    "attachment soak: %d PUTs of %d bytes in %.1f s (%.0f MB/s); resident %d MiB in the first third,"
                            + " %d in the middle, %d in the last, at most %d%n",
                    PUTS,
                    LENGTH,
                    seconds,
                    (double) PUTS * LENGTH / seconds / 1e6,
                    memory.average(0, thirds[0]),
                    middle,
                    last,
                    memory.peak(0));
            if (PUTS >= LONG_RUN) {
                assertTrue(
                        last <= middle * MOST_GROWTH + MOST_GROWTH_MEBIBYTES,
                        "resident in the middle third " + middle + " MiB, in the last " + last);
            }
            reportFolder(data);
            server.stop();
        }
    }

    /** Fills a database and drops it. */
    private void soak(ServerProcess server, ResidentMemory memory, ExecutorService threads, Wire wire)
            throws Exception {
        wire.call("PUT", "/soak", "");
        DatabaseSizes empty = DatabaseSizes.of(wire, "soak");
        assertEquals(0, empty.external());
        assertTrue(empty.file() < LENGTH, "a new database has " + empty);
        int first = next.get();
        int count = Math.min(OF_A_DATABASE, PUTS - first);
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            ends.add(threads.submit(() -> {
                put(server, memory, first + count);
                return null;
            }));
        }
        for (Future<?> end : ends) {
            end.get();
        }
        next.set(first + count);
        DatabaseSizes full = DatabaseSizes.of(wire, "soak");
        long bytes = (long) count * LENGTH;
        // Beside the attachments, some bytes of each document.
        assertTrue(full.external() >= bytes && full.external() < bytes + count * 1000L, bytes + " in " + full);
        assertTrue(full.file() >= bytes && full.file() < bytes * 1.02, bytes + " in " + full);
        wire.call("DELETE", "/soak", "");
    }

    private void put(ServerProcess server, ResidentMemory memory, int to) throws IOException {
        try (Wire wire = new Wire(server.url())) {
            for (int i = next.getAndIncrement(); i < to; i = next.getAndIncrement()) {
                if (i == PUTS / 3 || i == PUTS * 2 / 3) {
                    thirds[i == PUTS / 3 ? 0 : 1] = memory.mark();
                }
                String path = "/soak/doc-" + i + "/bytes";
                ByteSource bytes = new RandomBytes(i);
                bytes.writeTo(wire.sized("PUT", path, "application/octet-stream", LENGTH), 0, LENGTH);
                wire.reply().expect(201).text();
                if (i % READ_ONE_OF == 0) {
                    wire.ask("GET", path);
                    bytes.requireAll(wire.reply().expect(200).body(), 0, LENGTH);
                }
            }
        }
    }

    /** Of a dropped database the files go in the background, when the store comes to it. */
    private static void reportFolder(Path data) throws Exception {
        long before = FolderSize.of(data);
        long began = System.nanoTime();
        long after = FolderSize.awaitBelow(data, EMPTIED);
        System.out.printf(
                "attachment soak: the folder had %d bytes when the last database was dropped, and %d after %.1f s%n",
                before, after, (System.nanoTime() - began) / 1e9);
    }
}
