package dev.replicator.conformance.attachments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * A server that is killed in the middle of uploads has every attachment that it acknowledged when it is back, and soon
 * nothing of the others. Uploads that clients broke off before leave nothing at all.
 *
 * <p>System properties: {@code crash.rounds} how often, {@code crash.seed} from which seed on.
 */
final class AttachmentCrashIT {
    private static final int ROUNDS = Integer.getInteger("crash.rounds", 1);
    private static final long SEED = Long.getLong("crash.seed", 1);

    private static final int UPLOADS = 20;
    private static final int BROKEN_OFF = 10;
    private static final long UPLOAD_LENGTH = 64 << 20;

    /** What each upload has sent before anything else happens: the store has chunks of it by then. */
    private static final int FIRST_SENT = 1 << 20;

    /** What each sends then, for each small attachment that is acknowledged. */
    private static final int PIECE = 16 << 10;

    private static final int WRITERS = 3;
    private static final int LEAST_ACKNOWLEDGED = 50;
    private static final int MOST_ACKNOWLEDGED = 150;
    private static final int MOST_SMALL = 300_000;
    private static final int PAUSE_MILLIS = 50;

    /** Attachments are counted to the byte, the rest of a database's files is an estimate. */
    private static final int ESTIMATED = 64 << 10;

    /** A sweep begins some seconds after the start. */
    private static final Duration SWEPT_WITHIN = Duration.ofSeconds(60);

    private static final Pattern SWEPT = Pattern.compile("database crash: (\\d+) attachments that nothing referred to");

    /** An attachment of which the number tells all. */
    private record Small(long number) {
        int length() {
            return new SplittableRandom(number).nextInt(MOST_SMALL);
        }

        String path(String database) {
            return "/" + database + "/doc-" + number + "/file";
        }

        /** The small attachment of a document of this name. */
        static Small of(String id) {
            return new Small(Long.parseLong(id.substring("doc-".length())));
        }

        /** Returns when it is acknowledged. */
        void put(Wire wire, String database) throws IOException {
            new RandomBytes(number)
                    .writeTo(wire.sized("PUT", path(database), "application/octet-stream", length()), 0, length());
            wire.reply().expect(201).text();
        }

        void requireThere(Wire wire, String database) throws IOException {
            wire.ask("GET", path(database));
            new RandomBytes(number).requireAll(wire.reply().expect(200).body(), 0, length());
        }
    }

    static List<Long> seeds() {
        List<Long> seeds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            seeds.add(SEED + i);
        }
        return seeds;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @Timeout(180)
    void acknowledgedAttachmentsStayAndOthersGo(long seed, @TempDir Path data) throws Exception {
        Queue<Small> acknowledged = new ConcurrentLinkedQueue<>();
        try (var server = ServerProcess.start(data)) {
            try (Wire wire = new Wire(server.url())) {
                wire.call("PUT", "/crash", "");
            }
            killInTheMiddle(server, seed, acknowledged);
        }
        long folder = FolderSize.of(data);
        try (var server = ServerProcess.start(data);
                var wire = new Wire(server.url())) {
            for (Small attachment : acknowledged) {
                attachment.requireThere(wire, "crash");
            }
            int swept = awaitSweep(server);
            // Of each writer one upload may have been under way too; those that broke off before left nothing to sweep.
            assertTrue(
                    swept >= UPLOADS && swept <= UPLOADS + WRITERS,
                    swept + " were swept, and " + UPLOADS + " were under way" + server.output());
            for (Small attachment : acknowledged) {
                attachment.requireThere(wire, "crash");
            }
            DatabaseSizes sizes = requireAsAFreshOne(wire, acknowledged.size());
            long after = FolderSize.of(data);
            System.out.printf(
                    "attachment crash: seed %d, %d acknowledged, %d swept, now %s; the folder had %d bytes, and now %d"
                            + " with a copy of the database%n",
                    seed, acknowledged.size(), swept, sizes, folder, after);
            server.stop();
        }
    }

