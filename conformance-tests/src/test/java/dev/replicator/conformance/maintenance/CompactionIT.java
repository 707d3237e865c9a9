package dev.replicator.conformance.maintenance;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code _compact} drops the bodies of former revisions, and {@code compact_running} says while it does. */
final class CompactionIT {
    private static final String DATABASE = "/compacted";

    /** So many that it takes as long as many requests. */
    private static final int DOCUMENTS = 5_000;

    private static final int GENERATIONS = 4;

    @TempDir
    private Path data;

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void formerBodiesGoAndTheCurrentOnesStay() {
        // Otherwise a round of upkeep compacts, too.
        Map<String, String> keeping = Map.of("REPLICATOR_UPKEEP_REVISION_RETENTION", "forever");
        try (ServerProcess server = ServerProcess.start(data, 0, keeping)) {
            request(server).put(DATABASE).then().statusCode(201);
            List<List<String>> revisions = new ArrayList<>();
            for (int generation = 1; generation <= GENERATIONS; generation++) {
                revisions.add(write(server, generation, revisions.isEmpty() ? List.of() : revisions.getLast()));
            }
            assertRead(server, revisions.getFirst().getFirst(), 1);
            assertTrue(!isCompacting(server), "nobody has asked for it");

            request(server)
                    .contentType(ContentType.JSON)
                    .post(DATABASE + "/_compact")
                    .then()
                    .statusCode(202)
                    .body("ok", equalTo(true));
            int polls = 0;
            while (isCompacting(server)) {
                polls++;
            }
            assertTrue(polls > 0, "compact_running was never seen");
            for (List<String> former : revisions.subList(0, GENERATIONS - 1)) {
                request(server)
                        .queryParam("rev", former.getFirst())
                        .get(DATABASE + "/d0")
                        .then()
                        .statusCode(404)
                        .body("error", equalTo("not_found"))
                        .body("reason", equalTo("missing"));
            }
            assertRead(server, revisions.getLast().getFirst(), GENERATIONS);
            request(server).get(DATABASE).then().body("doc_count", equalTo(DOCUMENTS));
        }
    }

    private static RequestSpecification request(ServerProcess server) {
        return given().baseUri(server.url().toString())
                .auth()
                .preemptive()
                .basic(ServerProcess.USER, ServerProcess.PASSWORD);
    }

    private static boolean isCompacting(ServerProcess server) {
        return request(server).get(DATABASE).then().statusCode(200).extract().path("compact_running");
    }

    private static void assertRead(ServerProcess server, String revision, int generation) {
        request(server)
                .queryParam("rev", revision)
                .get(DATABASE + "/d0")
                .then()
                .statusCode(200)
                .body("n", equalTo(generation));
    }

    /** Writes a revision of every document, and returns them in the documents' order. */
    private static List<String> write(ServerProcess server, int generation, List<String> parents) {
        List<String> documents = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            String parent = parents.isEmpty() ? "" : "\"_rev\":\"" + parents.get(i) + "\",";
            documents.add("{\"_id\":\"d" + i + "\"," + parent + "\"n\":" + generation + "}");
        }
        return request(server)
                .contentType(ContentType.JSON)
                .body(documents.stream().collect(Collectors.joining(",", "{\"docs\":[", "]}")))
                .post(DATABASE + "/_bulk_docs")
                .then()
                .statusCode(201)
                .extract()
                .path("rev");
    }
}
