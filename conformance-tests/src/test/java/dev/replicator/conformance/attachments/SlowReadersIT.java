package dev.replicator.conformance.attachments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that do not read their answers, or do not go on with their requests, cost the server a few buffers each and
 * nobody else anything.
 */
@Timeout(300)
final class SlowReadersIT {
    private static final int CLIENTS = 200;
    private static final int LENGTH = 16 << 20;
    private static final int SMALL_RECEIVE_BUFFER = 4096;
    private static final int OTHERS = 50;

    /** Fixed and touched from the start, so that the process grows by what it takes beside its heap alone. */
    private static final String HEAP = "-Xms128m -Xmx128m -XX:+AlwaysPreTouch";

    /** A client: its part of an answer or request, and what the machinery takes. */
    private static final int MOST_KIBIBYTES_EACH = 256;

    /** What else grows meanwhile: code, the store's caches. */
    private static final int SLACK_MEBIBYTES = 32;

    private static final int MOST_GROWTH_MEBIBYTES = CLIENTS * MOST_KIBIBYTES_EACH / 1024 + SLACK_MEBIBYTES;

    /** As short as clients give up after. */
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);

    private static final String BINARY = "application/octet-stream";
    private static final ByteSource BYTES = new RandomBytes(1);

    private static ServerProcess server;
    private static ResidentMemory memory;

    @BeforeAll
    static void putTheAttachment(@TempDir Path data) throws IOException {
        server = ServerProcess.startWithJavaOptions(data, HEAP);
        memory = new ResidentMemory(server.pid());
        try (Wire wire = new Wire(server.url())) {
            wire.call("PUT", "/slow", "");
            BYTES.writeTo(wire.sized("PUT", "/slow/doc/file", BINARY, LENGTH), 0, LENGTH);
            wire.reply().expect(201).text();
            // What a first read brings into memory is there from now on.
            wire.ask("GET", "/slow/doc/file");
            BYTES.requireAll(wire.reply().expect(200).body(), 0, LENGTH);
        }
    }

    @AfterAll
    static void stop() {
        memory.close();
        server.stop();
    }

    @Test
    void readersThatRestGetAllInTheEnd() throws Exception {
        int before = memory.mark();
        List<Wire> readers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Reply> replies = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Wire reader = new Wire(server.url(), SMALL_RECEIVE_BUFFER);
                readers.add(reader);
                reader.ask("GET", "/slow/doc/file");
            }
            for (Wire reader : readers) {
                replies.add(reader.reply().expect(200));
            }
            requireOthersAnswered("readers");
            requireGrowth("readers", before);

            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                readers.get(i).hurry();
                Reply reply = replies.get(i);
                ends.add(threads.submit(() -> {
                    BYTES.requireAll(reply.body(), 0, LENGTH);
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
            System.out.printf("slow readers: at most %d MiB resident while all read%n", memory.peak(before));
        } finally {
            closeAll(readers);
        }
    }

    @Test
    void writersThatRestOrBreakOffLeaveNothing() throws Exception {
        List<Wire> writers = new ArrayList<>();
        try (Wire wire = new Wire(server.url())) {
            wire.call("PUT", "/written", "");
            int before = memory.mark();
            List<OutputStream> bodies = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Wire writer = new Wire(server.url());
                writers.add(writer);
                OutputStream body = writer.sized("PUT", "/written/doc-" + i + "/file", BINARY, LENGTH);
                bodies.add(body);
                new RandomBytes(i).writeTo(body, 0, 1024);
            }
            requireOthersAnswered("writers");
            requireGrowth("writers", before);

            // Half of them break off, some of which the store has chunks of by then.
            for (int i = 0; i < CLIENTS / 2; i++) {
                new RandomBytes(i).writeTo(bodies.get(i), 1024, i % 5 == 0 ? 1 << 20 : 1024);
                writers.get(i).close();
            }
            // A few of the others go on to the end.
            for (int i = CLIENTS - 4; i < CLIENTS; i++) {
                new RandomBytes(i).writeTo(bodies.get(i), 1024, LENGTH - 1024);
                writers.get(i).reply().expect(201).text();
                wire.ask("GET", "/written/doc-" + i + "/file");
                new RandomBytes(i).requireAll(wire.reply().expect(200).body(), 0, LENGTH);
            }
            closeAll(writers);
            assertEquals(4, wire.call("GET", "/written", "").path("doc_count").asInt());
            DatabaseSizes sizes = DatabaseSizes.compacted(wire, "written");
            assertTrue(sizes.external() >= 4L * LENGTH && sizes.external() < 4L * LENGTH + 10_000, sizes.toString());
            assertTrue(sizes.file() >= 4L * LENGTH && sizes.file() < 4.1 * LENGTH, sizes.toString());
        } finally {
            closeAll(writers);
        }
    }

    private static void requireOthersAnswered(String name) throws IOException {
        Duration longestGet = Duration.ZERO;
        Duration longestPut = Duration.ZERO;
        try (Wire wire = new Wire(server.url())) {
            for (int i = 0; i < OTHERS; i++) {
                longestGet = longer(longestGet, wire, "GET", "/", "");
                longestPut =
                        longer(longestPut, wire, "PUT", "/slow/beside-" + name + "-" + i, "{\"beside\":" + i + "}");
            }
        }
        System.out.printf(
                "slow %s: others wait at most %d ms for GET, %d ms for PUT%n",
                name, longestGet.toMillis(), longestPut.toMillis());
        assertTrue(longestGet.compareTo(USUAL_TIMEOUT) < 0, "a GET waited for " + longestGet);
        assertTrue(longestPut.compareTo(USUAL_TIMEOUT) < 0, "a PUT waited for " + longestPut);
    }

    private static Duration longer(Duration longest, Wire wire, String method, String target, String json)
            throws IOException {
        long began = System.nanoTime();
        wire.call(method, target, json);
        Duration taken = Duration.ofNanos(System.nanoTime() - began);
        return taken.compareTo(longest) > 0 ? taken : longest;
    }

    private static void requireGrowth(String name, int before) {
        long was = memory.mebibytesAt(before);
        long peak = memory.peak(before);
        System.out.printf("slow %s: %d of them, resident %d MiB before, at most %d%n", name, CLIENTS, was, peak);
        assertTrue(
                peak - was <= MOST_GROWTH_MEBIBYTES,
                CLIENTS + " slow " + name + " took " + (peak - was) + " MiB, more than " + MOST_GROWTH_MEBIBYTES);
    }

    private static void closeAll(List<Wire> wires) throws IOException {
        for (Wire wire : wires) {
            wire.close();
        }
    }
}
