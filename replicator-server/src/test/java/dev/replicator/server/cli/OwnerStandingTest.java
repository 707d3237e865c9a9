package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import dev.replicator.server.config.PasswordKeys;
import dev.replicator.server.config.ReachKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody began goes on as long as they are who they were. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OwnerStandingTest {
    private static final String ANN = "/_users/org.couchdb.user:ann";
    private static final String BOB = "/_node/_local/_config/admins/bob";
    private static final String CONTINUOUS = ",\"continuous\":true}";

    @TempDir
    private Path folder;

    private ServedUsers server;

    @BeforeEach
    void start() throws IOException {
        server = new ServedUsers(
                folder,
                new ServedUsers.Setting(PasswordKeys.ITERATIONS, "10"),
                new ServedUsers.Setting(Keys.BACKOFF_INTERVAL, "20"),
                new ServedUsers.Setting(ReachKeys.ALLOWED_HOSTS, "127.0.0.1"));
        for (String database : new String[] {"db", "copy", "closed"}) {
            admin("PUT", "/" + database, "");
        }
        String readers = "{\"members\":{\"roles\":[\"reader\"]}}";
        admin("PUT", "/db/_security", readers);
        admin("PUT", "/copy/_security", readers);
        admin("PUT", ANN, user("\"reader\"", ",\"password\":\"secret\""));
        admin("PUT", BOB, "\"secret\"");
        admin("PUT", "/db/first", "{}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String user(String roles, String more) {
        return "{\"name\":\"ann\",\"type\":\"user\",\"roles\":[" + roles + "]" + more + "}";
    }

    private String admin(String method, String path, String body) {
        HttpResponse<String> answer = server.send("admin", method, path, body);
        assertTrue(answer.statusCode() < 300, method + " " + path + " " + answer.body());
        return answer.body();
    }

    private void await(String path, Predicate<HttpResponse<String>> wanted) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        HttpResponse<String> answer = server.send("admin", "GET", path, "");
        while (!wanted.test(answer)) {
            assertTrue(System.nanoTime() < end, path + " " + answer.body());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            answer = server.send("admin", "GET", path, "");
        }
    }

    private void awaitThere(String path) {
        await(path, answer -> answer.statusCode() == 200);
    }

    private void awaitWords(String path, String words) {
        await(path, answer -> answer.body().contains(words));
    }

    private void replicate(String name, String source, String target) {
        assertEquals(
                "202",
                server.by(
                        name,
                        "POST",
                        "/_replicate",
                        "{\"source\":\"" + source + "\",\"target\":\"" + target + "\"" + CONTINUOUS));
    }

    /** Writes, and sees that it goes nowhere. */
    private void assertEnded(String target) {
        admin("PUT", "/db/later", "{}");
        awaitWords("/_scheduler/jobs", "\"total_rows\":0");
        assertEquals("404 not_found missing", server.by("admin", "GET", "/" + target + "/later", ""));
    }

    private void deleteAnn() {
        admin("DELETE", ANN + "?rev=" + server.rev(ANN), "");
    }

    @Test
    void aReplicationEndsWithItsOwner() {
        replicate("ann", "db", "copy");
        awaitThere("/copy/first");
        deleteAnn();
        assertEnded("copy");
    }

    @Test
    void oneWhoseRolesAreTakenWaitsUntilTheyAreGivenBack() {
        replicate("ann", "db", "copy");
        awaitThere("/copy/first");
        String own = admin("GET", ANN, "");
        String hash = own.replaceFirst(".*?,\"name\"", ",\"x\":0,\"name\"").replaceAll("(?s)\\}\\s*$", "");
        String without = "{\"_rev\":\"" + server.rev(ANN) + "\"" + hash.replace("[\"reader\"]", "[]") + "}";
        admin("PUT", ANN, without);
        admin("PUT", "/db/later", "{}");
        awaitWords("/_scheduler/jobs", "You are not allowed to access this db.");
        assertEquals("404 not_found missing", server.by("admin", "GET", "/copy/later", ""));
        admin("PUT", ANN, "{\"_rev\":\"" + server.rev(ANN) + "\"" + hash + "}");
        awaitThere("/copy/later");
    }

    @Test
    void thatOfADocumentSaysSo() {
        admin("PUT", "/_replicator/_security", "{}");
        String document = "{\"source\":\"db\",\"target\":\"copy\"" + CONTINUOUS;
        assertEquals("201", server.by("ann", "PUT", "/_replicator/job", document));
        admin("PUT", "/_replicator/_security", "{\"members\":{\"roles\":[\"_admin\"]}}");
        awaitThere("/copy/first");
        deleteAnn();
        admin("PUT", "/db/later", "{}");
        awaitWords("/_scheduler/docs/_replicator/job", "There is no such user or administrator any more.");
        assertEquals("404 not_found missing", server.by("admin", "GET", "/copy/later", ""));
    }

    @Test
    void anAdministratorsEndsWhenTheyAreNoneAnyMore() {
        replicate("bob", "db", "closed");
        awaitThere("/closed/first");
        admin("DELETE", BOB, "");
        assertEnded("closed");
    }

    @Test
    void soDoesOneThatOnlyAsksOthers() {
        String here = "http://admin:secret@127.0.0.1:" + server.port() + "/";
        replicate("bob", here + "db", here + "closed");
        awaitThere("/closed/first");
        admin("DELETE", BOB, "");
        assertEnded("closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/db/_changes?", "/_db_updates?", "/_users/_changes?"})
    void theirFeedsEndToo(String path) throws IOException, InterruptedException {
        String feed = "http://127.0.0.1:" + server.port() + path + "feed=continuous&heartbeat=50";
        HttpRequest request = HttpRequest.newBuilder(URI.create(feed))
                .header("Authorization", Callers.basic("bob", "secret"))
                .build();
        try (HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                InputStream rows =
                        client.send(request, BodyHandlers.ofInputStream()).body()) {
            assertTrue(rows.read() > 0, "it begins");
            admin("DELETE", BOB, "");
            assertThrows(IOException.class, rows::readAllBytes, "it is broken off");
        }
    }

    /** Of a user who is no administrator: by the roles, and the user, that there are by now. */
    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE"})
    void soDoesAFeedOfWhoIsNoReaderAnyMore(String method) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port()
                        + "/db/_changes?feed=continuous&heartbeat=50&include_docs=true"))
                .header("Authorization", Callers.basic("ann", "secret"))
                .build();
        try (HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                BufferedReader rows = new BufferedReader(new InputStreamReader(
                        client.send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            assertTrue(rows.readLine().contains("\"first\""), "it begins");
            admin(method, ANN + "?rev=" + server.rev(ANN), method.equals("PUT") ? user("\"writer\"", "") : "");
            admin("PUT", "/db/later", "{}");
            assertThrows(
                    UncheckedIOException.class,
                    () -> rows.lines().forEach(row -> assertEquals("", row)),
                    "it is broken off");
        }
    }
}
