package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where forms of browsers lead after a login: never to another server. */
class SessionRedirectTest {
    private static final String RIGHT = "name=admin&password=secret";
    private static final String WRONG = "name=admin&password=other";

    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> logIn(String query, String form) {
        return served.anonymously(
                "POST", "/_session" + query, form, "Content-Type", "application/x-www-form-urlencoded");
    }

    private static Optional<String> cookie(HttpResponse<String> answer) {
        return answer.headers().firstValue("Set-Cookie");
    }

    @ParameterizedTest
    @CsvSource({
        "/app, app",
        "/, ''",
        "/db/_design/x?a=b%26c, db/_design/x?a=b&c",
        "//other.host/, /other.host/",
        "/%5Cother.host, \\other.host",
        "/a%0D%0ASet-Cookie:%20x=y, a%0D%0ASet-Cookie:%20x=y",
        "/%C3%BC%20x, %C3%BC%20x",
    })
    void leadsToAPathOfThisServer(String next, String path) {
        HttpResponse<String> answer = logIn("?next=" + next, RIGHT);
        assertEquals(302, answer.statusCode());
        String location = answer.headers().firstValue("Location").orElseThrow();
        assertEquals(served.uri("/").toString() + path, location);
        assertEquals(1, answer.headers().allValues("Set-Cookie").size());
        assertTrue(cookie(answer).orElseThrow().startsWith("AuthSession="));
        assertEquals("{\"ok\":true,\"name\":\"admin\",\"roles\":[\"_admin\"]}\n", answer.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"?next=http://other.host/", "?next=other", "?next=", "?next=%09/x", "?fail=http://other.host/"})
    void whatIsNoPathIsRefusedAndNobodyLoggedIn(String query) {
        HttpResponse<String> refused = logIn(query, RIGHT);
        assertEquals(400, refused.statusCode());
        assertEquals("{\"error\":\"bad_request\",\"reason\":\"path must begin with a /.\"}\n", refused.body());
        assertEquals(Optional.empty(), cookie(refused));
    }

    @Test
    void aWrongPasswordLeadsElsewhereOnlyWhereAsked() {
        assertEquals(401, logIn("?next=/app", WRONG).statusCode());
        HttpResponse<String> failed = logIn("?next=/app&fail=/again", WRONG);
        assertEquals(302, failed.statusCode());
        assertEquals(
                served.uri("/again").toString(),
                failed.headers().firstValue("Location").orElseThrow());
        assertTrue(failed.body().startsWith("{\"error\":\"unauthorized\""), failed.body());
        assertEquals(Optional.empty(), cookie(failed));
        assertEquals(302, logIn("?next=/app&fail=/again", RIGHT).statusCode());
    }

    @Test
    void loggingOutLeadsOnToo() {
        HttpResponse<String> out = served.delete("/_session?next=/bye");
        assertEquals(302, out.statusCode());
        assertEquals(
                served.uri("/bye").toString(),
                out.headers().firstValue("Location").orElseThrow());
        assertTrue(cookie(out).orElseThrow().startsWith("AuthSession=;"));
        assertEquals(400, served.delete("/_session?next=bye").statusCode());
    }

    @Test
    void whoHasNoSessionCanBeAskedForOne() {
        assertEquals(401, served.anonymously("GET", "/_session?basic=true", "").statusCode());
        assertEquals(200, served.anonymously("GET", "/_session?basic=false", "").statusCode());
        assertEquals(200, served.get("/_session?basic=true").statusCode());
    }
}
