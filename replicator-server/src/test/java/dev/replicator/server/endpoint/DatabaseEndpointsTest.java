package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases and what is asked of a whole one. */
class DatabaseEndpointsTest {
    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder, Served.with(Keys.MAX_BULK_GET, 3), Served.with(Keys.MAX_LIST_SIZE, 2000));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?skip=0|a b c/d db",
                "?limit=2|a b",
                "?skip=1&limit=2|b c/d",
                "?descending=true|db c/d b a",
                "?descending=True|db c/d b a",
                "?descending=FALSE|a b c/d db",
                "?startkey=%22b%22|b c/d db",
                "?start_key=%22b%22&end_key=%22c%2Fd%22|b c/d",
                "?startkey=%22b%22&endkey=%22c%2Fd%22&inclusive_end=false|b",
                "?startkey=%22c%22&descending=true|b a",
                "?limit=0|''",
            })
    void listsDatabases(String query, String names) {
        for (String name : List.of("a", "b", "c%2Fd")) {
            assertEquals(201, served.put("/" + name, "").statusCode());
        }
        served.delete("/_users");
        served.delete("/_replicator");
        String expected = names.isEmpty() ? "[]\n" : "[\"" + names.replace(" ", "\",\"") + "\"]\n";
        assertEquals(
                expected, served.get("/_all_dbs" + (query == null ? "" : query)).body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=x",
                "limit=-1",
                "descending=1",
                "startkey=%7B",
                "skip=1.5",
                "descending=yes",
                "descending=",
                "descending=%22true%22"
            })
    void refusesOptionsThatAreNone(String query) {
        assertEquals(400, served.get("/_all_dbs?" + query).statusCode());
        assertEquals(400, served.get("/db/_all_docs?" + query).statusCode());
    }

    @Test
    void aSlashAtTheEndChangesNothing() {
        assertEquals(201, served.put("/new/?q=1", "").statusCode());
        assertEquals(412, served.put("/new", "").statusCode());
        assertEquals(served.get("/new").body(), served.get("/new/").body());
        assertEquals(201, served.post("/new/", "{}").statusCode());
        assertEquals(200, served.get("/new/_all_docs/").statusCode());
        assertEquals(200, served.get("/_all_dbs/").statusCode());
        assertEquals(200, served.head("/new/").statusCode());
        assertEquals(200, served.delete("/new/").statusCode());
        assertEquals(404, served.head("/new").statusCode());
    }

    @Test
    void aSlashWithinANameIsEscaped() {
        HttpResponse<String> made = served.put("/some%2Ftest%2Bx", "");
        assertEquals(201, made.statusCode());
        assertTrue(made.headers().firstValue("Location").orElseThrow().endsWith("/some%2Ftest%2Bx"));
        assertTrue(served.get("/some%2Ftest%2Bx/").body().contains("\"db_name\":\"some/test+x\""));
        assertEquals(404, served.get("/some").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "1a", "_x", "a%20b", "a.b", "%C3%BC"})
    void refusesNamesThatAreNone(String name) {
        HttpResponse<String> refused = served.put("/" + name, "");
        assertEquals(400, refused.statusCode(), refused.body());
        assertTrue(refused.body().startsWith("{\"error\":\"illegal_database_name\""), refused.body());
    }

    @Test
    void securityIsCheckedAndKept() {
        assertTrue(served.get("/db/_security").body().contains("\"_admin\""));
        String security = "{\"admins\":{\"names\":[\"a\"],\"roles\":[]},\"members\":{\"roles\":[\"x\"]},\"own\":1.0}";
        assertEquals("{\"ok\":true}\n", served.put("/db/_security", security).body());
        assertEquals(security + "\n", served.get("/db/_security").body());
        for (String bad : List.of(
                "[]",
                "7",
                "{",
                "{\"admins\":[]}",
                "{\"admins\":{\"names\":\"a\"}}",
                "{\"members\":{\"roles\":[1]}}",
                "{\"members\":{\"names\":{}}}")) {
            HttpResponse<String> refused = served.put("/db/_security", bad);
            assertEquals(400, refused.statusCode(), bad);
            assertTrue(refused.body().contains("\"reason\":\""), bad);
        }
        assertEquals(security + "\n", served.get("/db/_security").body());
        assertEquals(404, served.put("/none/_security", "{}").statusCode());
    }

    @Test
    void theRevisionLimitIsAPositiveNumber() {
        assertEquals("1000\n", served.get("/db/_revs_limit").body());
        assertEquals("{\"ok\":true}\n", served.put("/db/_revs_limit", " 5\n").body());
        for (String bad : List.of("0", "-1", "x", "1.5", "\"5\"", "", "99999999999", "5" + " ".repeat(40) + "x")) {
            assertEquals(400, served.put("/db/_revs_limit", bad).statusCode(), bad);
        }
        assertEquals("5\n", served.get("/db/_revs_limit").body());
    }

    @Test
    void flagsMayBeOfAnyCase() {
        String first = served.save("/db/a", "{\"n\":1}");
        assertTrue(served.get("/db/_all_docs?include_docs=True").body().contains("\"n\":1"));
        assertTrue(served.get("/db/_changes?include_docs=TRUE").body().contains("\"n\":1"));
        assertTrue(served.get("/db/a?revs=True").body().contains("\"_revisions\""));
        assertEquals(
                201, served.put("/db/a?new_edits=False", "{\"_rev\":\"5-x\"}").statusCode());
        assertTrue(served.get("/db/a?conflicts=tRUE").body().contains("\"_conflicts\":[\"" + first + "\"]"));
        for (String flag : List.of("yes", "1", "tru", "", "True%20", "%22true%22")) {
            assertEquals(400, served.get("/db/a?revs=" + flag).statusCode(), flag);
            assertEquals(400, served.get("/db/_changes?include_docs=" + flag).statusCode(), flag);
        }
        assertEquals(
                400,
                served.post("/db/_all_docs/queries", "{\"queries\":[{\"include_docs\":\"True\"}]}")
                        .statusCode());
    }

    @Test
    void ofPurgesAsManyAreKeptAsTheLimitSays() {
        assertEquals("1000\n", served.get("/db/_purged_infos_limit").body());
        List<String> ids = List.of("a", "b", "c");
        ids.forEach(id -> purge(id, served.save("/db/" + id, "{}")));
        assertEquals(ids, purged());
        assertEquals(
                "{\"ok\":true}\n", served.put("/db/_purged_infos_limit", "2").body());
        assertEquals("2\n", served.get("/db/_purged_infos_limit").body());
        assertEquals(List.of("b", "c"), purged());
        purge("d", served.save("/db/d", "{}"));
        assertEquals(List.of("c", "d"), purged());
        for (String bad : List.of("0", "-1", "x", "")) {
            assertEquals(400, served.put("/db/_purged_infos_limit", bad).statusCode(), bad);
        }
        assertEquals("2\n", served.get("/db/_purged_infos_limit").body());
    }

    private void purge(String id, String revision) {
        HttpResponse<String> answer = served.post("/db/_purge", "{\"" + id + "\":[\"" + revision + "\"]}");
        assertEquals("{\"purge_seq\":null,\"purged\":{\"" + id + "\":[\"" + revision + "\"]}}\n", answer.body());
        assertEquals(404, served.get("/db/" + id).statusCode());
    }

    /** The ids of the purges that are kept. */
    private List<String> purged() {
        return Pattern.compile("\"id\":\"([^\"]*)\"")
                .matcher(served.get("/db/_purged_infos").body())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void maintenanceNeedsADatabaseAndJson() {
        assertEquals(202, served.post("/db/_compact", "").statusCode());
        assertEquals(201, served.post("/db/_ensure_full_commit", "").statusCode());
        assertEquals(404, served.post("/none/_compact", "").statusCode());
        assertEquals(405, served.get("/db/_compact").statusCode());
    }

    /** Not taken for what stands before: {@code _compact/d} is less work than {@code _compact}. */
    @ParameterizedTest
    @ValueSource(
            strings = {"/db/_all_docs/other", "/db/_compact/d", "/db/_bulk_docs/x", "/db/_revs_diff/x", "/_session/x"})
    void nothingIsFoundBehindAnEndpoint(String path) {
        HttpResponse<String> refused = served.post(path, "{}");
        assertEquals(404, refused.statusCode(), path);
        assertEquals("{\"error\":\"not_found\",\"reason\":\"missing\"}\n", refused.body());
    }

    @Test
    void manyRevisionsAreFetchedInPartsOnly() {
        String one = "{\"id\":\"a\"}";
        assertEquals(
                200,
                served.post("/db/_bulk_get", "{\"docs\":[" + one + "," + one + "," + one + "]}")
                        .statusCode());
        HttpResponse<String> refused =
                served.post("/db/_bulk_get", "{\"docs\":[" + one + "," + one + "," + one + "," + one + "]}");
        assertEquals(413, refused.statusCode());
        assertEquals(
                "{\"error\":\"max_bulk_get_count_exceeded\",\"reason\":\"More than 3 revisions"
                        + " (couchdb/max_bulk_get_count).\"}\n",
                refused.body());
    }

    /** Lists are held whole while they are answered; a server must not be made to hold gigabytes of them. */
    @Test
    void listsThatAreHeldAreBounded() {
        String list = "[\"" + "y".repeat(2000) + "\"]";
        for (String path :
                List.of("/db/_revs_diff", "/db/_all_docs", "/db/_changes?filter=_doc_ids", "/db/_bulk_get")) {
            HttpResponse<String> refused = served.post(path, "{\"keys\":" + list + "}");
            assertEquals(413, refused.statusCode(), path);
            assertEquals(
                    "{\"error\":\"too_large\",\"reason\":\"The body has 2013 bytes, more than the 2000 of"
                            + " replicator/max_list_size.\"}\n",
                    refused.body(),
                    path);
        }
    }

    @Test
    void differencesKeepTheOrderAskedAndLeaveOutWhatIsHere() {
        String revision = served.save("/db/b", "{}");
        assertEquals(
                "{\"z\":{\"missing\":[\"1-x\"]},\"b\":{\"missing\":[\"2-y\"],\"possible_ancestors\":[\"" + revision
                        + "\"]}}\n",
                served.post("/db/_revs_diff", "{\"z\":[\"1-x\"],\"b\":[\"" + revision + "\",\"2-y\"],\"c\":[]}")
                        .body());
        assertEquals("{}\n", served.post("/db/_revs_diff", "{}").body());
        for (String bad : List.of("[]", "{\"a\":1}", "{\"a\":[1]}", "{\"a\":[\"x\"]}", "{\"a\":[", "{} x")) {
            assertEquals(400, served.post("/db/_revs_diff", bad).statusCode(), bad);
        }
    }
}
