package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.access.KnownCallers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In replicator databases that users write, each has the own documents. */
class ReplicatorOwnersTest {
    private static final String PASSWORD = "SEKRET";

    /** Each way there is to log in somewhere. */
    private static final String DOCUMENT = """
            {"source":"https://me:SEKRET@example.org/db",
             "target":{"url":"https://me:SEKRET@example.org/db","headers":{"Cookie":"SEKRET"},
                       "auth":{"basic":{"username":"me","password":"SEKRET"}}},
             "user_ctx":{"name":"member","roles":["reader"]},"_replication_state":"failed"}""";

    @TempDir
    private Path folder;

    private Callers callers;

    @BeforeEach
    void start() throws IOException {
        callers = new Callers(folder, false);
        callers.by("admin", "PUT", "/x%2F_replicator", "");
        for (String database : new String[] {"_replicator", "x%2F_replicator"}) {
            callers.by("admin", "PUT", "/" + database + "/_security", "{\"admins\":{\"names\":[\"keeper\"]}}");
            assertStatus(201, callers.by("member", "PUT", "/" + database + "/job", DOCUMENT));
        }
    }

    @AfterEach
    void stop() {
        callers.close();
    }

    private static void assertStatus(int status, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
    }

    private String revision(String path) {
        return callers.by("admin", "HEAD", path, "")
                .headers()
                .firstValue("ETag")
                .orElseThrow()
                .replace("\"", "");
    }

    private String read(String name, String method, String path, String body) {
        HttpResponse<String> answer = callers.by(name, method, path, body);
        assertEquals(200, answer.statusCode(), name + " " + path + " " + answer.body());
        return answer.body();
    }

    private void assertSeenByItsOwnerAlone(String method, String path, String body) {
        for (String name : new String[] {"member", "keeper", "admin"}) {
            assertTrue(read(name, method, path, body).contains(PASSWORD), name + " " + path);
        }
        String seen = read("stranger", method, path, body);
        assertFalse(seen.contains(PASSWORD), seen);
        assertTrue(seen.contains("\"source\":\"https://example.org/db\""), seen);
        assertTrue(seen.contains("\"target\":{\"url\":\"https://example.org/db\"}"), seen);
    }

    @Test
    void nobodyReadsTheCredentialsOfAnother() {
        String revision = revision("/x%2F_replicator/job");
        for (String database : new String[] {"/_replicator", "/x%2F_replicator"}) {
            assertSeenByItsOwnerAlone("GET", database + "/job", "");
            assertSeenByItsOwnerAlone("GET", database + "/job?rev=" + revision, "");
            assertSeenByItsOwnerAlone("GET", database + "/job?open_revs=all", "");
            assertSeenByItsOwnerAlone("GET", database + "/job?open_revs=%5B%22" + revision + "%22%5D&latest=true", "");
            assertSeenByItsOwnerAlone("POST", database + "/_bulk_get", "{\"docs\":[{\"id\":\"job\"}]}");
        }
        assertSeenByItsOwnerAlone("GET", "/x%2F_replicator/_all_docs?include_docs=true", "");
        assertSeenByItsOwnerAlone("POST", "/x%2F_replicator/_all_docs", "{\"keys\":[\"job\"],\"include_docs\":true}");
        assertSeenByItsOwnerAlone("GET", "/x%2F_replicator/_changes?include_docs=true", "");
        assertSeenByItsOwnerAlone(
                "GET", "/x%2F_replicator/_changes?include_docs=true&style=all_docs&descending=true", "");
    }

    @Test
    void nobodyGuessesThem() {
        String path = "/x%2F_replicator/_changes?filter=_selector";
        String guess = "{\"selector\":{\"target.headers.Cookie\":\"SEKRET\"}}";
        assertTrue(read("member", "POST", path, guess).contains("\"id\":\"job\""));
        assertFalse(read("stranger", "POST", path, guess).contains("\"id\":\"job\""));
        guess = "{\"selector\":{\"source\":{\"$regex\":\"SEK\"}}}";
        assertTrue(read("member", "POST", path, guess).contains("\"id\":\"job\""));
        assertFalse(read("stranger", "POST", path, guess).contains("\"id\":\"job\""));
    }

