package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code _replicate} does and answers, between databases of one server. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReplicateEndpointTest {
    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder, Served.with(Keys.BACKOFF_INTERVAL, 50), Served.with(Keys.RETRIES_PER_REQUEST, 0));
        served.put("/copy", "");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> replicate(String body) {
        return served.post("/_replicate", body.replace('\'', '"'));
    }

    private void await(String path, int status) {
        while (served.get(path).statusCode() != status) {
            Thread.onSpinWait();
        }
    }

    @Test
    void onceBringsAllOverAndSaysWhatItDid() {
        String revision = served.save("/db/doc", "{\"n\":1}");
        var answer = replicate("{'source':'db','target':'copy'}");
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(
                answer.body()
                        .matches("(?s)\\{\"ok\":true,\"session_id\":\"[0-9a-f]{32}\",\"source_last_seq\":\"1-[^\"]+\","
                                + "\"replication_id_version\":4,\"history\":\\[\\{.*\"missing_checked\":1,"
                                + "\"missing_found\":1,\"docs_read\":1,\"docs_written\":1,\"doc_write_failures\":0.*"),
                answer.body());
        assertTrue(served.get("/copy/doc").body().contains(revision));

        String again = replicate("{'source':'db','target':'copy'}").body();
        assertTrue(again.startsWith("{\"ok\":true,\"no_changes\":true,\"session_id\""), again);
    }

    @Test
    void anotherServerIsReachedByItsUrl(@TempDir Path elsewhere) throws IOException {
        try (Served other = new Served(elsewhere)) {
            String attachment = "{\"f\":{\"content_type\":\"text/plain\",\"data\":\"aGVsbG8=\"}}";
            String revision = other.save("/db/doc", "{\"_attachments\":" + attachment + "}");
            String authority = other.uri("/").getAuthority();
            String url = "http://admin:secret@" + authority + "/db";
            var pulled = replicate("{'source':'" + url + "','target':'copy'}");
            assertEquals(200, pulled.statusCode(), pulled.body());
            assertTrue(pulled.body().contains("\"bulk_get_docs\":1,\"bulk_get_attempts\":1,"), pulled.body());
            assertTrue(served.get("/copy/doc").body().contains(revision));
            assertEquals("hello", served.get("/copy/doc/f").body());

            served.save("/copy/back", "{}");
            var pushed = replicate("{'source':'copy','target':{'url':'http://" + authority + "/made','auth':{'basic':{"
                    + "'username':'admin','password':'secret'}}},'create_target':true}");
            assertEquals(200, pushed.statusCode(), pushed.body());
            assertEquals(200, other.get("/made/back").statusCode());
            assertEquals("hello", other.get("/made/doc/f").body());

            var refused = replicate("{'source':'" + url.replace("secret", "wrong") + "','target':'copy'}");
            assertEquals(502, refused.statusCode(), refused.body());
            assertTrue(refused.body().startsWith("{\"error\":\"unauthorized\","), refused.body());
            assertFalse(refused.body().contains("wrong"), refused.body());
        }
    }

    @Test
    void namedDocumentsAloneAreBroughtOverAndTheRunIsSummedUp() {
        served.save("/db/a", "{}");
        served.save("/db/b", "{}");
        String answer = replicate("{'source':'db','target':'copy','doc_ids':['b','none']}")
                .body();
        assertTrue(
                answer.matches("(?s)\\{\"ok\":true,\"start_time\":\"[^\"]+ GMT\",\"end_time\":\"[^\"]+ GMT\","
                        + "\"docs_read\":1,\"docs_written\":1,\"doc_write_failures\":0,\"session_id\".*"),
                answer);
        assertEquals(404, served.get("/copy/a").statusCode());
        assertEquals(200, served.get("/copy/b").statusCode());
    }

    @Test
    void aSelectorChoosesDocuments() {
        served.save("/db/a", "{\"n\":1}");
        served.save("/db/b", "{\"n\":2}");
        assertEquals(
                200,
                replicate("{'source':'db','target':'copy','selector':{'n':{'$gt':1}}}")
                        .statusCode());
        assertEquals(404, served.get("/copy/a").statusCode());
        assertEquals(200, served.get("/copy/b").statusCode());
    }

    @Test
    void aTargetIsMadeOnlyWhereThatIsAskedFor() {
        var refused = replicate("{'source':'db','target':'made'}");
        assertEquals(404, refused.statusCode());
        assertEquals("{\"error\":\"db_not_found\",\"reason\":\"could not open made\"}\n", refused.body());
        assertEquals(
                200,
                replicate("{'source':'db','target':'made','create_target':true}")
                        .statusCode());
        assertEquals(200, served.get("/made").statusCode());
        assertEquals(
                "{\"error\":\"db_not_found\",\"reason\":\"could not open none\"}\n",
                replicate("{'source':'none','target':'copy'}").body());
    }

    @Test
    void aContinuousOneGoesOnIsOneJobAndEndsWhenItIsCancelled() {
        String body = "{'source':'db','target':'copy','continuous':true%s}";
        var answer = replicate(body.formatted(""));
        assertEquals(202, answer.statusCode());
        assertTrue(
                answer.body().matches("\\{\"ok\":true,\"_local_id\":\"[0-9a-f]{32}\\+continuous\"}\n"), answer.body());
        assertEquals(answer.body(), replicate(body.formatted("")).body());
        served.save("/db/later", "{}");
        await("/copy/later", 200);

        var cancelled = replicate(body.formatted(",'cancel':true"));
        assertEquals(200, cancelled.statusCode());
        assertEquals(answer.body(), cancelled.body());
        var gone = replicate(body.formatted(",'cancel':true"));
        assertEquals(404, gone.statusCode());
        assertEquals("{\"error\":\"not_found\",\"reason\":\"missing\"}\n", gone.body());
        assertEquals(
                "{\"total_rows\":0,\"offset\":0,\"jobs\":[]}\n",
                served.get("/_scheduler/jobs").body());
    }

    @Test
    void aJobIsCancelledByItsIdToo() {
        String id = replicate("{'source':'db','target':'copy','continuous':true}")
                .body()
                .replaceAll("(?s).*\"_local_id\":\"([^\"]+)\".*", "$1");
        assertEquals(
                404, replicate("{'cancel':true,'replication_id':'x" + id + "'}").statusCode());
        assertEquals(
                200, replicate("{'cancel':true,'replication_id':'" + id + "'}").statusCode());
        assertEquals(404, replicate("{'cancel':true,'_local_id':'" + id + "'}").statusCode());
    }

    @Test
    void oneThatRunsIsAnActiveTask() {
        served.save("/db/doc", "{}");
        replicate("{'source':'db','target':'copy','continuous':true,'checkpoint_interval':60000}");
        String tasks;
        do {
            tasks = served.get("/_active_tasks").body();
        } while (!tasks.contains("\"docs_written\":1") || !tasks.contains("\"through_seq\":\"1-"));
        assertTrue(
                tasks.matches("\\[\\{\"node\":\"couchdb@127.0.0.1\",\"pid\":\"<0.1.1>\",\"process_status\":\"running\","
                        + "\"type\":\"replication\",\"started_on\":\\d{10},\"updated_on\":\\d{10},"
                        + "\"replication_id\":\"[0-9a-f]{32}\\+continuous\",\"database\":null,\"doc_id\":null,"
                        + "\"user\":\"admin\",\"source\":\"db\",\"target\":\"copy\",\"continuous\":true,"
                        + "\"checkpoint_interval\":60000,\"revisions_checked\":1,\"missing_revisions_found\":1,"
                        + "\"docs_read\":1,\"docs_written\":1,\"doc_write_failures\":0,\"bulk_get_attempts\":0,"
                        + "\"bulk_get_docs\":0,\"docs_gone\":0,\"changes_pending\":0,"
                        + "\"checkpointed_source_seq\":(0|\"1-[^\"]+\"),\"source_seq\":\"1-[^\"]+\","
                        + "\"through_seq\":\"1-[^\"]+\",\"docs_per_second\":[0-9.]+}]\n"),
                tasks);
    }

    @Test
    void aContinuousOneThatFailsIsTriedAgain() {
        replicate("{'source':'db','target':'late','continuous':true}");
        String jobs;
        do {
            jobs = served.get("/_scheduler/jobs").body();
        } while (!jobs.contains("\"type\":\"crashed\",\"reason\":\"could not open late\""));
        served.save("/db/doc", "{}");
        served.put("/late", "");
        await("/late/doc", 200);
    }

    @Test
    void whatTheTargetRefusesIsListed() throws IOException {
        served.close();
        served = new Served(folder, Served.with(Keys.MAX_LISTED_FAILURES, 2));
        served.put("/copy", "");
        for (int i = 0; i < 3; i++) {
            served.save("/db/large" + i, "{\"text\":\"" + "x".repeat(5000) + "\"}");
        }
        String limit = "/_node/_local/_config/couchdb/max_document_size";
        assertEquals(200, served.put(limit, "\"4000\"").statusCode());
        var answer = replicate("{'source':'db','target':'copy','create_target':true}");
        assertTrue(answer.body().contains("\"doc_write_failures\":3"), answer.body());
        String id = served.get("/copy/_local_docs").body().replaceAll("(?s).*?_local/([0-9a-f]{32}).*", "$1");
        String failures = served.get("/_scheduler/jobs/" + id + "%2Bcreate_target/failures")
                .body();
        assertTrue(failures.startsWith("{\"total_rows\":3,\"failures\":[{\"id\":\"large"), failures);
        assertEquals(3, failures.split("couchdb/max_document_size", -1).length, "two are listed: " + failures);
        assertEquals(404, served.get("/_scheduler/jobs/none/failures").statusCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []                                   | Request body must be a JSON object
            {"source":"db"}                      | Missing replicator database: there is no `target`
            {"target":"db"}                      | Missing replicator database: there is no `source`
            {"source":"db","target":"copy","doc_ids":["a"],"selector":{}} | `doc_ids`,`filter`,`selector` are mutually exclusive
            {"source":"db","target":"copy","continuous":"yes"} | parameter `continuous` must be a boolean
            """)
    void whatMakesNoSenseIsRefused(String body, String reason) {
        var answer = served.post("/_replicate", body);
        assertEquals(400, answer.statusCode());
        assertEquals("{\"error\":\"bad_request\",\"reason\":\"" + reason + "\"}\n", answer.body());
    }

    @Test
    void onlyAdministratorsMayReplicateOrSeeWhatIs() {
        for (String path : new String[] {"/_scheduler/jobs", "/_scheduler/docs", "/_scheduler/jobs/x/failures"}) {
            assertEquals(401, served.anonymously("GET", path, "").statusCode());
            assertEquals(405, served.post(path, "{}").statusCode());
        }
        assertEquals(
                401,
                served.anonymously("POST", "/_replicate", "{}", "Content-Type", Served.JSON)
                        .statusCode());
        assertEquals(405, served.get("/_replicate").statusCode());
        assertFalse(served.get("/_scheduler/nothing").body().contains("jobs"));
    }
}
