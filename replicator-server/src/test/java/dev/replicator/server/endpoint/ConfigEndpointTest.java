package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration over HTTP, and that what is written there is in effect with the next request. */
class ConfigEndpointTest {
    private static final String CONFIG = "/_node/_local/_config";

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

    private static void assertAnswer(int status, String body, HttpResponse<String> answer) {
        assertEquals(status + " " + body + "\n", answer.statusCode() + " " + answer.body());
    }

    private static String error(String error, String reason) {
        return "{\"error\":\"" + error + "\",\"reason\":\"" + reason + "\"}";
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> as(String credentials, String method, String path, String... headers) {
        String[] all = new String[headers.length + (credentials.isEmpty() ? 0 : 2)];
        System.arraycopy(headers, 0, all, 0, headers.length);
        if (!credentials.isEmpty()) {
            all[headers.length] = "Authorization";
            all[headers.length + 1] = basic(credentials);
        }
        return served.sendAsNobody(method, path, BodyPublishers.noBody(), BodyHandlers.ofString(), all);
    }

    /** LiveSync's check of a server reads keys of each, and fails where the section itself is missing. */
    @ParameterizedTest
    @ValueSource(strings = {"chttpd", "chttpd_auth", "httpd", "couchdb", "cors"})
    void everySectionIsThereBeforeAnythingIsSet(String section) {
        String all = served.get(CONFIG).body();
        assertTrue(all.contains("\"" + section + "\":{"), all);
    }

    @Test
    void aValueIsWrittenReadAndTakenBack() throws IOException {
        String key = CONFIG + "/uuids/max_count";
        assertAnswer(404, error("not_found", "unknown_config_value"), served.get(key));
        assertAnswer(200, "\"\"", served.put(key, "\"7\""));
        assertAnswer(200, "\"7\"", served.put(key, "\" 8 \""));
        assertAnswer(200, "\"8\"", served.get(key));
        assertAnswer(200, "{\"max_count\":\"8\"}", served.get(CONFIG + "/uuids"));
        assertAnswer(200, "{\"max_count\":\"8\"}", served.get("/_node/couchdb@127.0.0.1/_config/uuids/"));
        assertAnswer(200, "{}", served.get(CONFIG + "/log"));
        assertTrue(served.get(CONFIG).body().contains(",\"uuids\":{\"max_count\":\"8\"}}"));
        assertTrue(Files.readString(folder.resolve("local.ini")).contains("[uuids]\nmax_count = 8\n"));
        assertAnswer(400, error("bad_request", "count parameter too large"), served.get("/_uuids?count=9"));
        assertAnswer(200, "\"8\"", served.delete(key));
        assertEquals(200, served.get("/_uuids?count=9").statusCode());
        assertAnswer(404, error("not_found", "unknown_config_value"), served.delete(key));
    }

    @Test
    void limitsAreInEffectAtOnce() {
        assertEquals(201, served.put("/db/a", "{\"v\":\"0123456789\"}").statusCode());
        served.put(CONFIG + "/couchdb/max_document_size", "\"10\"");
        assertAnswer(
                413,
                error(
                        "document_too_large",
                        "Document 'b' has 18 bytes, more than the 10 of couchdb/max_document_size."),
                served.put("/db/b", "{\"v\":\"0123456789\"}"));
        served.put(CONFIG + "/couchdb/max_document_size", "\"1000\"");
        assertEquals(201, served.put("/db/b", "{\"v\":\"0123456789\"}").statusCode());
        served.put(CONFIG + "/chttpd/max_http_request_size", "\"100\"");
        assertEquals(
                413, served.put("/db/c", "{\"v\":\"" + "x".repeat(100) + "\"}").statusCode());
        served.delete(CONFIG + "/chttpd/max_http_request_size");
        assertEquals(
                201, served.put("/db/c", "{\"v\":\"" + "x".repeat(100) + "\"}").statusCode());
    }

    @Test
    void aValueMayHoldForThisRunAlone() throws IOException {
        String key = CONFIG + "/uuids/max_count";
        served.put(CONFIG + "/log/level", "\"debug\"");
        assertAnswer(200, "\"\"", served.put(key, "\"7\"", "X-Couch-Persist", "false"));
        assertAnswer(200, "\"7\"", served.get(key));
        assertAnswer(200, "{\"ok\":true}", served.post(CONFIG + "/_reload", ""));
        assertAnswer(404, error("not_found", "unknown_config_value"), served.get(key));
        assertAnswer(200, "\"debug\"", served.get(CONFIG + "/log/level"));
        Files.writeString(folder.resolve("local.ini"), "[log]\nlevel = loud\n");
        assertAnswer(
                400,
                error(
                        "bad_request",
                        folder.resolve("local.ini")
                                + ", line 2: [log] level = loud: expected one of debug, info, notice, warning, error"),
                served.post(CONFIG + "/_reload", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /uuids/max_count      | "x"   | [uuids] max_count = x: expected a whole number from 1 to 100000
            /uuids/max_cuont      | "1"   | [uuids] max_cuont: there is no such key; the section has max_count, algorithm, utc_id_suffix
            /couchdb/database_dir | "x"   | [couchdb] database_dir can only be set where the server is started
            /chttpd/port          | "1"   | [chttpd] port is set by the test, which counts more than what is written here
            /uuids/max_count      | 7     | The value must be a JSON string.
            /uuids/max_count      | null  | The value must be a JSON string.
            /uuids/max_count      | "7    | invalid UTF-8 JSON
            /uuids/max_count      | ''    | invalid UTF-8 JSON
            /admins/jan           | ""    | [admins] jan: expected a name and a password, neither of them empty
            /admins/admin         | "new" | [admins] admin is set by the test, which counts more than what is written here
            """)
    void whatIsNotTakenIsRefused(String path, String body, String reason) {
        assertAnswer(400, error("bad_request", reason), served.put(CONFIG + path, body));
        assertEquals(Files.exists(folder.resolve("local.ini")), false);
    }

    @Test
    void pathsAndMethodsAreThoseOfCouchDb() {
        assertAnswer(200, "{\"name\":\"couchdb@127.0.0.1\"}", served.get("/_node/_local"));
        assertAnswer(400, error("bad_request", "Incomplete path to _node request"), served.get("/_node"));
        assertAnswer(404, error("not_found", "no such node: x"), served.get("/_node/x/_config"));
        assertEquals(404, served.get("/_node/_local/_nothing").statusCode());
        assertEquals(404, served.get(CONFIG + "/uuids/max_count/more").statusCode());
        assertEquals(
                413,
                served.put(CONFIG + "/log/level", "\"" + "x".repeat(70_000) + "\"")
                        .statusCode());
        for (List<String> wrong : List.of(
                List.of("PUT", "", "GET"),
                List.of("POST", "/uuids", "GET"),
                List.of("GET", "/_reload", "POST"),
                List.of("POST", "/uuids/max_count", "GET,PUT,DELETE"))) {
            HttpResponse<String> answer = served.send(
                    wrong.get(0), CONFIG + wrong.get(1), BodyPublishers.ofString("\"1\""), BodyHandlers.ofString());
            assertEquals(405, answer.statusCode(), wrong.toString());
            assertEquals(Optional.of(wrong.get(2)), answer.headers().firstValue("Allow"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/admins", "/uuids/max_count", "/_reload"})
    void onlyAdministratorsOfTheServerAreAnswered(String path) {
        assertAnswer(401, error("unauthorized", "You are not a server admin."), as("", "GET", CONFIG + path));
    }

    @Test
    void anAdministratorIsMadeChangedAndDeleted() throws IOException {
        String jan = CONFIG + "/admins/jan";
        assertEquals(401, as("jan:one", "GET", "/db").statusCode());
        assertAnswer(200, "\"\"", served.put(jan, "\"one\""));
        assertEquals(200, as("jan:one", "GET", "/db").statusCode());
        String hash = served.get(jan).body().strip();
        assertTrue(hash.startsWith("\"-pbkdf2:sha256-"), hash);
        assertTrue(served.get(CONFIG + "/admins").body().contains("\"jan\":" + hash));
        assertTrue(served.get(CONFIG).body().contains("\"jan\":" + hash));
        String ini = Files.readString(folder.resolve("local.ini"));
        assertTrue(ini.contains("jan = -pbkdf2:sha256-") && !ini.contains("one"), ini);

        String cookie = login("jan", "one");
        assertEquals(200, as("", "GET", "/db", "Cookie", cookie).statusCode());
        assertAnswer(200, hash, served.put(jan, "\"two\""));
        assertEquals(401, as("", "GET", "/db", "Cookie", cookie).statusCode());
        assertEquals(401, as("jan:one", "GET", "/db").statusCode());
        assertEquals(200, as("jan:two", "GET", "/db").statusCode());

        String second = served.get(jan).body().strip();
        String cookieOfTwo = login("jan", "two");
        assertAnswer(200, second, served.put(jan, "\"two\""));
        assertEquals(200, as("", "GET", "/db", "Cookie", cookieOfTwo).statusCode(), "the same password is no change");
        assertAnswer(200, second, served.delete(jan));
        assertEquals(401, as("jan:two", "GET", "/db").statusCode());
        assertEquals(401, as("", "GET", "/db", "Cookie", cookieOfTwo).statusCode());
        assertAnswer(404, error("not_found", "unknown_config_value"), served.delete(jan));
    }

    private String login(String name, String password) {
        String header = served.post("/_session", "{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        return header.substring(0, header.indexOf(';'));
    }

    /** The password that the operator gave may be written again: set-up scripts do so. */
    @Test
    void thePasswordThatIsSetMayBeSetAgain() {
        HttpResponse<String> answer = served.put(CONFIG + "/admins/admin", "\"secret\"");
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().startsWith("\"-pbkdf2:sha256-"), answer.body());
        assertEquals(400, served.delete(CONFIG + "/admins/admin").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"chttpd", "chttpd_auth"})
    void nobodyIsAnsweredWithoutCredentialsWhereUsersAreRequired(String section) {
        assertEquals(200, as("", "GET", "/").statusCode());
        assertAnswer(200, "\"\"", served.put(CONFIG + "/" + section + "/require_valid_user", "\"true\""));
        for (String path : List.of("/", "/_up", "/_uuids", "/_session", "/db", CONFIG)) {
            assertAnswer(401, error("unauthorized", "Authentication required."), as("", "GET", path));
        }
        assertEquals(200, served.get("/").statusCode());
        assertEquals(
                200,
                served.sendAsNobody(
                                "POST",
                                "/_session",
                                BodyPublishers.ofString("name=admin&password=secret"),
                                BodyHandlers.ofString(),
                                "Content-Type",
                                "application/x-www-form-urlencoded")
                        .statusCode());
        assertAnswer(200, "\"true\"", served.delete(CONFIG + "/" + section + "/require_valid_user"));
        assertEquals(200, as("", "GET", "/").statusCode());
    }

    @Test
    void browsersAskForAPasswordWhereTheyAreToldTo() {
        assertEquals(Optional.empty(), as("", "GET", "/db").headers().firstValue("WWW-Authenticate"));
        served.put(CONFIG + "/httpd/WWW-Authenticate", "\"Basic realm=\\\"couchdb\\\"\"");
        assertEquals(
                Optional.of("Basic realm=\"couchdb\""),
                as("", "GET", "/db").headers().firstValue("WWW-Authenticate"));
        served.put(CONFIG + "/chttpd/WWW-Authenticate", "\"Basic realm=\\\"other\\\"\"");
        assertEquals(
                List.of("Basic realm=\"other\""),
                as("admin:wrong", "GET", "/db").headers().allValues("WWW-Authenticate"));
    }

    @Test
    void theTimeoutOfSessionsIsInEffectAtOnce() {
        served.put(CONFIG + "/" + Keys.SESSION_TIMEOUT.section() + "/" + Keys.SESSION_TIMEOUT.name(), "\"77\"");
        String cookie = served.post("/_session", "{\"name\":\"admin\",\"password\":\"secret\"}")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        assertTrue(cookie.contains("; Max-Age=77;"), cookie);
    }
}
