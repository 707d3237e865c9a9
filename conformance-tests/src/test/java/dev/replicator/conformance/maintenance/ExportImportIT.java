package dev.replicator.conformance.maintenance;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.Command;
import dev.replicator.conformance.process.ServerProcess;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/replicator export} and {@code import}, as scripts call them.
 *
 * <p>System property {@code export.mebibytes}: of the large attachment.
 */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
final class ExportImportIT {
    private static final int MEBIBYTES = Integer.getInteger("export.mebibytes", 100);
    private static final String SMALL_HEAP = "-Xmx48m";
    private static final String HEAP = "-Xmx256m";

    private static final String HASH = "0123456789abcdef0123456789abcdef";
    private static final String OTHER = "fedcba9876543210fedcba9876543210";

    @TempDir
    private Path folder;

    private ServerProcess server;

    @BeforeEach
    void start() {
        server = ServerProcess.start(
                folder.resolve("data"), 0, Map.of("REPLICATOR_COUCHDB_MAX_DOCUMENT_SIZE", "100000"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RequestSpecification request() {
        return given().baseUri(server.url().toString())
                .auth()
                .preemptive()
                .basic(ServerProcess.USER, ServerProcess.PASSWORD)
                .contentType(ContentType.JSON);
    }

    private String address(String database) {
        return "http://" + ServerProcess.USER + ":" + ServerProcess.PASSWORD + "@127.0.0.1:" + server.port() + "/"
                + database;
    }

    /** Documents of all kinds; some with branches, of which some end in tombstones. */
    private void fill(String database) {
        request().put("/" + database).then().statusCode(201);
        StringBuilder docs = new StringBuilder("{\"new_edits\":false,\"docs\":[");
        for (int i = 0; i < 1500; i++) {
            for (String branch : i % 10 == 0 ? List.of(HASH, OTHER) : List.of(HASH)) {
                docs.append(docs.charAt(docs.length() - 1) == '[' ? "" : ",");
                docs.append("{\"_id\":\"d/ö ")
                        .append(i)
                        .append("\",\"_rev\":\"2-")
                        .append(branch);
                docs.append("\",\"n\":").append(i).append(".0");
                docs.append(i % 7 == 0 || (i % 20 == 0 && branch.equals(OTHER)) ? ",\"_deleted\":true" : "");
                docs.append(i % 50 == 0 ? ",\"_attachments\":{\"f\":{\"content_type\":\"text/plain\",\"data\":\"" : "");
                docs.append(i % 50 == 0 ? "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\"}}" : "");
                docs.append(",\"_revisions\":{\"start\":2,\"ids\":[\"").append(branch);
                docs.append("\",\"").append(OTHER).append("\"]}}");
            }
        }
        request()
                .body(docs.append("]}").toString())
                .post("/" + database + "/_bulk_docs")
                .then()
                .statusCode(201);
    }

    private String succeeds(String... arguments) {
        Command.Result result = Command.run(arguments);
        assertEquals(0, result.status(), result.toString());
        return result.output();
    }

    private Command.Result bring(Path lines, String... arguments) {
        return Command.run(HEAP, lines, folder.resolve("said"), arguments);
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("said")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aDatabaseComesBackLeafByLeaf() throws IOException {
        fill("from");
        Path lines = folder.resolve("lines");
        succeeds("export", address("from"), "-o", lines.toString());
        assertEquals(1650, Files.readAllLines(lines).size());
        assertFalse(Files.exists(folder.resolve("lines.partial")));
        Command.Result missing = bring(lines, "import", address("to"));
        assertEquals(1, missing.status());
        assertTrue(missing.errors().contains("404"), missing.errors());
        Command.Result brought = bring(lines, "import", address("to"), "--create");
        assertEquals(0, brought.status(), brought.errors());
        assertEquals("1650 revisions written, 0 were there, 0 lines refused", said());
        succeeds("diff", address("from"), address("to"));
        assertEquals(0, bring(lines, "import", address("to")).status());
        assertEquals("0 revisions written, 1650 were there, 0 lines refused", said());

        // To the standard output, from a folder that no server has open, and back to one.
        List<String> before = Files.readAllLines(lines).stream().sorted().toList();
        server.stop();
        String data = folder.resolve("data").toString();
        assertEquals(
                before,
                succeeds("export", "--data", data, "to").lines().sorted().toList());
        assertEquals(
                0, bring(lines, "import", "--data", data, "third", "--create").status());
        assertEquals(
                before,
                succeeds("export", "--data", data, "third").lines().sorted().toList());
        List<String> winners =
                succeeds("export", "--data", data, "third", "--winners").lines().toList();
        assertTrue(winners.stream().noneMatch(line -> line.contains("_revisions") || line.contains("_deleted")));
        assertEquals(1285, winners.size());
    }

    @Test
    void linesThatAreIllFormedOrRefusedAreNamed() throws IOException {
        request().put("/db").then().statusCode(201);
        Path lines = folder.resolve("lines");
        String rev = "\"_rev\":\"1-" + HASH + "\"";
        Files.writeString(
                lines,
                "{\"_id\":\"a\"," + rev + "}\nnonsense\n{\"_id\":\"large\"," + rev + ",\"x\":\"" + "x".repeat(100_001)
                        + "\"}\n{\"_id\":\"b\"," + rev + "}");
        Command.Result brought = bring(lines, "import", address("db"));
        assertEquals(1, brought.status());
        List<String> errors = brought.problems().lines().toList();
        assertEquals(2, errors.size(), brought.errors());
        assertTrue(errors.getFirst().startsWith("replicator: line 2: "), brought.errors());
        assertTrue(
                errors.getLast().startsWith("replicator: line 3: large 1-" + HASH + " is refused: document_too_large"),
                brought.errors());
        assertEquals("2 revisions written, 0 were there, 2 lines refused", said());
        request().get("/db/b").then().statusCode(200);
    }

    @Test
    void anAttachmentLargerThanTheHeapPassesThrough() throws IOException {
        request().put("/from").then().statusCode(201);
        byte[] part = new byte[1 << 20];
        Path file = folder.resolve("large");
        Random random = new Random(7);
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < MEBIBYTES; i++) {
                random.nextBytes(part);
                out.write(part);
            }
        }
        request()
                .contentType("image/png")
                .body(file.toFile())
                .put("/from/a/f")
                .then()
                .statusCode(201);
        Path lines = folder.resolve("lines");
        Path nothing = Files.createFile(folder.resolve("nothing"));
        long begun = System.nanoTime();
        Command.Result exported = Command.run(SMALL_HEAP, nothing, lines, "export", address("from"));
        assertEquals(0, exported.status(), exported.errors());
        long between = System.nanoTime();
        Command.Result brought =
                Command.run(SMALL_HEAP, lines, folder.resolve("said"), "import", address("to"), "--create");
        assertEquals(0, brought.status(), brought.errors());
        System.out.printf(
                "%d MiB with %s: exported in %d ms, imported in %d ms%n",
                MEBIBYTES, SMALL_HEAP, (between - begun) / 1_000_000, (System.nanoTime() - between) / 1_000_000);
        assertEquals(4L * (((long) MEBIBYTES << 20) + 2) / 3 / 1000, Files.size(lines) / 1000);
        // The digest is of the bytes.
        assertEquals(stub("from"), stub("to"));
        assertTrue(stub("to").contains("\"length\":" + ((long) MEBIBYTES << 20)), stub("to"));
    }

    private String stub(String database) {
        return new String(
                request()
                        .get("/" + database + "/a")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asByteArray(),
                StandardCharsets.UTF_8);
    }
}
