package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Thousands of uploads of attachments, nine of ten wrong: those are refused with a reason or their connection ends, and
 * nothing of them stays; the others are read back to the byte. How many, and which: {@link FuzzRun}.
 *
 * <p>What stays is seen in two ways. The bytes of a stored attachment are counted in {@code sizes.file} of its
 * database. Whatever no revision refers to, the chunks of an unfinished upload included, is found by the sweep that a
 * server does soon after its start, holding nothing, and which says so in its log. That the sweep was done is seen by
 * an attachment in the last database, which a purge has left for it.
 */
final class MultipartFuzzIT {
    private static final List<Generator> GENERATORS = List.of(
            new RelatedUploads(),
            new RelatedUploads(),
            new RelatedUploads(),
            new AttachmentUploads(),
            new InlineUploads());

    /** Sweeps go by the names of databases. */
    private static final String LAST = "zz-purged";

    private static final String SWEPT = "attachments that nothing referred to are deleted";
    private static final Duration SWEEP_DEADLINE = Duration.ofSeconds(60);

    @Test
    @Timeout(3600)
    void wrongUploadsAreRefusedAndNothingOfThemStays(@TempDir Path data) throws Exception {
        try (var server = ServerProcess.start(data)) {
            new FuzzRun("multipart fuzz", GENERATORS).run(server);
            leaveForTheSweep(server);
            server.stop();
            assertQuiet(server.output());
            assertFalse(server.output().contains(SWEPT), server.output());
            try (var again = server.startAgain()) {
                assertNothingIsSwept(again);
                again.stop();
            }
        }
    }

    /** Purges a document that has an attachment. */
    private static void leaveForTheSweep(ServerProcess server) throws IOException {
        try (var wire = new Wire(server.url().getHost(), server.port())) {
            send(wire, "PUT", "/" + LAST, "");
            JsonNode put = send(wire, "PUT", "/" + LAST + "/a", "{\"_attachments\":{\"a\":{\"data\":\"aGVsbG8=\"}}}");
            String purge = "{\"a\":[\"" + put.path("rev").asString() + "\"]}";
            send(wire, "POST", "/" + LAST + "/_purge", purge);
        }
    }

    private static JsonNode send(Wire wire, String method, String target, String body) throws IOException {
        wire.send(RequestText.of(method, target).json(body.getBytes(UTF_8)).bytes());
        WireAnswer answer = wire.read(_ -> true).orElseThrow();
        assertTrue(answer.isSuccess(), () -> method + " " + target + ": " + answer.status() + " " + answer.text());
        return JsonMapper.shared().readTree(answer.body());
    }

    private static void assertNothingIsSwept(ServerProcess server) {
        String last = server.awaitLog(line -> line.contains(SWEPT), SWEEP_DEADLINE);
        assertTrue(last.contains(LAST), last);
        assertQuiet(server.output());
    }

    private static void assertQuiet(String output) {
        List<String> faults = output.lines()
                .filter(line -> line.contains(" ERROR ") || line.contains(" WARN ") || line.startsWith("\tat "))
                .toList();
        assertEquals(List.of(), faults);
    }
}
