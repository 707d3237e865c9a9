package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents of replicator databases that make no sense are refused when they are saved, by whatever way. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReplicatorDocumentRuleTest {
    private static final String BAD = "{\"source\":\"db\",\"target\":\"copy\",\"continuous\":\"yes\"}";
    private static final String REASON = "parameter `continuous` must be a boolean";
    private static final String REFUSAL = "{\"error\":\"forbidden\",\"reason\":\"" + REASON + "\"}\n";
    private static final String DOCUMENT = "/_replicator/job";

    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        // No job runs, and none changes its document meanwhile.
        served = new Served(folder, Served.with(Keys.MAX_JOBS, 0), Served.with(Keys.SPOOL_THRESHOLD, 1000));
        served.put("/copy", "");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private void assertRefused(HttpResponse<String> answer) {
        assertEquals(REFUSAL, answer.body());
        assertEquals(403, answer.statusCode());
        assertEquals(404, served.get(DOCUMENT).statusCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|there is no `source`",
                "{'target':'copy'}|there is no `source`",
                "{'source':'db'}|there is no `target`",
                "{'source':7,'target':'copy'}|`source` must be a string or an object",
                "{'source':{},'target':'copy'}|`source.url` must be a non-empty string",
                "{'source':{'url':'http://h/d','headers':7},'target':'copy'}|`source.headers` must be an object",
                "{'source':{'url':'http://h/d','auth':7},'target':'copy'}|`source.auth` must be an object",
                "{'source':'db','target':'ftp://h/d'}|`target`: The URL of a peer must begin with http",
                "{'source':'db','target':'copy','continuous':1}|`continuous` must be a boolean",
                "{'source':'db','target':'copy','create_target':'true'}|`create_target` must be a boolean",
                "{'source':'db','target':'copy','create_target_params':1}|`create_target_params` must be a JSON object",
                "{'source':'db','target':'copy','winning_revs_only':1}|`winning_revs_only` must be a boolean",
                "{'source':'db','target':'copy','use_checkpoints':1}|`use_checkpoints` must be a boolean",
                "{'source':'db','target':'copy','use_bulk_get':1}|`use_bulk_get` must be a boolean",
                "{'source':'db','target':'copy','doc_ids':'a'}|`doc_ids` must be an array of strings",
                "{'source':'db','target':'copy','doc_ids':[1]}|`doc_ids` must be an array of strings",
                "{'source':'db','target':'copy','selector':[]}|`selector` must be a JSON object",
                "{'source':'db','target':'copy','selector':{'$no':1}}|`selector` is no selector",
                "{'source':'db','target':'copy','filter':''}|`filter` must be a non-empty string",
                "{'source':'db','target':'copy','filter':7}|`filter` must be a non-empty string",
                "{'source':'db','target':'copy','query_params':7}|`query_params` must be a JSON object",
                "{'source':'db','target':'copy','doc_ids':[],'selector':{}}|are mutually exclusive",
                "{'source':'db','target':'copy','doc_ids':[],'filter':'a/b'}|are mutually exclusive",
                "{'source':'db','target':'copy','selector':{},'filter':'a/b'}|are mutually exclusive",
                "{'source':'db','target':'copy','worker_processes':'many'}|`worker_processes` must be a whole number",
                "{'source':'db','target':'copy','http_connections':0}|`http_connections` must be a whole number",
                "{'source':'db','target':'copy','since_seq':{}}|`since_seq` must be a sequence",
                "{'source':'db','target':'copy','cancel':1}|`cancel` must be a boolean",
                "{'source':'db','target':'copy','cancel':true}|`cancel` is for _replicate",
                "{'source':'db','target':'copy','user_ctx':7}|`user_ctx` must be a JSON object",
                "{'source':'db','target':'copy','user_ctx':{'name':''}}|`user_ctx.name` must be a non-empty string",
                "{'source':'db','target':'copy','user_ctx':{'roles':'x'}}|`user_ctx.roles` must be an array of strings"
            })
    void whatIsWrongIsNamed(String document, String reason) {
        HttpResponse<String> answer = served.put(DOCUMENT, document.replace('\'', '"'));
        assertEquals(403, answer.statusCode(), answer.body());
        assertTrue(
                answer.body().startsWith("{\"error\":\"forbidden\",")
                        && answer.body().contains(reason),
                answer.body());
        assertEquals(404, served.get(DOCUMENT).statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'source':'db','target':'copy'}",
                "{'source':'db','target':'copy','continuous':null,'filter':null,'note':[1,{}],'owner':'admin'}",
                "{'source':{'url':'http://h:1/d','headers':{'a':'b'}},'target':'copy','doc_ids':[]}",
                "{'source':'db','target':'copy','cancel':false,'user_ctx':{'name':null,'roles':['_admin']}}",
                "{'_replication_state':'failed','_replication_state_reason':'it was taken elsewhere','source':7}"
            })
    void whatMakesSenseOrHasFailedAlreadyIsTaken(String document) {
        HttpResponse<String> answer = served.put(DOCUMENT, document.replace('\'', '"'));
        assertEquals(201, answer.statusCode(), answer.body());
    }

    @Test
    void noWayOfSavingPassesTheRule() {
        assertRefused(served.put(DOCUMENT, BAD));
        assertRefused(served.put(DOCUMENT + "?batch=ok", BAD));
        assertRefused(served.put(DOCUMENT + "?new_edits=false", BAD.replace("{\"s", "{\"_rev\":\"1-a\",\"s")));
        assertRefused(served.post("/_replicator", BAD.replace("{\"s", "{\"_id\":\"job\",\"s")));
        String related =
                "--x\r\n\r\n" + BAD.replace("{\"s", "{\"_attachments\":{\"a\":{\"follows\":true,\"length\":1}},\"s")
                        + "\r\n--x\r\n\r\nA\r\n--x--";
        assertRefused(served.put(DOCUMENT, related, "Content-Type", "multipart/related; boundary=x"));
        HttpResponse<String> attachment = served.put(DOCUMENT + "/a", "A");
        assertEquals(403, attachment.statusCode(), attachment.body());
        assertTrue(attachment.body().contains("there is no `source`"), attachment.body());
        assertEquals(404, served.get(DOCUMENT).statusCode());
    }

    @Test
    void aCopyIsAskedToo() {
        served.save("/_replicator/_local/x", BAD);
        assertRefused(served.send(
                "COPY",
                "/_replicator/_local/x",
                BodyPublishers.noBody(),
                BodyHandlers.ofString(),
                "Destination",
                "job"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2000})
    void inBulkTheOthersAreSaved(int bytes) {
        String good = "{\"_id\":\"%s\",\"source\":\"db\",\"target\":\"copy\",\"pad\":\"" + "x".repeat(bytes) + "\"}";
        HttpResponse<String> answer = served.post(
                "/_replicator/_bulk_docs",
                "{\"docs\":[" + good.formatted("z") + "," + BAD.replace("{\"s", "{\"_id\":\"job\",\"s") + ","
                        + good.formatted("a") + "]}");
        assertEquals(201, answer.statusCode(), answer.body());
        assertTrue(
                answer.body()
                        .matches("(?s)\\[\\{\"ok\":true,\"id\":\"z\",\"rev\":\"1-\\w+\"},"
                                + "\\{\"id\":\"job\",\"error\":\"forbidden\",\"reason\":\"" + REASON + "\"},"
                                + "\\{\"ok\":true,\"id\":\"a\",\"rev\":\"1-\\w+\"}]\n"),
                answer.body());
        assertEquals(404, served.get(DOCUMENT).statusCode());
        assertEquals(200, served.get("/_replicator/a").statusCode());
    }

    @Test
    void replicatedOnesAreAskedTooAndTheRowSaysWhichRevision() {
        HttpResponse<String> answer = served.post(
                "/_replicator/_bulk_docs",
                "{\"new_edits\":false,\"docs\":[" + BAD.replace("{\"s", "{\"_id\":\"job\",\"_rev\":\"3-abc\",\"s")
                        + ",{\"_id\":\"good\",\"_rev\":\"1-abc\",\"source\":\"db\",\"target\":\"copy\"}]}");
        assertEquals(
                "[{\"id\":\"job\",\"error\":\"forbidden\",\"reason\":\"" + REASON + "\",\"rev\":\"3-abc\"}]\n",
                answer.body());
        assertEquals(404, served.get(DOCUMENT).statusCode());
        assertEquals(200, served.get("/_replicator/good").statusCode());
    }

    @Test
    void aReplicationIntoSuchADatabaseCountsThem() throws IOException {
        served.close();
        served = new Served(folder);
        served.save("/db/job", BAD);
        served.save("/db/good", "{\"source\":\"db\",\"target\":\"copy\",\"_replication_state\":\"failed\"}");
        served.put("/mine%2F_replicator", "");
        HttpResponse<String> answer = served.post("/_replicate", "{\"source\":\"db\",\"target\":\"mine/_replicator\"}");
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"docs_written\":1,\"doc_write_failures\":1"), answer.body());
        assertEquals(404, served.get("/mine%2F_replicator/job").statusCode());
        assertEquals(200, served.get("/mine%2F_replicator/good").statusCode());
    }

    @Test
    void whatIsNoRequestForAReplicationIsNotAsked() {
        assertEquals(201, served.put("/_replicator/_design/d", BAD).statusCode());
        assertEquals(201, served.put("/_replicator/_local/l", BAD).statusCode());
        assertEquals(201, served.put("/db/job", BAD).statusCode());
        served.put("/no_replicator", "");
        assertEquals(201, served.put("/no_replicator/job", BAD).statusCode());
        served.put("/a%2F_replicator", "");
        assertEquals(403, served.put("/a%2F_replicator/job", BAD).statusCode());
    }

    @Test
    void aDocumentCanAlwaysBeDeleted() {
        String revision = served.save(DOCUMENT, "{\"source\":\"db\",\"target\":\"copy\"}");
        assertEquals(
                403,
                served.put(DOCUMENT + "?rev=" + revision, "{\"source\":\"db\"}").statusCode());
        assertEquals(
                200,
                served.put(DOCUMENT + "?rev=" + revision, "{\"_deleted\":true}").statusCode());
        revision = served.save(DOCUMENT, "{\"source\":\"db\",\"target\":\"copy\"}");
        assertEquals(200, served.delete(DOCUMENT + "?rev=" + revision).statusCode());
    }
}