    @Test
    void formerRevisionsAndOddWordsHideThemToo() {
        String former = revision("/_replicator/job");
        String odd = """
                {"source":{"url":"http://a:SEKRET/@b@example.org/db","oauth":{"token":"SEKRET"},"x":"SEKRET"},
                 "target":["SEKRET"],"proxy":"http://a:SEKRET@proxy","_replication_state":"failed","_rev":"REVISION"}""";
        assertStatus(201, callers.by("member", "PUT", "/_replicator/job", odd.replace("REVISION", former)));
        assertFalse(
                read("stranger", "GET", "/_replicator/job?rev=" + former, "").contains(PASSWORD));
        String seen = read("stranger", "GET", "/_replicator/job", "");
        assertFalse(seen.contains(PASSWORD), seen);
        assertTrue(seen.contains("{\"url\":\"http://example.org/db\"}"), seen);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.org/db?key=SEKRET",
                "http://example.org/db?key=a@SEKRET",
                "http://example.org/db#SEKRET",
                "http://me:SEK?RET@example.org/db?key=SEKRET",
                "http://me:SEK#SEKRET@example.org/db",
                "me:SEKRET@example.org/db"
            })
    void nothingBehindThePathOfAUrlIsShown(String url) {
        String document =
                "{\"source\":\"" + url + "\",\"target\":{\"url\":\"" + url + "\"},\"_replication_state\":\"failed\"}";
        assertStatus(201, callers.by("member", "PUT", "/_replicator/odd", document));
        assertTrue(read("member", "GET", "/_replicator/odd", "").contains(PASSWORD));
        String seen = read("stranger", "GET", "/_replicator/odd", "");
        assertFalse(seen.contains(PASSWORD) || seen.contains("me:SEK"), seen);
    }

    /** What a feed shows was decided when it began; so it ends when that is true no more. */
    @Test
    @Timeout(60)
    void whoKeepsADatabaseNoMoreReadsNoFurtherCredentials() throws IOException, InterruptedException {
        String path = "http://127.0.0.1:" + callers.port() + "/x%2F_replicator";
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest feed = HttpRequest.newBuilder(
                            URI.create(path + "/_changes?include_docs=true&feed=continuous&heartbeat=50"))
                    .header("Authorization", Callers.basic("keeper", KnownCallers.PASSWORD))
                    .build();
            try (InputStream shown =
                    client.send(feed, HttpResponse.BodyHandlers.ofInputStream()).body()) {
                BufferedReader rows = new BufferedReader(new InputStreamReader(shown, StandardCharsets.UTF_8));
                assertTrue(rows.readLine().contains(PASSWORD));
                callers.by("admin", "PUT", "/x%2F_replicator/_security", "{\"admins\":{\"names\":[\"another\"]}}");
                assertStatus(201, callers.by("member", "PUT", "/x%2F_replicator/later", DOCUMENT));
                assertThrows(
                        UncheckedIOException.class,
                        () -> rows.lines().forEach(row -> assertEquals("", row)),
                        "it is broken off");
            }
        }
        String seen = read("keeper", "GET", "/x%2F_replicator/later", "");
        assertFalse(seen.contains(PASSWORD), seen);
    }

    @Test
    void aCopyHasNoneOfThem() {
        HttpResponse<String> copied = callers.send(
                "COPY",
                "/_replicator/job",
                "",
                "Authorization",
                Callers.basic("stranger", "secret"),
                "Destination",
                "mine");
        assertStatus(403, copied);
        assertStatus(404, callers.by("admin", "GET", "/_replicator/mine", ""));
    }

    private void assertRefused(HttpResponse<String> answer) {
        assertStatus(403, answer);
        assertTrue(answer.body().contains("Can't update replication documents from other users."), answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/_replicator", "/x%2F_replicator"})
    void nobodyChangesOrDeletesTheDocumentOfAnother(String database) {
        String job = database + "/job";
        String revision = revision(job);
        String mine = "{\"source\":\"a\",\"target\":\"b\",\"_replication_state\":\"failed\"";
        assertRefused(callers.by("stranger", "PUT", job, mine + "}"));
        assertRefused(callers.by("stranger", "PUT", job + "?rev=" + revision, mine + "}"));
        assertRefused(callers.by("stranger", "PUT", job + "?new_edits=false", mine + ",\"_rev\":\"2-aaaa\"}"));
        assertRefused(callers.by("stranger", "DELETE", job + "?rev=" + revision, ""));
        assertRefused(callers.by("stranger", "PUT", job + "/att?rev=" + revision, "x"));
        assertRefused(callers.send("PUT", job + "?rev=" + revision, mine + "}", "Content-Type", "application/json"));
        assertRefused(callers.by("stranger", "PUT", database + "/other", mine + ",\"owner\":\"member\"}"));
        HttpResponse<String> rows =
                callers.by("stranger", "POST", database + "/_bulk_docs", "{\"docs\":[" + mine + ",\"_id\":\"job\"}]}");
        assertTrue(rows.body().contains("\"error\":\"forbidden\""), rows.body());
        assertEquals(revision, revision(job));
    }

    @Test
    void theOwnerAndAdministratorsDo() {
        String mine = "{\"source\":\"a\",\"target\":\"b\",\"_replication_state\":\"failed\"}";
        String path = "/_replicator/job?rev=";
        assertStatus(201, callers.by("member", "PUT", path + revision("/_replicator/job"), mine));
        String changed = mine.replace("}", ",\"owner\":\"member\"}");
        assertStatus(201, callers.by("admin", "PUT", path + revision("/_replicator/job"), changed));
        assertTrue(read("stranger", "GET", "/_replicator/job", "").contains("\"owner\":\"member\""));
        assertStatus(200, callers.by("keeper", "DELETE", path + revision("/_replicator/job"), ""));
        assertStatus(201, callers.by("stranger", "PUT", "/_replicator/job", mine));
        assertTrue(read("member", "GET", "/_replicator/job", "").contains("\"owner\":\"stranger\""));
        assertStatus(201, callers.by("admin", "PUT", "/_replicator/own", mine.replace("}", ",\"owner\":null}")));
        assertTrue(read("member", "GET", "/_replicator/own", "").contains("\"owner\":\"admin\""));
    }
}
