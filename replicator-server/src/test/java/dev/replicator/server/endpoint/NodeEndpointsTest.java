package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients made for clusters ask a single node, and what it answers to what it has not. */
class NodeEndpointsTest {
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

    @ParameterizedTest
    @CsvSource({"true,maintenance_mode", "nolb,nolb"})
    void inMaintenanceModeLoadBalancersAreTurnedAwayAndClientsAreNot(String mode, String status) {
        String key = "/_node/_local/_config/couchdb/maintenance_mode";
        assertEquals(200, served.get("/_up").statusCode());
        assertEquals(200, served.put(key, '"' + mode + '"').statusCode());
        assertEquals(404, served.get("/_up").statusCode());
        assertEquals(404, served.head("/_up").statusCode());
        assertEquals("{\"status\":\"" + status + "\"}\n", served.get("/_up").body());
        assertEquals(200, served.get("/db").statusCode());
        assertEquals(400, served.put(key, "\"yes\"").statusCode());
        assertEquals(200, served.put(key, "\"false\"").statusCode());
        assertEquals("{\"status\":\"ok\",\"seeds\":{}}\n", served.get("/_up").body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /_node/_local             | 200 | {"name":"couchdb@127.0.0.1"}
            /_node/couchdb@127.0.0.1/ | 200 | {"name":"couchdb@127.0.0.1"}
            /_node/nonode@nohost      | 200 | {"name":"couchdb@127.0.0.1"}
            /_node/couchdb%40127.0.0.1| 200 | {"name":"couchdb@127.0.0.1"}
            /_node                    | 400 | {"error":"bad_request","reason":"Incomplete path to _node request"}
            /_node/other              | 404 | {"error":"not_found","reason":"no such node: other"}
            /_node/other/_versions    | 404 | {"error":"not_found","reason":"no such node: other"}
            /_node/_local/_nothing    | 404 | {"error":"not_found","reason":"missing"}
            /_node/_local/_stats/x    | 200 | null
            /_node/_local/_versions/x | 404 | {"error":"not_found","reason":"missing"}
            /_membership              | 200 | {"all_nodes":["couchdb@127.0.0.1"],"cluster_nodes":["couchdb@127.0.0.1"]}
            /db/_shards               | 200 | {"shards":{"00000000-ffffffff":["couchdb@127.0.0.1"]}}
            /db/_shards/_design/doc   | 200 | {"range":"00000000-ffffffff","nodes":["couchdb@127.0.0.1"]}
            /none/_shards             | 404 | {"error":"not_found","reason":"Database does not exist."}
            /none/_shards/doc         | 404 | {"error":"not_found","reason":"Database does not exist."}
            /favicon.ico              | 404 | {"error":"not_found","reason":"missing"}
            /_utils                   | 404 | {"error":"not_found","reason":"Fauxton is not a part of this server."}
            /_utils/index.html        | 404 | {"error":"not_found","reason":"Fauxton is not a part of this server."}
            """)
    void answersForItself(String path, int status, String body) {
        HttpResponse<String> answer = served.get(path);
        assertEquals(body + "\n", answer.body());
        assertEquals(status, answer.statusCode());
        HttpResponse<String> head = served.head(path);
        assertEquals(status, head.statusCode());
        assertEquals("", head.body());
    }

    @ParameterizedTest
    @CsvSource({
        "/_node/_local, GET",
        "/_node/_local/_versions, GET",
        "/_node/_local/_restart, POST",
        "/_membership, GET",
        "/db/_shards, GET",
        "/db/_shards/doc, GET",
        "/db/_sync_shards, POST",
        "/db/_view_cleanup, POST",
        "/_utils, 'GET,HEAD'",
        "/favicon.ico, 'GET,HEAD'",
        "/_up, 'GET,HEAD'",
        "/, 'GET,HEAD'",
        "/_all_dbs, 'GET,HEAD'",
        "/_uuids, GET",
    })
    void otherMethodsAreToldWhatIsAllowed(String path, String allowed) {
        HttpResponse<String> refused = served.delete(path);
        assertEquals(405, refused.statusCode());
        assertEquals(allowed, refused.headers().firstValue("Allow").orElseThrow());
        assertEquals(
                "{\"error\":\"method_not_allowed\",\"reason\":\"Only " + allowed + " allowed\"}\n", refused.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/_node",
                "/_node/_local",
                "/_node/other",
                "/_node/_local/_nothing",
                "/_node/_local/_versions",
                "/_membership",
                "/_all_dbs",
                "/db/_shards",
            })
    void nobodyInParticularIsToldNothing(String path) {
        assertEquals(401, served.anonymously("GET", path, "").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/favicon.ico", "/_utils/"})
    void browsersAreNotAskedForCredentials(String path) {
        assertEquals(404, served.anonymously("GET", path, "").statusCode());
    }

    @Test
    void maintenanceHasNothingToDo() {
        assertEquals(202, served.post("/db/_view_cleanup", "").statusCode());
        assertEquals(404, served.post("/none/_view_cleanup", "").statusCode());
        assertEquals(401, served.anonymously("POST", "/db/_view_cleanup", "").statusCode());
        HttpResponse<String> synced = served.post("/db/_sync_shards", "");
        assertEquals(202, synced.statusCode());
        assertEquals("{\"ok\":true}\n", synced.body());
        assertEquals(404, served.post("/none/_sync_shards", "").statusCode());
        assertEquals(401, served.anonymously("POST", "/db/_sync_shards", "").statusCode());
    }

    @Test
    void aRestartIsRefused() {
        HttpResponse<String> refused = served.post("/_node/_local/_restart", "");
        assertEquals(403, refused.statusCode());
        assertTrue(refused.body().startsWith("{\"error\":\"forbidden\""), refused.body());
        assertEquals(
                401, served.anonymously("POST", "/_node/_local/_restart", "").statusCode());
    }

    @Test
    void versionsNameWhatRuns() {
        String versions = served.get("/_node/_local/_versions").body();
        assertTrue(
                versions.matches("\\{\"replicator\":\\{\"version\":\"[^\"]+\"},\"java\":\\{\"version\":\""
                        + Runtime.version().feature() + ".*\n"),
                versions);
    }
}
