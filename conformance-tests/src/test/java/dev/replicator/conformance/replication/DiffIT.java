package dev.replicator.conformance.replication;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.Command;
import dev.replicator.conformance.process.ServerProcess;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two servers as processes, and {@code bin/replicator diff} between them. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class DiffIT {
    private static final String DATABASE = "compared";
    private static final int DOCUMENTS = 3000;
    private static final long SEED = 11;

    private static RequestSpecification request(ServerProcess server) {
        return given().baseUri(server.url().toString())
                .auth()
                .preemptive()
                .basic(ServerProcess.USER, ServerProcess.PASSWORD)
                .contentType(ContentType.JSON);
    }

    private static String url(ServerProcess server) {
        return server.url().toString().replace("://", "://" + ServerProcess.USER + ":" + ServerProcess.PASSWORD + "@")
                + DATABASE;
    }

    private static String document(String id, String revision, boolean deleted) {
        return "{\"_id\":\"" + id + "\",\"_rev\":\"" + revision + "\"" + (deleted ? ",\"_deleted\":true}" : "}");
    }

    /** Writes revisions as they are. */
    private static void write(ServerProcess server, List<String> documents) {
        request(server)
                .body("{\"new_edits\":false,\"docs\":[" + String.join(",", documents) + "]}")
                .post("/" + DATABASE + "/_bulk_docs")
                .then()
                .statusCode(201);
    }

    private static String digest(ServerProcess server) {
        return request(server).get("/" + DATABASE + "/_digest").jsonPath().getString("digest");
    }

    private static void assertDiff(int status, String printed, ServerProcess left, ServerProcess right) {
        Command.Result diff = Command.run("diff", url(left), url(right));
        assertEquals(printed, diff.output(), diff.toString());
        assertEquals(status, diff.status(), diff.toString());
    }

    @Test
    void whatOneServerLacksIsNamed(@TempDir Path one, @TempDir Path other) {
        List<String> documents = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            documents.add(document("d%05d".formatted(i), "1-" + i, i % 10 == 0));
            if (i % 100 == 0) {
                documents.add(document("d%05d".formatted(i), "2-c" + i, i % 200 == 0));
            }
        }
        try (ServerProcess left = ServerProcess.start(one)) {
            ServerProcess right = ServerProcess.start(other);
            try {
                for (ServerProcess server : List.of(left, right)) {
                    request(server).put("/" + DATABASE).then().statusCode(201);
                    Collections.shuffle(documents, new Random(SEED + server.port()));
                    write(server, documents.subList(0, 1000));
                    write(server, documents.subList(1000, documents.size()));
                }
                String digest = digest(left);
                int leaves = documents.size();
                String equal = "equal: " + DOCUMENTS + " documents, " + leaves + " leaves, digest " + digest + "\n";
                assertDiff(0, equal, left, right);

                write(right, List.of(document("d01234", "2-more", false)));
                String difference = "> \"d01234\" 2-more\ndifferent: 1 document\n";
                assertDiff(1, difference, left, right);
                right.kill();
                right = right.startAgain();
                assertDiff(1, difference, left, right);
                write(left, List.of(document("d01234", "2-more", false)));
                assertEquals(digest(left), digest(right));
                assertNotEquals(digest, digest(left));

                // A tombstone is something else than nothing.
                write(left, List.of(document("gone", "1-t", true)));
                assertDiff(1, "< \"gone\" 1-t deleted\ndifferent: 1 document\n", left, right);
                right.stop();
                Command.Result down = Command.run("diff", url(left), url(right));
                assertEquals(2, down.status(), down.toString());
                assertTrue(down.errors().contains("ConnectException"), down.toString());
                assertTrue(!down.errors().contains(":" + ServerProcess.PASSWORD + "@"), down.toString());
                left.stop();
            } finally {
                right.close();
            }
        }
    }
}
