package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replication may do with databases here what its owner may. */
class ReplicationRightsTest {
    @TempDir
    Path folder;

    private Callers callers;

    @BeforeEach
    void start() throws IOException {
        callers = new Callers(folder, false);
        for (String database : new String[] {"db", "copy", "closed"}) {
            assertEquals(201, admin("PUT", "/" + database, "").statusCode());
        }
        open("db");
        open("copy");
        admin("PUT", "/db/a", "{}");
        admin("PUT", "/db/b", "{\"_attachments\":{\"n\":{\"data\":\"YQ==\"}}}");
        admin("PUT", "/db/_design/d", "{}");
        admin("PUT", "/db/_design/e", "{\"_attachments\":{\"n\":{\"data\":\"YQ==\"}}}");
        admin("PUT", "/closed/secret", "{}");
    }

    @AfterEach
    void stop() {
        callers.close();
    }

    private HttpResponse<String> admin(String method, String path, String body) {
        return callers.by("admin", method, path, body);
    }

    private void open(String database) {
        assertEquals(
                200,
                admin("PUT", "/" + database + "/_security", Callers.SECURITY).statusCode());
    }

    private HttpResponse<String> replicate(String name, String source, String target, String more) {
        return callers.by(
                name,
                "POST",
                "/_replicate",
                "{\"source\":\"" + source + "\",\"target\":\"" + target + "\"" + more + "}");
    }

