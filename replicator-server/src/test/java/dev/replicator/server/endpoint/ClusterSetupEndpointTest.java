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
import org.junit.jupiter.params.provider.ValueSource;

/** What set-up scripts ask of a single node. */
class ClusterSetupEndpointTest {
    private static final String ENABLED = "{\"state\":\"single_node_enabled\"}\n";
    private static final String DISABLED = "{\"state\":\"single_node_disabled\"}\n";

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

    /** The second as Obsidian LiveSync sends it at its first run. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"action\":\"finish_cluster\"}",
                "{\"action\":\"enable_single_node\",\"username\":\"admin\",\"password\":\"secret\","
                        + "\"bind_address\":\"0.0.0.0\",\"port\":5984,\"singlenode\":true}",
            })
    void aSetUpServerCanBeSetUpAgain(String body) {
        assertEquals(ENABLED, served.get("/_cluster_setup").body());
        served.delete("/_users");
        assertEquals(DISABLED, served.get("/_cluster_setup").body());
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> done = served.post("/_cluster_setup", body);
            assertEquals(201, done.statusCode(), done.body());
            assertEquals("{\"ok\":true}\n", done.body());
            assertEquals(ENABLED, served.get("/_cluster_setup").body());
        }
    }

    @Test
    void databasesThatAreNamedAreMade() {
        String asked = "/_cluster_setup?ensure_dbs_exist=%5B%22db%22,%22new%22%5D";
        assertEquals(DISABLED, served.get(asked).body());
        assertEquals(
                201,
                served.post("/_cluster_setup", "{\"action\":\"finish_cluster\",\"ensure_dbs_exist\":[\"db\",\"new\"]}")
                        .statusCode());
        assertEquals(ENABLED, served.get(asked).body());
        assertEquals(200, served.head("/new").statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"action\":1}",
                "{\"action\":\"other\"}",
                "{\"action\":\"enable_cluster\",\"node_count\":3}",
                "{\"action\":\"add_node\",\"host\":\"a\"}",
                "{\"action\":\"finish_cluster\",\"ensure_dbs_exist\":[\"made\",\"BAD\"]}",
                "{\"action\":\"finish_cluster\",\"ensure_dbs_exist\":\"made\"}",
                "{\"action\":\"finish_cluster\",\"ensure_dbs_exist\":[\"made\",1]}",
                "{\"action\":\"enable_single_node\",\"ensure_dbs_exist\":[\"made\"],\"username\":\"admin\","
                        + "\"password\":\"other\"}",
                "{\"action\":\"enable_single_node\",\"ensure_dbs_exist\":[\"made\"],\"username\":\"new\","
                        + "\"password\":\"secret\"}",
                "{\"action\":\"enable_single_node\",\"ensure_dbs_exist\":[\"made\"],\"username\":\"admin\"}",
            })
    void whatCannotBeSetUpIsRefusedAndChangesNothing(String body) {
        HttpResponse<String> refused = served.post("/_cluster_setup", body);
        assertEquals(400, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("\"reason\":\""), refused.body());
        assertEquals(404, served.get("/made").statusCode());
    }

    @Test
    void isForAdministratorsWhoSendJson() {
        assertEquals(401, served.anonymously("GET", "/_cluster_setup", "").statusCode());
        assertEquals(
                401,
                served.anonymously(
                                "POST",
                                "/_cluster_setup",
                                "{\"action\":\"finish_cluster\"}",
                                "Content-Type",
                                Served.JSON)
                        .statusCode());
        assertEquals(405, served.put("/_cluster_setup", "{}").statusCode());
    }
}
