package dev.replicator.conformance.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.attachments.ResidentMemory;
import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server with a heap of {@value #HEAP} replicates documents near the largest that are taken, and an attachment larger
 * than its heap, from another server and to it: what a replication takes at most (docs/REPLICATION.md) leaves it room.
 *
 * <p>System properties: {@code memory.documents}, how many large documents; {@code memory.mebibytes} of the attachment.
 */
@Timeout(1200)
final class SmallHeapReplicationIT {
    private static final String HEAP = "-Xmx96m";

    /** Heap, the store's caches, the JVM itself. */
    private static final int MOST_RESIDENT_MEBIBYTES = 450;

    private static final int DOCUMENTS = Integer.getInteger("memory.documents", 6);
    private static final int ATTACHMENT_MEBIBYTES = Integer.getInteger("memory.mebibytes", 100);
    private static final int DOCUMENT_BYTES = 7_900_000;
    private static final int MEBIBYTE = 1 << 20;
    private static final long POLL_NANOS = 100_000_000;

    private ServerProcess large;
    private ServerProcess small;
    private Requests there;
    private Requests here;

    @BeforeEach
    void startServers(@TempDir Path folder) throws IOException {
        large = ServerProcess.start(folder.resolve("large"));
        small = ServerProcess.startWithJavaOptions(folder.resolve("small"), HEAP);
        there = new Requests(large.url());
        here = new Requests(small.url());
        fill();
    }

    @AfterEach
    void stopServers() {
        large.stop();
        small.stop();
    }

    /** Documents, each of other text that is not compressed away, and an attachment. */
    private void fill() throws IOException {
        there.call("PUT", "filled", "");
        Random random = new Random(6);
        byte[] noise = new byte[DOCUMENT_BYTES / 4 * 3];
        for (int i = 0; i < DOCUMENTS; i++) {
            random.nextBytes(noise);
            byte[] json = ("{\"text\":\"" + Base64.getEncoder().encodeToString(noise) + "\"}").getBytes(UTF_8);
            assertTrue(
                    there.ask("PUT", "filled/doc" + i, "application/json", json).isSuccess());
        }
        byte[] bytes = new byte[ATTACHMENT_MEBIBYTES * MEBIBYTE];
        random.nextBytes(bytes);
        assertTrue(there.ask("PUT", "filled/attached/file", "application/octet-stream", bytes)
                .isSuccess());
    }

    @Test
    void documentsAndAnAttachmentLargerThanItsHeapComeAndGo() {
        try (ResidentMemory memory = new ResidentMemory(small.pid())) {
            replicate(Requests.address(large.port(), "filled"), "pulled");
            long pulled = memory.peak(0);
            replicate("pulled", Requests.address(large.port(), "pushed"));
            System.out.printf(
                    "replication with %s: %d documents of %d bytes and an attachment of %d MiB, at most %d MiB"
                            + " resident from there, %d MiB to there%n",
                    HEAP, DOCUMENTS, DOCUMENT_BYTES, ATTACHMENT_MEBIBYTES, pulled, memory.peak(0));
            assertTrue(memory.peak(0) < MOST_RESIDENT_MEBIBYTES, memory.peak(0) + " MiB resident");
        }
        for (int i = 0; i < DOCUMENTS; i++) {
            String doc = "/doc" + i;
            assertEquals(there.get("filled" + doc), there.get("pushed" + doc));
        }
        assertEquals(there.get("filled/attached"), there.get("pushed/attached"));
        assertFalse(small.output().contains("OutOfMemoryError"), small.output());
    }

    /** Batches of two: all workers have large documents to bring over at a time. */
    private void replicate(String source, String target) {
        String job = "to-" + target.replaceAll(".*/", "");
        here.call(
                "PUT",
                "_replicator/" + job,
                JsonMapper.shared()
                        .createObjectNode()
                        .put("source", source)
                        .put("target", target)
                        .put("create_target", true)
                        .put("worker_batch_size", 2)
                        .toString());
        JsonNode status;
        do {
            status = here.get("_scheduler/docs/_replicator/" + job);
            String state = status.path("state").asString();
            assertFalse(state.equals("crashing") || state.equals("failed"), status + small.output());
            LockSupport.parkNanos(POLL_NANOS);
        } while (!status.path("state").asString().equals("completed"));
        assertEquals(DOCUMENTS + 1, status.path("info").path("docs_written").asInt(), status.toString());
        assertEquals(0, status.path("info").path("doc_write_failures").asInt(), status.toString());
    }
}