    private static void assertAnswer(int status, String words, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(words), answer.body());
    }

    @Test
    void aMemberReplicatesButForDesignDocuments() {
        HttpResponse<String> answer = replicate("member", "db", "copy", "");
        assertAnswer(200, "\"docs_written\":2,\"doc_write_failures\":2", answer);
        assertEquals(404, admin("GET", "/copy/_design/d", "").statusCode());
        assertEquals(404, admin("GET", "/copy/_design/e", "").statusCode());
        // What a member may not bring over is nobody else's loss.
        assertAnswer(200, "\"docs_written\":2,\"doc_write_failures\":0", replicate("keeper", "db", "copy", ""));
        assertEquals(200, admin("GET", "/copy/_design/e", "").statusCode());
    }

    @Test
    void whatOneMayNotUseOneMayNotReplicate() {
        String stranger = "You are not allowed to access this db.";
        assertAnswer(403, stranger, replicate("member", "closed", "copy", ""));
        assertAnswer(403, stranger, replicate("member", "db", "closed", ""));
        assertAnswer(403, stranger, replicate("stranger", "db", "copy", ",\"continuous\":true"));
        assertAnswer(401, "not a server admin", replicate("member", "_users", "copy", ""));
        assertAnswer(401, "not a server admin", replicate("keeper", "db", "_replicator", ""));
        assertAnswer(401, "not a server admin", replicate("member", "db", "new", ",\"create_target\":true"));
        assertAnswer(200, "docs_written", replicate("member", "db", "copy", ",\"create_target\":true"));
        assertAnswer(404, "db_not_found", replicate("member", "none", "copy", ""));
        assertEquals(404, admin("GET", "/copy/secret", "").statusCode());
        assertEquals(404, admin("GET", "/new", "").statusCode());
        assertEquals(
                401,
                callers.send("POST", "/_replicate", "{\"source\":\"db\",\"target\":\"copy\"}")
                        .statusCode());
    }

    @Test
    void aJobIsItsOwnersAlone() {
        String more = ",\"continuous\":true";
        String keepers = replicate("keeper", "db", "copy", more).body();
        String cancelled = keepers.replace("\"ok\"", "\"cancel\"");
        assertAnswer(401, "not a server admin", callers.by("member", "POST", "/_replicate", cancelled));
        assertAnswer(404, "missing", replicate("member", "db", "copy", more + ",\"cancel\":true"));
        assertEquals(
                200,
                replicate("keeper", "db", "copy", more + ",\"cancel\":true").statusCode());
        assertAnswer(404, "missing", callers.by("admin", "POST", "/_replicate", cancelled));
        assertEquals(202, replicate("keeper", "db", "copy", more).statusCode());
        assertAnswer(200, keepers.replaceAll(".*:|}\\s*", ""), callers.by("admin", "POST", "/_replicate", cancelled));
    }

    /** Or whoever knows what others replicate could ask for it first. */
    @Test
    void nobodyHoldsUpAnothersReplicationByAskingForTheSame() throws InterruptedException {
        String more = ",\"continuous\":true";
        String nowhere = "http://nowhere.invalid/db";
        admin("PUT", "/x%2F_replicator", "");
        admin("PUT", "/x%2F_replicator/_security", "{}");
        String document = "{\"source\":\"" + nowhere + "\",\"target\":\"copy\"" + more + "}";
        assertEquals(202, replicate("member", nowhere, "copy", more).statusCode());
        assertEquals(
                201,
                callers.by("keeper", "PUT", "/x%2F_replicator/keepers", document)
                        .statusCode());
        callers.await("/_scheduler/jobs", "\"keepers\"");
        admin("PUT", "/_replicator/admins", document);
        callers.await("/_scheduler/jobs", "\"admins\"");
        assertEquals(202, replicate("stranger", nowhere, nowhere, more).statusCode());
        assertEquals(202, replicate("member", nowhere, nowhere, more).statusCode());
        assertEquals(202, replicate("admin", nowhere, nowhere, more).statusCode());
        assertTrue(admin("GET", "/_scheduler/jobs", "").body().contains("\"total_rows\":6"));
    }

    @Test
    void whoIsShutOutIsShutOutOfWhatRuns() throws InterruptedException {
        assertEquals(
                202, replicate("member", "db", "copy", ",\"continuous\":true").statusCode());
        await("/copy/a", "\"_id\"");
        admin("PUT", "/db/_security", "{\"members\":{\"names\":[\"keeper\"]}}");
        admin("PUT", "/db/later", "{}");
        await("/_scheduler/jobs", "crashed");
        assertEquals(404, admin("GET", "/copy/later", "").statusCode());
    }

    @Test
    void aDocumentsReplicationHasTheRightsOfItsUser() throws InterruptedException {
        ask("closed", "copy", "\"reader\"");
        await("/_scheduler/docs/_replicator/closed-copy", "You are not allowed to access this db.");
        ask("db", "copy", "\"reader\"");
        await("/_scheduler/docs/_replicator/db-copy", "\"doc_write_failures\":2");
        assertEquals(404, admin("GET", "/copy/secret", "").statusCode());
        assertEquals(
                201,
                admin("PUT", "/_replicator/all", "{\"source\":\"closed\",\"target\":\"db\"}")
                        .statusCode());
        await("/db/secret", "\"_id\"");
    }

    @Test
    void whereUsersWriteDocumentsNobodyIsAnAdministratorByThem() throws InterruptedException {
        admin("PUT", "/_replicator/_security", Callers.SECURITY);
        ask("closed", "copy", "\"reader\",\"_admin\"");
        admin("PUT", "/_replicator/none", "{\"source\":\"closed\",\"target\":\"db\"}");
        await("/_scheduler/docs/_replicator/closed-copy", "You are not allowed to access this db.");
        await("/_scheduler/docs/_replicator/none", "You are not authorized to access this db.");
    }

    @Test
    void whoWritesADocumentAsksForNobodyElse() {
        admin("PUT", "/_replicator/_security", "{}");
        assertEquals(201, admin("PUT", "/notes%2F_replicator", "").statusCode());
        open("notes%2F_replicator");
        String words = "`user_ctx` must be your own name, and roles that you have";
        for (String user : new String[] {
            "{\"name\":\"keeper\",\"roles\":[]}",
            "{\"name\":\"member\",\"roles\":[\"reader\",\"_admin\"]}",
            "{\"name\":null,\"roles\":[]}",
            "{}"
        }) {
            String body =
                    "{\"_id\":\"job\",\"_rev\":\"1-a\",\"source\":\"closed\",\"target\":\"db\",\"user_ctx\":" + user;
            for (String database : new String[] {"_replicator", "notes%2F_replicator"}) {
                for (String document : new String[] {body + "}", body + ",\"_replication_state\":\"failed\"}"}) {
                    String path = "/" + database + "/job?new_edits=false";
                    assertAnswer(403, words, callers.by("member", "PUT", path, document));
                }
            }
        }
        assertEquals(404, admin("GET", "/_replicator/job", "").statusCode());
    }

    @Test
    void aDocumentOfAUserIsNeverTakenForAnAdministrators() throws InterruptedException {
        admin("PUT", "/_replicator/_security", "{}");
        String document = "{\"source\":\"db\",\"target\":\"copy\",\"continuous\":true}";
        assertEquals(
                201, callers.by("member", "PUT", "/_replicator/own", document).statusCode());
        assertEquals(201, callers.send("PUT", "/_replicator/nobodys", document).statusCode());
        admin("PUT", "/_replicator/_security", "{\"members\":{\"roles\":[\"_admin\"]}}");
        assertAnswer(
                200,
                "\"user_ctx\":{\"name\":\"member\",\"roles\":[\"reader\"],\"authenticated\":\"default\"}",
                admin("GET", "/_replicator/own", ""));
        assertAnswer(
                200,
                "\"user_ctx\":{\"name\":null,\"roles\":[],\"authenticated\":\"\"}",
                admin("GET", "/_replicator/nobodys", ""));
        await("/copy/a", "\"_id\"");
        assertEquals(404, admin("GET", "/copy/_design/d", "").statusCode());
    }

    /** Has a document ask on behalf of a member, with the roles that it says the member has. */
    private void ask(String source, String target, String roles) {
        String document = "{\"source\":\"" + source + "\",\"target\":\"" + target
                + "\",\"user_ctx\":{\"name\":\"member\",\"roles\":[" + roles + "]}}";
        assertEquals(
                201,
                admin("PUT", "/_replicator/" + source + "-" + target, document).statusCode());
    }

    private void await(String path, String words) throws InterruptedException {
        callers.await(path, words);
    }
}
