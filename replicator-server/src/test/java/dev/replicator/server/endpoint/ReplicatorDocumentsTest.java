package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.AttachmentIntake;
import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.DocumentParser;
import dev.replicator.document.ParsedDocument;
import dev.replicator.local.EditMaker;
import dev.replicator.server.config.Keys;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What documents of replicator databases set going, and what becomes of them. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReplicatorDocumentsTest {
    private static final String DOCUMENT = "/_replicator/job";
    private static final String STATUS = "/_scheduler/docs/_replicator/job";

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

    private String save(String path, String json) {
        return served.save(path, json.replace('\'', '"'));
    }

    /** Puts a document past the rule, as stores of before there was one have it. */
    private void plant(String id, String json) {
        Database database = served.store().database("_replicator").orElseThrow();
        byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        try (AttachmentLease lease = database.lease()) {
            ParsedDocument document =
                    DocumentParser.parse(body, AttachmentIntake.DISCARDING, new AttachmentLimits(0, 0));
            Edit edit = new EditMaker(database, lease, "", 0).update(id, document);
            database.commit(List.of(edit)).toCompletableFuture().join();
        }
    }

    private String await(String path, Predicate<String> content) {
        String body;
        do {
            body = served.get(path).body();
        } while (!content.test(body));
        return body;
    }

    private String awaitText(String path, String part) {
        return await(path, body -> body.contains(part.replace('\'', '"')));
    }

    private void awaitStatus(String path, int status) {
        while (served.get(path).statusCode() != status) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatIsDoneIsWrittenIntoTheDocument() {
        save("/db/doc", "{}");
        save(DOCUMENT, "{'source':'db','target':'made','create_target':true,'note':1.0}");
        String document = awaitText(DOCUMENT, "'_replication_state':'completed'");
        assertTrue(
                document.matches("(?s)\\{\"_id\":\"job\",\"_rev\":\"2-[0-9a-f]{32}\",\"source\":\"db\","
                        + "\"target\":\"made\",\"create_target\":true,\"note\":1.0,\"owner\":\"admin\",\"_replication_state\":\"completed\","
                        + "\"_replication_state_time\":\"[-0-9]{10}T[:0-9]{8}Z\","
                        + "\"_replication_id\":\"[0-9a-f]{32}\\+create_target\",\"_replication_stats\":\\{"
                        + "\"revisions_checked\":1,\"missing_revisions_found\":1,\"docs_read\":1,\"docs_written\":1,"
                        + "\"doc_write_failures\":0,\"bulk_get_attempts\":0,\"bulk_get_docs\":0,\"docs_gone\":0,"
                        + "\"changes_pending\":0,\"checkpointed_source_seq\":\"1-[^\"]+\","
                        + "\"start_time\":\"[-0-9]{10}T[:0-9]{8}Z\"}}\n"),
                document);
        assertEquals(200, served.get("/made/doc").statusCode());
        String status = awaitText(STATUS, "'state':'completed'");
        assertTrue(
                status.matches("(?s)\\{\"database\":\"_replicator\",\"doc_id\":\"job\",\"id\":\"[^\"]+\","
                        + "\"node\":\"couchdb@127.0.0.1\",\"source\":\"db\",\"target\":\"made\","
                        + "\"state\":\"completed\",\"info\":\\{\"revisions_checked\":1,.*},\"error_count\":0,"
                        + "\"last_updated\":\"[^\"]+Z\",\"start_time\":\"[^\"]+Z\",\"source_proxy\":null,"
                        + "\"target_proxy\":null}\n"),
                status);
    }

    @Test
    void whatMakesNoSenseFailsForGoodAndSaysWhy() {
        plant("job", "{'source':'db','target':'copy','continuous':'yes'}");
        String document = awaitText(DOCUMENT, "'_replication_state':'failed'");
        assertTrue(
                document.contains("\"_replication_state_reason\":\"parameter `continuous` must be a boolean\""),
                document);
        String status = awaitText(STATUS, "'state':'failed'");
        assertTrue(
                status.contains("\"info\":{\"error\":\"parameter `continuous` must be a boolean\"},\"error_count\":1"),
                status);
    }

    @Test
    void aDocumentThatIsMendedIsTriedAgain() {
        plant("job", "{'source':'db'}");
        awaitText(DOCUMENT, "'_replication_state':'failed'");
        save("/db/doc", "{}");
        String revision = served.get(DOCUMENT).body().replaceAll("(?s).*\"_rev\":\"([^\"]+)\".*", "$1");
        save(DOCUMENT + "?rev=" + revision, "{'source':'db','target':'copy'}");
        awaitStatus("/copy/doc", 200);
        awaitText(DOCUMENT, "'_replication_state':'completed'");
    }

    @Test
    void theJobFollowsTheDocument() {
        served.put("/other", "");
        String revision = save(DOCUMENT, "{'source':'db','target':'copy','continuous':true}");
        save("/db/one", "{}");
        awaitStatus("/copy/one", 200);
        String running = awaitText(STATUS, "'state':'running'");
        assertTrue(running.matches("(?s).*\"id\":\"[0-9a-f]{32}\\+continuous\".*"), running);

        revision = save(DOCUMENT + "?rev=" + revision, "{'source':'db','target':'other','continuous':true}");
        awaitStatus("/other/one", 200);
        awaitText("/_scheduler/jobs", "{'total_rows':1,");
        save("/db/two", "{}");
        awaitStatus("/other/two", 200);
        assertEquals(404, served.get("/copy/two").statusCode());

        assertEquals(200, served.delete(DOCUMENT + "?rev=" + revision).statusCode());
        awaitText("/_scheduler/jobs", "{'total_rows':0,");
        assertEquals(404, served.get(STATUS).statusCode());
    }

    @Test
    void anUnrelatedChangeOfTheDocumentDoesNotDisturbTheJob() {
        String revision = save(DOCUMENT, "{'source':'db','target':'copy','continuous':true}");
        String started = await("/_scheduler/jobs", body -> body.contains("started"));
        save(DOCUMENT + "?rev=" + revision, "{'source':'db','target':'copy','continuous':true,'note':1}");
        save("/_replicator/second", "{'source':'copy','target':'db','continuous':true}");
        String jobs = await("/_scheduler/jobs", body -> body.contains("\"total_rows\":2") && body.contains("second"));
        String pid = started.replaceAll("(?s).*(\"pid\":\"[^\"]+\").*", "$1");
        assertTrue(jobs.contains(pid), jobs);
    }

    @Test
    void theSecondDocumentOfTheSameReplicationFails() {
        save(DOCUMENT, "{'source':'db','target':'copy','continuous':true}");
        awaitText(STATUS, "'state':'running'");
        save("/_replicator/same", "{'source':'db','target':'copy','continuous':true}");
        String document = awaitText("/_replicator/same", "'_replication_state':'failed'");
        assertTrue(
                document.matches(
                        "(?s).*\"_replication_state_reason\":\"Replication `[0-9a-f]{32}\\+continuous` specified"
                                + " by document `same` already started, triggered by document `job` from db `_replicator`\".*"),
                document);
        awaitText(STATUS, "'state':'running'");
    }

    @Test
    void aDocumentWaitsForATransientReplicationOfTheSameId() {
        String body = "{\"source\":\"db\",\"target\":\"copy\",\"continuous\":true%s}";
        served.post("/_replicate", body.formatted(""));
        save(DOCUMENT, body.formatted(""));
        String status = awaitText(STATUS, "'state':'error'");
        assertTrue(status.contains("already running as a transient replication"), status);
        assertEquals(
                200,
                served.post("/_replicate", body.formatted(",\"cancel\":true")).statusCode());
        awaitText(STATUS, "'state':'running'");
        var refused = served.post("/_replicate", body.formatted(",\"cancel\":true"));
        assertEquals(403, refused.statusCode());
        assertTrue(refused.body().contains("Document `job` of `_replicator` asks for this"), refused.body());
    }

    @Test
    void whatFailsForNowIsTriedUntilItWorks() {
        save(DOCUMENT, "{'source':'db','target':'late'}");
        String status = awaitText(STATUS, "'state':'crashing'");
        assertTrue(status.contains("\"info\":{\"error\":\"could not open late\"},\"error_count\":"), status);
        served.put("/late", "");
        awaitText(DOCUMENT, "'_replication_state':'completed'");
    }

    @Test
    void anyDatabaseOfTheNameWorksAndIsForgottenWhenItIsDeleted() {
        served.put("/mine%2F_replicator", "");
        save("/mine%2F_replicator/job", "{'source':'db','target':'copy','continuous':true}");
        for (String path :
                new String[] {"/_scheduler/docs/mine/_replicator/job", "/_scheduler/docs/mine%2F_replicator/job"}) {
            awaitText(path, "'state':'running'");
        }
        awaitText("/_scheduler/docs/mine/_replicator", "{'total_rows':1,");
        awaitText("/_scheduler/docs", "{'total_rows':0,");
        served.delete("/mine%2F_replicator");
        awaitText("/_scheduler/jobs", "{'total_rows':0,");
        assertEquals(404, served.get("/_scheduler/docs/mine/_replicator").statusCode());
        assertEquals(400, served.get("/_scheduler/docs/db").statusCode());
    }

    @Test
    void theStateIsWrittenWhoeverElseWritesTheDocument() {
        save("/db/doc", "{}");
        String revision = save(DOCUMENT, "{'source':'db','target':'copy'}");
        int notes = 0;
        String body;
        do {
            var saved = served.put(
                    DOCUMENT + "?rev=" + revision,
                    "{\"source\":\"db\",\"target\":\"copy\",\"note\":" + (notes + 1) + "}");
            notes += saved.statusCode() == 201 ? 1 : 0;
            revision = saved.statusCode() == 201 ? Served.revision(saved) : revision;
            body = served.get(DOCUMENT).body();
        } while (!body.contains("\"_replication_state\":\"completed\""));
        assertTrue(notes == 0 || body.contains("\"note\":" + notes + ","), body);
        assertTrue(!served.get(DOCUMENT + "?conflicts=true").body().contains("_conflicts"));
    }

    @Test
    void documentsAreListedByStateAndInPages() {
        plant("a", "{'source':'db'}");
        save("/_replicator/b", "{'source':'db','target':'copy','continuous':true}");
        plant("c", "{'source':'copy'}");
        save("/_replicator/_design/d", "{'x':1}");
        awaitText("/_scheduler/docs?states=failed", "{'total_rows':2,");
        awaitText(
                "/_scheduler/docs?states=running,pending",
                "{'total_rows':1,'offset':0,'docs':[{'database':'_replicator','doc_id':'b'");
        String page = served.get("/_scheduler/docs?skip=1&limit=1").body();
        assertTrue(
                page.matches("(?s)\\{\"total_rows\":3,\"offset\":1,\"docs\":\\[\\{[^{]*\"doc_id\":\"b\".*")
                        && !page.contains("\"doc_id\":\"c\""),
                page);
        assertEquals(400, served.get("/_scheduler/docs?states=asleep").statusCode());
        assertEquals(400, served.get("/_scheduler/jobs?limit=x").statusCode());
        assertEquals(404, served.get("/_scheduler/docs/_replicator/none").statusCode());
    }
}
