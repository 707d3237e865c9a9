package dev.replicator.conformance.replication;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replications that a server runs by itself, across its ends and beginnings. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ReplicationServiceIT {
    private static final String JOB = "_replicator/job";
    private static final String CONTINUOUS = "{\"source\":\"a\",\"target\":\"b\",\"continuous\":true%s}";

    @TempDir
    private Path data;

    private static RequestSpecification at(ServerProcess server) {
        return given().auth()
                .preemptive()
                .basic(ServerProcess.USER, ServerProcess.PASSWORD)
                .baseUri(server.url().toString())
                .urlEncodingEnabled(false)
                .contentType("application/json");
    }

    private static Response put(ServerProcess server, String path, String body) {
        return at(server).body(body).put(path).then().statusCode(201).extract().response();
    }

    private static void documents(ServerProcess server, int from, int to) {
        String docs = IntStream.range(from, to)
                .mapToObj("{\"_id\":\"doc%d\"}"::formatted)
                .collect(Collectors.joining(",", "{\"docs\":[", "]}"));
        at(server).body(docs).post("a/_bulk_docs").then().statusCode(201);
    }

    private static Response await(ServerProcess server, String path, Predicate<Response> wanted) {
        Response answer;
        do {
            answer = at(server).get(path);
        } while (!wanted.test(answer));
        return answer;
    }

    private static void awaitCount(ServerProcess server, String database, int count) {
        await(server, database, answer -> answer.path("doc_count").equals(count));
    }

    private static String info(ServerProcess server) {
        return await(
                        server,
                        "_scheduler/docs/" + JOB,
                        answer -> "running".equals(answer.path("state"))
                                && answer.path("info.through_seq").toString().startsWith("5"))
                .path("info.docs_read")
                .toString();
    }

    private static ServerProcess filled(Path data) {
        ServerProcess server = ServerProcess.start(data);
        for (String database : new String[] {"a", "b", "c"}) {
            put(server, database, "");
        }
        documents(server, 0, 50);
        return server;
    }

    @Test
    void whatADocumentAsksForGoesOnAfterAKillAndWhatARequestAsksForDoesNot() {
        ServerProcess server = filled(data);
        try {
            put(server, JOB, CONTINUOUS.formatted(",\"checkpoint_interval\":50"));
            put(server, "_replicator/once", "{\"source\":\"a\",\"target\":\"d\",\"create_target\":true}");
            at(server)
                    .body(CONTINUOUS.formatted("").replace("\"b\"", "\"c\""))
                    .post("_replicate")
                    .then()
                    .statusCode(202);
            awaitCount(server, "b", 50);
            awaitCount(server, "c", 50);
            await(server, "_replicator/once", answer -> "completed".equals(answer.path("_replication_state")));
            await(
                    server,
                    "_scheduler/docs/" + JOB,
                    answer -> answer.path("info.checkpointed_source_seq")
                            .toString()
                            .startsWith("50-"));

            server.kill();
            server = server.startAgain();
            documents(server, 50, 55);
            awaitCount(server, "b", 55);
            assertEquals("5", info(server), "nothing is fetched twice");
            at(server).get("_scheduler/jobs").then().statusCode(200);
            assertEquals(1, (int) at(server).get("_scheduler/jobs").path("total_rows"));
            assertEquals(50, (int) at(server).get("c").path("doc_count"));
            assertEquals(50, (int) at(server).get("d").path("doc_count"), "what is done is not done again");

            String revision = at(server).get(JOB).path("_rev");
            at(server).delete(JOB + "?rev=" + revision).then().statusCode(200);
            await(server, "_scheduler/jobs", answer -> answer.path("total_rows").equals(0));
            server.stop();
        } finally {
            server.close();
        }
    }

    @Test
    void aServerThatIsStoppedRecordsHowFarItsReplicationsCame() {
        ServerProcess server = filled(data);
        try {
            put(server, JOB, CONTINUOUS.formatted(",\"checkpoint_interval\":3600000"));
            awaitCount(server, "b", 50);
            assertEquals("50", info(server));
            server.stop();
            server = server.startAgain();
            documents(server, 50, 51);
            awaitCount(server, "b", 51);
            Response status = await(
                    server,
                    "_scheduler/docs/" + JOB,
                    answer -> Integer.valueOf(1).equals(answer.path("info.docs_written")));
            assertEquals(1, (int) status.path("info.revisions_checked"));
            server.stop();
        } finally {
            server.close();
        }
    }

    @Test
    void aReplicationThatSomebodyWaitsForEndsWithTheServerAndSaysSo() throws InterruptedException {
        try (ServerProcess server = filled(data)) {
            // It waits for its turn: nobody else's ends.
            at(server)
                    .body("\"0\"")
                    .put("_node/_local/_config/replicator/max_jobs")
                    .then()
                    .statusCode(200);
            Response[] answer = new Response[1];
            Thread client = Thread.startVirtualThread(() -> answer[0] =
                    at(server).body("{\"source\":\"a\",\"target\":\"b\"}").post("_replicate"));
            await(server, "_scheduler/jobs", jobs -> jobs.path("total_rows").equals(1));
            server.stop();
            client.join();
            assertEquals(503, answer[0].statusCode());
            assertTrue(
                    answer[0].body().asString().contains("the server is stopping"),
                    answer[0].body().asString());
        }
    }
}