    private static void killInTheMiddle(ServerProcess server, long seed, Queue<Small> acknowledged) throws Exception {
        int enough = new SplittableRandom(seed).nextInt(LEAST_ACKNOWLEDGED, MOST_ACKNOWLEDGED);
        CountDownLatch missing = new CountDownLatch(enough);
        CountDownLatch begun = new CountDownLatch(UPLOADS);
        // The uploads go on as the others do.
        Semaphore pieces = new Semaphore(0, true);
        for (int i = 0; i < BROKEN_OFF; i++) {
            try (Wire wire = new Wire(server.url())) {
                begin(wire, "/crash/broken-" + i + "/file", new RandomBytes(UPLOADS + i));
            }
        }
        List<Future<?>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < UPLOADS; i++) {
                int upload = i;
                Future<?> _ = threads.submit(() -> {
                    upload(server.url(), "/crash/upload-" + upload + "/file", new RandomBytes(upload), begun, pieces);
                    return null;
                });
            }
            assertTrue(begun.await(Wire.DEADLINE_MILLIS, TimeUnit.MILLISECONDS), "the uploads begin");
            for (int i = 0; i < WRITERS; i++) {
                long first = seed * 1_000_000 + i;
                writers.add(threads.submit(() -> put(server.url(), first, small -> {
                    acknowledged.add(small);
                    pieces.release(UPLOADS);
                    missing.countDown();
                })));
            }
            assertTrue(missing.await(Wire.DEADLINE_MILLIS, TimeUnit.MILLISECONDS), "the writers write");
            server.kill();
            for (Future<?> writer : writers) {
                writer.get();
            }
            threads.shutdownNow();
        }
    }

    /** Sends without an end that is ever reached, until the server is gone. */
    private static void upload(URI server, String path, ByteSource bytes, CountDownLatch begun, Semaphore pieces)
            throws IOException, InterruptedException {
        try (Wire wire = new Wire(server)) {
            OutputStream body = begin(wire, path, bytes);
            begun.countDown();
            for (long sent = FIRST_SENT; sent < UPLOAD_LENGTH - PIECE; sent += PIECE) {
                pieces.acquire();
                bytes.writeTo(body, sent, PIECE);
            }
        }
    }

    private static OutputStream begin(Wire wire, String path, ByteSource bytes) throws IOException {
        wire.sendBuffer(PIECE);
        OutputStream body = wire.sized("PUT", path, "application/octet-stream", UPLOAD_LENGTH);
        bytes.writeTo(body, 0, FIRST_SENT);
        return body;
    }

    /** Puts small attachments, one of so many numbers, until the server is gone. */
    private static void put(URI server, long first, Consumer<Small> acknowledged) {
        try (Wire wire = new Wire(server)) {
            for (long number = first; true; number += WRITERS) {
                Small small = new Small(number);
                small.put(wire, "crash");
                acknowledged.accept(small);
            }
        } catch (IOException killed) {
            // As it was meant to be.
        }
    }

    private static int awaitSweep(ServerProcess server) throws InterruptedException {
        long deadline = System.nanoTime() + SWEPT_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher swept = SWEPT.matcher(server.output());
            if (swept.find()) {
                return Integer.parseInt(swept.group(1));
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        throw new AssertionError("nothing was swept within " + SWEPT_WITHIN + server.output());
    }

    /** Asserts that the database takes what one takes that never saw a crash, and compacts it. */
    private static DatabaseSizes requireAsAFreshOne(Wire wire, int acknowledged) throws Exception {
        wire.call("PUT", "/fresh", "");
        JsonNode rows = wire.call("GET", "/crash/_all_docs", "").path("rows");
        // Of each writer one more may be there, that the kill left without an answer.
        assertTrue(
                rows.size() >= acknowledged && rows.size() <= acknowledged + WRITERS,
                rows.size() + " documents, acknowledged were " + acknowledged);
        for (JsonNode row : rows) {
            Small.of(row.path("id").asString()).put(wire, "fresh");
        }
        assertEquals(rows, wire.call("GET", "/fresh/_all_docs", "").path("rows"));
        DatabaseSizes sizes = DatabaseSizes.compacted(wire, "crash");
        DatabaseSizes fresh = DatabaseSizes.compacted(wire, "fresh");
        assertEquals(fresh.external(), sizes.external());
        assertEquals(fresh.active(), sizes.active());
        assertTrue(Math.abs(fresh.file() - sizes.file()) < ESTIMATED, sizes + " instead of " + fresh);
        return sizes;
    }
}
