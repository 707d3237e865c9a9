package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.store.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server in this process: what it answers for itself, and who may ask. */
class ReplicatorServerTest {
    private static final String HASH =
            "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1";

    @TempDir
    private Path folder;

    private final MemoryStore store = new MemoryStore();
    private final List<String> announced = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private ReplicatorServer server;

    private Settings.Builder settings() {
        return new Settings.Builder()
                .set("", Keys.PORT, "0")
                .set("", Keys.DATABASE_DIR, folder.toString())
                .set("", Keys.MAX_UUIDS, "5");
    }

    private void start(Settings.Builder settings) throws IOException {
        server = ReplicatorServer.start(settings.build(), store, announced::add);
    }

    @AfterEach
    void stop() {
        client.close();
        if (server != null) {
            server.close();
        }
        store.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path.substring(1)))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private String get(String path, String... headers) throws Exception {
        return send("GET", path, "", headers).body();
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void answersForItselfWithoutCredentials() throws Exception {
        start(settings().admin("--admin", "admin", HASH));
        assertTrue(
                get("/").matches(
                                "\\{\"couchdb\":\"Welcome\",\"version\":\"3\\.[0-9.]+\",\"uuid\":\"" + store.uuid()
                                        + "\",\"features\":\\[\"scheduler\"\\],\"vendor\":\\{\"name\":\"Replicator\",\"version\":\"[^\"]+\"\\}\\}\n"),
                get("/"));
        assertEquals("{\"status\":\"ok\",\"seeds\":{}}\n", get("/_up"));
        assertTrue(get("/_uuids").matches("\\{\"uuids\":\\[\"[0-9a-f]{32}\"\\]\\}\n"));
        assertTrue(get("/_uuids?count=3").matches("\\{\"uuids\":\\[(\"[0-9a-f]{32}\",?){3}\\]\\}\n"));
        assertEquals(
                "{\"error\":\"bad_request\",\"reason\":\"count must be a positive integer\"}\n",
                get("/_uuids?count=abc"));
        assertEquals("{\"error\":\"bad_request\",\"reason\":\"count parameter too large\"}\n", get("/_uuids?count=6"));
        HttpResponse<String> wrongMethod = send("POST", "/_uuids", "{}");
        assertEquals(405, wrongMethod.statusCode());
        assertEquals("{\"error\":\"method_not_allowed\",\"reason\":\"Only GET allowed\"}\n", wrongMethod.body());
        assertEquals(List.of(), announced);
        assertTrue(store.database("_users").isPresent()
                && store.database("_replicator").isPresent());
    }

    @Test
    void tellsWhoOneIs() throws Exception {
        start(settings().admin("--admin", "admin", HASH));
        assertEquals(
                "{\"ok\":true,\"userCtx\":{\"name\":null,\"roles\":[]},"
                        + "\"info\":{\"authentication_handlers\":[\"cookie\",\"default\"]}}\n",
                get("/_session"));
        assertEquals(
                "{\"ok\":true,\"userCtx\":{\"name\":\"admin\",\"roles\":[\"_admin\"]},"
                        + "\"info\":{\"authentication_handlers\":[\"cookie\",\"default\"],\"authenticated\":\"default\"}}\n",
                get("/_session", "Authorization", basic("admin:secret")));
    }

    @Test
    void logsInAndOut() throws Exception {
        start(settings().admin("--admin", "admin", HASH));
        String json = "application/json";
        HttpResponse<String> login =
                send("POST", "/_session", "{\"name\":\"admin\",\"password\":\"secret\"}", "Content-Type", json);
        assertEquals("{\"ok\":true,\"name\":\"admin\",\"roles\":[\"_admin\"]}\n", login.body());
        String cookie = login.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(get("/_session", "Cookie", cookie.substring(0, cookie.indexOf(';')))
                .contains("\"authenticated\":\"cookie\""));
        String form = "application/x-www-form-urlencoded";
        assertEquals(
                login.body(),
                send("POST", "/_session", "name=admin&password=secre%74", "Content-Type", form)
                        .body());
        assertEquals(
                "{\"error\":\"unauthorized\",\"reason\":\"Name or password is incorrect.\"}\n",
                send("POST", "/_session", "{\"name\":\"admin\",\"password\":\"x\"}", "Content-Type", json)
                        .body());
        assertEquals(
                "{\"error\":\"bad_request\",\"reason\":\"request body must contain a username\"}\n",
                send("POST", "/_session", "{\"password\":\"x\"}", "Content-Type", json)
                        .body());
        for (String body : List.of("{", "[]", "{\"name\":", "nil")) {
            assertEquals(
                    400, send("POST", "/_session", body, "Content-Type", json).statusCode(), body);
        }
        HttpResponse<String> logout = send("DELETE", "/_session", "");
        assertEquals("{\"ok\":true}\n", logout.body());
        assertTrue(logout.headers().firstValue("Set-Cookie").orElseThrow().startsWith("AuthSession=; "));
    }

    @Test
    void makesAnAdministratorOnceWhereNoneIsConfigured() throws Exception {
        start(settings());
        assertEquals(1, announced.size());
        String password = announced.getFirst().replaceAll(".*password (\\S+) .*", "$1");
        assertTrue(get("/_session", "Authorization", basic("admin:" + password)).contains("_admin"));
        assertEquals(
                401,
                send("GET", "/_session", "", "Authorization", basic("admin:admin"))
                        .statusCode());
        server.close();
        start(settings());
        assertEquals(1, announced.size(), "shown once");
        assertTrue(get("/_session", "Authorization", basic("admin:" + password)).contains("_admin"));
        String kept = Files.readString(folder.resolve("local.ini"));
        assertTrue(kept.contains("[admins]\nadmin = -pbkdf2:sha256-"), kept);
        assertFalse(kept.contains(password), kept);
    }

    @Test
    void aSessionOutlivesARestartButNotAChangeOfThePassword() throws Exception {
        start(settings().admin("--admin", "admin", "secret"));
        String cookie = send(
                        "POST",
                        "/_session",
                        "name=admin&password=secret",
                        "Content-Type",
                        "application/x-www-form-urlencoded")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        server.close();
        start(settings().admin("--admin", "admin", "secret"));
        assertTrue(get("/_session", "Cookie", cookie.substring(0, cookie.indexOf(';')))
                .contains("_admin"));
        server.close();
        start(settings().admin("--admin", "admin", "other"));
        assertFalse(get("/_session", "Cookie", cookie.substring(0, cookie.indexOf(';')))
                .contains("_admin"));
    }

    @Test
    void metricsAreOpenToEverybodyAtAPortOfTheirOwn() throws Exception {
        start(settings()
                .set("", Keys.METRICS_PORT_OPEN, "true")
                .set("", Keys.METRICS_PORT, "0")
                .set("", Keys.REQUIRE_USER, "true"));
        String url = server.metricsUrl().orElseThrow();
        HttpRequest.Builder page = HttpRequest.newBuilder(URI.create(url + "_node/_local/_prometheus"));
        HttpResponse<String> open = client.send(page.build(), BodyHandlers.ofString());
        assertEquals(200, open.statusCode());
        assertTrue(open.body().contains("couchdb_httpd_requests_total 0.0\n"), "what is asked there is not counted");
        for (String closed : List.of("", "_up", "_all_dbs", "_node/_local/_stats", "_node/_local/_config", "db")) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url + closed)).build();
            assertEquals(404, client.send(request, BodyHandlers.ofString()).statusCode(), closed);
        }
        HttpRequest large = page.POST(BodyPublishers.ofString("x".repeat(1025))).build();
        assertEquals(413, client.send(large, BodyHandlers.ofString()).statusCode());
        assertEquals(401, send("GET", "/_node/_local/_prometheus", "").statusCode());
    }

    @Test
    void thereIsNoSuchPortUnlessItIsConfigured() throws Exception {
        start(settings());
        assertTrue(server.metricsUrl().isEmpty());
    }

    @Test
    void saysInOneLineWhyItCannotStart() throws Exception {
        start(settings());
        String port = server.url().replaceAll(".*:([0-9]+)/", "$1");
        Settings.Builder taken = settings().set("", Keys.PORT, port);
        IOException refused =
                assertThrows(IOException.class, () -> ReplicatorServer.start(taken.build(), store, announced::add));
        assertTrue(
                refused.getMessage().startsWith("cannot listen on 127.0.0.1 port " + port + ": "),
                refused.getMessage());
        Settings.Builder metricsTaken =
                settings().set("", Keys.METRICS_PORT_OPEN, "true").set("", Keys.METRICS_PORT, port);
        assertThrows(IOException.class, () -> ReplicatorServer.start(metricsTaken.build(), store, announced::add));
        Settings.Builder metricsNowhere = settings()
                .set("", Keys.METRICS_PORT_OPEN, "true")
                .set("", Keys.METRICS_PORT, "0")
                .set("", Keys.METRICS_BIND_ADDRESS, "no.such.host.invalid");
        assertThrows(IOException.class, () -> ReplicatorServer.start(metricsNowhere.build(), store, announced::add));
        Settings.Builder nowhere = settings().set("", Keys.BIND_ADDRESS, "no.such.host.invalid");
        assertThrows(IOException.class, () -> ReplicatorServer.start(nowhere.build(), store, announced::add));
    }
}
