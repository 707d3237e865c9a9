package dev.replicator.conformance.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The log of the packaged server, as a collector reads it. */
final class LogsIT {
    @TempDir
    private Path data;

    @Test
    void eachRequestIsAnObjectWithItsIdAndUserAndNoSecret() throws IOException {
        Map<String, String> settings = Map.of(
                "REPLICATOR_LOG_FORMAT", "json", "REPLICATOR_LOG_WRITER", "file", "REPLICATOR_LOG_REQUESTS", "true");
        try (ServerProcess server = ServerProcess.start(data, 0, settings)) {
            String id = RestAssured.given()
                    .baseUri(server.url().toString())
                    .auth()
                    .preemptive()
                    .basic(ServerProcess.USER, ServerProcess.PASSWORD)
                    .put("/db?token=s3cr3t")
                    .then()
                    .statusCode(201)
                    .extract()
                    .header("X-Couch-Request-ID");
            RestAssured.given()
                    .baseUri(server.url().toString())
                    .auth()
                    .preemptive()
                    .basic("jan", "wr0ng")
                    .get("/db")
                    .then()
                    .statusCode(401);
            server.stop();
            List<String> lines = Files.readAllLines(data.resolve("replicator.log"));
            List<JsonNode> objects =
                    lines.stream().map(JsonMapper.shared()::readTree).toList();
            JsonNode put = objects.stream()
                    .filter(line -> line.path("request").asString().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + id + " in " + lines));
            assertEquals("admin", put.path("user").asString());
            assertEquals("/db", put.path("path").asString());
            assertEquals(201, put.path("status").asInt());
            assertTrue(objects.stream().anyMatch(line -> line.path("status").asInt() == 401));
            assertFalse(lines.toString().matches(".*(s3cr3t|wr0ng|Basic ).*"), lines::toString);
        }
    }
}
