package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.AuditKeys;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;

/** What requests leave in the audit log: who did what to what, from where, with what result; and never a secret. */
class AuditedRequestsTest {
    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = new Served(folder, new Served.Setting(AuditKeys.ENABLE, "true"));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    /** The events, once the server has ended. */
    private List<Map<String, String>> events() throws Exception {
        served.close();
        return Files.readAllLines(folder.resolve("audit.jsonl")).stream()
                .map(AuditedRequestsTest::members)
                .toList();
    }

    private static Map<String, String> members(String line) {
        Map<String, String> members = new LinkedHashMap<>();
        try (JsonParser json = Json.parser(line.getBytes(StandardCharsets.UTF_8))) {
            Json.beginObject(json);
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                json.nextToken();
                members.put(name, json.getString());
            }
        }
        return members;
    }

    private static List<String> told(List<Map<String, String>> events, String... members) {
        return events.stream()
                .map(event -> String.join(
                        " ",
                        Stream.of(members)
                                .map(member -> event.getOrDefault(member, "-"))
                                .toList()))
                .toList();
    }

    private HttpResponse<String> anonymously(String method, String path, String body, String... headers) {
        return served.anonymously(method, path, body, headers);
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void documentsAreToldOfOneByOneWithTheirRevisions() throws Exception {
        String first = served.save("/db/a", "{}");
        String second = served.save("/db/a?rev=" + first, "{\"x\":1}");
        served.put("/db/a", "{}");
        String third = Served.revision(served.delete("/db/a?rev=" + second));
        HttpResponse<String> posted = served.post("/db", "{\"_id\":\"b\"}");
        served.post("/db/_bulk_docs", "{\"docs\":[{\"_id\":\"c\"},{\"_id\":\"b\"},{\"_id\":\"d\",\"_deleted\":true}]}");
        served.post(
                "/db/_bulk_docs",
                "{\"new_edits\":false,\"docs\":[{\"_id\":\"e\",\"_rev\":\"3-abc\"},"
                        + "{\"_id\":\"f\",\"_rev\":\"4-abc\",\"_deleted\":true}]}");
        String attached = Served.revision(served.put("/db/b/n.txt?rev=" + Served.revision(posted), "text"));
        served.post("/db/_purge", "{\"e\":[\"3-abc\"]}");
        served.put("/db/_local/checkpoint", "{}");
        List<Map<String, String>> events = events();
        List<String> told = told(events, "action", "database", "document", "revision");
        assertEquals("document_write db a " + first, told.get(0));
        assertEquals("document_write db a " + second, told.get(1));
        assertEquals("document_write db a -", told.get(2), "a conflict is told of");
        assertEquals("document_delete db a " + third, told.get(3));
        assertEquals("document_write db b " + Served.revision(posted), told.get(4));
        List<String> bulk = told.subList(5, 8).stream().sorted().toList();
        assertTrue(bulk.get(0).startsWith("document_delete db d 1-"), bulk.get(0));
        assertEquals("document_write db b -", bulk.get(1));
        assertTrue(bulk.get(2).startsWith("document_write db c 1-"), bulk.get(2));
        assertEquals(
                Set.of("document_write db e 3-abc", "document_delete db f 4-abc"), Set.copyOf(told.subList(8, 10)));
        assertEquals("document_write db b " + attached, told.get(10));
        assertEquals("document_purge db e 3-abc", told.get(11));
        assertEquals(12, told.size(), "checkpoints are not told of, unless that is configured");
        assertEquals(
                "200 200 200 201 201 201 201 201 201 201 409 409",
                String.join(" ", told(events, "status").stream().sorted().toList()));
        for (Map<String, String> event : events) {
            assertEquals("admin", event.get("user"));
            assertEquals("default", event.get("handler"));
            assertEquals("127.0.0.1", event.get("address"));
            assertTrue(event.get("time").matches("20\\d\\d-.*T.*Z"), event.toString());
            assertFalse(event.get("request").isEmpty());
        }
        assertEquals(
                posted.headers().firstValue("X-Couch-Request-ID").orElseThrow(),
                events.get(4).get("request"));
    }

    @Test
    void whatIsDoneToTheServerIsToldOf() throws Exception {
        served.put("/made", "");
        served.put("/made", "");
        served.put("/made/_security", "{\"admins\":{\"names\":[\"eve\"]}}");
        served.put("/made/_revs_limit", "10");
        served.post("/made/_compact", "");
        served.delete("/made");
        served.put("/_node/_local/_config/uuids/max_count", "\"7\"");
        served.delete("/_node/_local/_config/uuids/max_count");
        served.get("/db");
        served.get("/_all_dbs");
        assertEquals(
                List.of(
                        "database_create made - 201",
                        "database_create made - 412",
                        "security_change made - 200",
                        "database_setting made _revs_limit 200",
                        "database_compact made - 202",
                        "database_delete made - 200",
                        "config_change - _local/_config/uuids/max_count 200",
                        "config_change - _local/_config/uuids/max_count 200"),
                told(events(), "action", "database", "subject", "status"));
    }

    @Test
    void loginsAndRefusalsAreToldOfWithTheNameThatWasClaimed() throws Exception {
        String[] form = {"Content-Type", "application/x-www-form-urlencoded"};
        HttpResponse<String> login = anonymously("POST", "/_session", "name=admin&password=secret", form);
        String cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        anonymously("POST", "/_session", "name=eve&password=hunter2", form);
        anonymously("GET", "/_session", "", "Cookie", cookie);
        anonymously("DELETE", "/_session", "", "Cookie", cookie);
        anonymously("GET", "/db/doc", "");
        anonymously("GET", "/db", "", "Authorization", basic("admin:hunter3"));
        anonymously("PUT", "/other", "");
        assertEquals(
                List.of(
                        "login - admin default - 200",
                        "login - eve - - 401",
                        "logout - admin cookie - 200",
                        "refused db - - GET /db/doc 401",
                        "refused - admin - GET /db 401",
                        "refused other - - PUT /other 401"),
                told(events(), "action", "database", "user", "handler", "subject", "status"));
    }

    @Test
    void pathsAreCutShort() throws Exception {
        String id = "x".repeat(5000);
        assertEquals(401, anonymously("GET", "/db/" + id, "").statusCode());
        assertEquals(List.of("GET /db/" + id.substring(0, 300 - "/db/".length()) + "…"), told(events(), "subject"));
    }

    @Test
    void whatIsRefusedAmongManyIsToldOfToo() throws Exception {
        served.post("/_replicator/_bulk_docs", "{\"docs\":[{\"_id\":\"bad\"},{\"_id\":\"worse\",\"source\":1}]}");
        served.put("/_node/_local/_config/couchdb/max_document_size", "\"100\"");
        served.put("/db/large", "{\"x\":\"" + "x".repeat(100) + "\"}");
        assertEquals(
                List.of(
                        "refused _replicator bad POST /_replicator/_bulk_docs 403 admin",
                        "refused _replicator worse POST /_replicator/_bulk_docs 403 admin",
                        "config_change - - _local/_config/couchdb/max_document_size 200 admin",
                        "refused db large PUT /db/large 413 admin"),
                told(events(), "action", "database", "document", "subject", "status", "user"));
    }

    @Test
    void whatReplicationsWriteHereIsToldOfByDocument() throws Exception {
        String revision = served.save("/db/a", "{}");
        String doomed = served.save("/db/b", "{\"_attachments\":{\"n\":{\"data\":\"YQ==\"}}}");
        String gone = Served.revision(served.delete("/db/b?rev=" + doomed));
        String attached = served.save("/db/c", "{\"_attachments\":{\"n\":{\"data\":\"YQ==\"}}}");
        served.put("/x%2F_replicator", "");
        served.post("/_replicate", "{\"source\":\"db\",\"target\":\"copy\",\"create_target\":true}");
        served.post("/_replicate", "{\"source\":\"db\",\"target\":\"x/_replicator\"}");
        List<Map<String, String>> events =
                events().stream().filter(event -> event.containsKey("via")).toList();
        assertEquals(
                Set.of(
                        "document_write copy a " + revision + " 201",
                        "document_delete copy b " + gone + " 200",
                        "document_write copy c " + attached + " 201",
                        "refused x/_replicator a - 403",
                        "replication_cancel x/_replicator b " + gone + " 200",
                        "refused x/_replicator c - 403"),
                Set.copyOf(told(events, "action", "database", "document", "revision", "status")));
        assertEquals(6, events.size());
        for (Map<String, String> event : events) {
            assertEquals("admin", event.get("user"));
            assertTrue(event.get("via").matches("[0-9a-f]{32}(\\+create_target)?"), event.toString());
            assertFalse(event.containsKey("request"), event.toString());
        }
    }

    @Test
    void replicationsAreToldOf() throws Exception {
        served.post("/_replicate", "{\"source\":\"db\",\"target\":\"copy\",\"create_target\":true}");
        HttpResponse<String> continuous =
                served.post("/_replicate", "{\"source\":\"db\",\"target\":\"copy\",\"continuous\":true}");
        assertEquals(202, continuous.statusCode(), continuous.body());
        served.post("/_replicate", "{\"source\":\"db\",\"target\":\"copy\",\"continuous\":true,\"cancel\":true}");
        String revision =
                served.save("/_replicator/job", "{\"source\":\"db\",\"target\":\"copy\",\"continuous\":true}");
        assertTrue(revision.startsWith("1-"));
        List<String> told = told(events(), "action", "database", "document", "status");
        assertEquals(
                List.of(
                        "replication_create - - 200",
                        "replication_create - - 202",
                        "replication_cancel - - 200",
                        "replication_create _replicator job 201"),
                told);
    }

    @Test
    void secretsAreNeverInIt() throws Exception {
        String[] form = {"Content-Type", "application/x-www-form-urlencoded"};
        HttpResponse<String> login = anonymously("POST", "/_session", "name=admin&password=secret", form);
        String cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        anonymously("POST", "/_session", "name=admin&password=hunter1", form);
        anonymously("GET", "/db?password=hunter2", "", "Authorization", basic("eve:hunter3"));
        anonymously("GET", "/_all_dbs", "", "Authorization", "Bearer hunter4.hunter4.hunter4");
        anonymously("GET", "/_all_dbs", "", "Cookie", "AuthSession=hunter5");
        anonymously("PUT", "/_node/_local/_config/admins/eve", "\"hunter6\"");
        served.put("/_node/_local/_config/admins/eve", "\"hunter7\"");
        served.put("/_node/_local/_config/chttpd_auth/secret", "\"hunter8\"");
        served.post(
                "/_replicate",
                "{\"source\":\"http://eve:hunter9@127.0.0.1:1/x\",\"target\":\"db\",\"continuous\":true}");
        served.put("/_replicator/job", "{\"source\":\"http://eve:hunter10@127.0.0.1:1/x\",\"target\":\"db\"}");
        served.save("/db/doc", "{\"password\":\"hunter11\"}");
        served.close();
        String written = Files.readString(folder.resolve("audit.jsonl"));
        assertTrue(written.contains("admins/eve") && written.contains("\"job\""), written);
        for (String secret : List.of(
                "hunter",
                basic("admin:secret"),
                cookie,
                cookie.substring(cookie.indexOf('=') + 1),
                basic("eve:hunter3"),
                "Bearer")) {
            assertFalse(written.contains(secret), secret + " in " + written);
        }
    }

    @Test
    void nothingIsWrittenUntilItIsSwitchedOnAndNothingAfterItIsSwitchedOff() throws Exception {
        served.close();
        served = new Served(folder);
        served.save("/db/before", "{}");
        served.put("/_node/_local/_config/audit/enable", "\"true\"");
        served.save("/db/shown", "{}");
        served.put("/_node/_local/_config/audit/enable", "\"false\"");
        served.save("/db/after", "{}");
        assertEquals(
                List.of("config_change -", "document_write shown"),
                told(events(), "action", "document"),
                "that it is switched off is the last that is done without it");
    }
}
