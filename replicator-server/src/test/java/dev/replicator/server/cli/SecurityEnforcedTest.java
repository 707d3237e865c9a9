package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code _security} says holds for databases, and what is in them. */
class SecurityEnforcedTest {
    private static final String NOT_ADMIN = "\"error\":\"forbidden\",\"reason\":\"You are not a db or server admin.\"";

    @TempDir
    Path folder;

    private Callers callers;

    @BeforeEach
    void start() throws IOException {
        callers = new Callers(folder, false);
        assertEquals(201, status("admin", "PUT", "/db", ""));
        assertEquals(200, status("admin", "PUT", "/db/_security", Callers.SECURITY));
    }

    @AfterEach
    void stop() {
        callers.close();
    }

    private int status(String name, String method, String path, String body) {
        return callers.by(name, method, path, body).statusCode();
    }

    private void assertRefused(int status, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("You are not a db or server admin."), answer.body());
    }

    @Test
    void aNewDatabaseIsForAdministratorsOnly() {
        assertEquals(201, status("admin", "PUT", "/new", ""));
        for (String name : new String[] {"stranger", "member", "keeper"}) {
            assertEquals(403, status(name, "GET", "/new", ""));
            assertEquals(403, status(name, "PUT", "/new/id", "{}"));
        }
        assertEquals(401, callers.send("GET", "/new", "").statusCode());
    }

    @Test
    void aChangeHoldsFromTheNextRequestOn() {
        assertEquals(200, status("member", "GET", "/db", ""));
        assertEquals(200, status("keeper", "PUT", "/db/_security", "{\"members\":{\"names\":[\"stranger\"]}}"));
        assertEquals(403, status("member", "GET", "/db", ""));
        assertEquals(200, status("stranger", "GET", "/db", ""));
        assertEquals(403, status("keeper", "PUT", "/db/_security", Callers.SECURITY), "no administrator any more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"continuous", "eventsource", "longpoll"})
    void aFeedEndsBeforeItShowsWhatItsReaderMayNotSee(String kind) throws Exception {
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<HttpResponse<String>> feed = thread.submit(
                    () -> callers.by("member", "GET", "/db/_changes?include_docs=true&timeout=20000&feed=" + kind, ""));
            Instant end = Instant.now().plusSeconds(20);
            String open = "/_node/_local/_stats/couchdb/httpd/clients_requesting_changes";
            while (!callers.by("admin", "GET", open, "").body().contains("\"value\":1,")) {
                assertTrue(Instant.now().isBefore(end), "the feed never began");
            }
            assertEquals(200, status("keeper", "PUT", "/db/_security", "{\"members\":{\"names\":[\"keeper\"]}}"));
            assertEquals(201, status("admin", "PUT", "/db/later", "{}"));
            try {
                // Where nothing was sent before.
                assertEquals(403, feed.get(10, TimeUnit.SECONDS).statusCode());
            } catch (ExecutionException e) {
                assertTrue(e.getCause().getCause() instanceof IOException, "it was not broken off");
            }
        }
    }

    @Test
    void aDatabaseMadeAnewForgetsTheFormer() {
        assertEquals(200, status("member", "GET", "/db", ""));
        assertEquals(200, status("admin", "DELETE", "/db", ""));
        assertEquals(404, status("member", "GET", "/db", ""));
        assertEquals(201, status("admin", "PUT", "/db", ""));
        assertEquals(403, status("member", "GET", "/db", ""));
    }

    @Test
    void withoutMembersADatabaseIsOpenToAllButForDesignDocuments() {
        assertEquals(200, status("admin", "PUT", "/db/_security", "{}"));
        assertEquals(201, callers.send("PUT", "/db/id", "{}").statusCode());
        assertEquals(200, callers.send("GET", "/db/id", "").statusCode());
        assertRefused(401, callers.send("PUT", "/db/_design/d", "{}"));
        assertRefused(401, callers.send("PUT", "/db/_security", "{}"));
        assertRefused(403, callers.by("stranger", "DELETE", "/db/_design/d", ""));
    }

    @Test
    void aChangeWithoutABodyOpensNothing() {
        assertEquals(400, status("keeper", "PUT", "/db/_security", ""));
        assertEquals(403, status("stranger", "GET", "/db", ""));
    }

    @Test
    void readersAreMembersByTheirOldName() {
        assertEquals(200, status("admin", "PUT", "/db/_security", "{\"readers\":{\"names\":[\"member\"]}}"));
        assertEquals(200, status("member", "GET", "/db", ""));
        assertEquals(403, status("stranger", "GET", "/db", ""));
    }

    @Test
    void usersStayWithTheAdministrators() {
        HttpResponse<String> answer = callers.by("admin", "PUT", "/_users/_security", "{}");
        assertEquals(403, answer.statusCode());
        assertEquals(
                "{\"error\":\"forbidden\",\"reason\":\"You can't edit the security object of the user database.\"}\n",
                answer.body());
        assertEquals(403, status("stranger", "GET", "/_users/org.couchdb.user:stranger", ""));
    }

    @Test
    void aDesignDocumentIsForAdministratorsOnEveryWay() {
        assertEquals(201, status("keeper", "PUT", "/db/_design/d", "{}"));
        assertEquals(200, status("member", "GET", "/db/_design/d", ""));
        assertRefused(403, callers.by("member", "PUT", "/db/_design/e", "{}"));
        assertRefused(403, callers.by("member", "PUT", "/db/_design%2Fe", "{}"));
        assertRefused(403, callers.by("member", "POST", "/db", "{\"_id\":\"_design/e\"}"));
        assertRefused(403, callers.by("member", "PUT", "/db/_design/e/a.txt", "text"));
        assertRefused(403, callers.by("member", "PUT", "/db/_design/e?new_edits=false", "{\"_rev\":\"1-a\"}"));
        assertEquals(201, status("member", "PUT", "/db/id", "{}"));
        assertRefused(403, copy("id", "_design/e"));
        assertRefused(403, copy("id", "_design%2Fe"));
        assertEquals(201, copy("_design/d", "copied").statusCode());
        assertEquals(404, status("admin", "GET", "/db/_design/e", ""));
    }

    private HttpResponse<String> copy(String from, String to) {
        return callers.send(
                "COPY", "/db/" + from, "", "Authorization", Callers.basic("member", "secret"), "Destination", to);
    }

    @Test
    void ofManyDocumentsTheOthersAreSaved() {
        String docs = "[{\"_id\":\"_design/e\",\"_rev\":\"1-a\"},{\"_id\":\"id\",\"_rev\":\"1-b\"}]";
        HttpResponse<String> replicated =
                callers.by("member", "POST", "/db/_bulk_docs", "{\"new_edits\":false,\"docs\":" + docs + "}");
        assertEquals(201, replicated.statusCode());
        assertEquals(
                "[{\"id\":\"_design/e\"," + NOT_ADMIN + ",\"rev\":\"1-a\"}]",
                replicated.body().strip());
        HttpResponse<String> edited = callers.by(
                "member", "POST", "/db/_bulk_docs", "{\"docs\":[{\"_id\":\"_design/e\"},{\"_id\":\"other\"}]}");
        assertTrue(edited.body().startsWith("[{\"id\":\"_design/e\"," + NOT_ADMIN + "},{\"ok\":true"), edited.body());
        assertEquals(404, status("admin", "GET", "/db/_design/e", ""));
        assertEquals(200, status("member", "GET", "/db/id", ""));
        assertEquals(200, status("member", "GET", "/db/other", ""));
        String byKeeper = callers.by("keeper", "POST", "/db/_bulk_docs", "{\"new_edits\":false,\"docs\":" + docs + "}")
                .body();
        assertEquals("[]", byKeeper.strip());
    }
}
