package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code _design_docs}, {@code _local_docs}, and several listings in one request. */
class ListingsTest {
    private static final String QUERIES_MISSING =
            "{\"error\":\"bad_request\",\"reason\":\"POST body must include `queries` parameter.\"}\n";
    private static final Pattern IDS = Pattern.compile("\"(?:id\":\"([^\"]*)|error\":\"not_found)\"");

    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder, Served.with(Keys.MAX_LIST_SIZE, 2000));
        for (String id : List.of("A", "a", "_design/x", "_design/y", "_local/b", "_local/a", "_local/c")) {
            served.save("/db/" + id, "{\"n\":1}");
        }
    }

    @AfterEach
    void stop() {
        served.close();
    }

    /** The ids of the rows; a dash for each that is not found. */
    private static String ids(String answer) {
        List<String> ids = IDS.matcher(answer)
                .results()
                .map((MatchResult match) -> match.group(1) == null ? "-" : match.group(1))
                .toList();
        return String.join(" ", ids);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "_local_docs|_local/a _local/b _local/c",
                "_local_docs?limit=2|_local/a _local/b",
                "_local_docs?skip=1&limit=1|_local/b",
                "_local_docs?descending=true|_local/c _local/b _local/a",
                "_local_docs?startkey=%22_local/b%22|_local/b _local/c",
                "_local_docs?endkey=%22_local/b%22&inclusive_end=false|_local/a",
                "_local_docs?start_key=%22_local/b%22&end_key=%22_local/b%22|_local/b",
                "_local_docs?startkey=%22_local/b%22&descending=true|_local/b _local/a",
                "_local_docs?key=%22_local/c%22|_local/c",
                "_local_docs?key=%22c%22|''",
                "_local_docs?startkey=%22a%22|''",
                "_local_docs?startkey=1|_local/a _local/b _local/c",
                "_local_docs?startkey=%7B%7D|''",
                "_local_docs?keys=[%22_local/c%22,%22_local/x%22,%22a%22,7,%22_local/a%22]|_local/c - _local/a",
                "_local_docs?keys=[%22a%22,%22_local/c%22,%22_local/a%22]&skip=1|_local/a",
                "_design_docs|_design/x _design/y",
                "_design_docs?descending=true&limit=1|_design/y",
                "_design_docs?startkey=%22_design/y%22|_design/y",
                "_design_docs?startkey=%22a%22|''",
                "_design_docs?keys=[%22a%22,%22_design/none%22,%22_design/x%22]&descending=true|_design/x -",
                "_all_docs|A _design/x _design/y a",
            })
    void listsWhatIsAskedFor(String path, String ids) {
        HttpResponse<String> answer =
                served.get("/db/" + path.replace("[", "%5B").replace("]", "%5D"));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(ids, ids(answer.body()));
    }

    @Test
    void countsByTheKindOfListing() {
        assertTrue(served.get("/db/_all_docs").body().startsWith("{\"total_rows\":4,\"offset\":0,"));
        assertTrue(served.get("/db/_design_docs").body().startsWith("{\"total_rows\":2,\"offset\":1,"));
        String keys = "{\"keys\":[\"_design/x\"]}";
        assertTrue(served.post("/db/_design_docs", keys).body().startsWith("{\"total_rows\":2,\"offset\":null,"));
        assertTrue(served.get("/db/_local_docs").body().startsWith("{\"total_rows\":null,\"offset\":null,"));
    }

    @Test
    void localDocumentsComeWithTheirRows() {
        assertEquals(
                "{\"total_rows\":null,\"offset\":null,\"rows\":[\n"
                        + "{\"id\":\"_local/a\",\"key\":\"_local/a\",\"value\":{\"rev\":\"0-1\"},"
                        + "\"doc\":{\"_id\":\"_local/a\",\"_rev\":\"0-1\",\"n\":1}}\n]}\n",
                served.post("/db/_local_docs?include_docs=true", "{\"limit\":1}")
                        .body());
        String keys = "{\"keys\":[\"_local/a\"],\"include_docs\":true}";
        assertTrue(served.post("/db/_local_docs", keys).body().contains("\"doc\":{\"_id\":\"_local/a\""));
    }

    @Test
    void severalQueriesAreAnsweredInTheirOrder() {
        String queries = "{\"queries\":[{\"limit\":1},{\"keys\":[\"a\"]},{\"keys\":[\"a\",\"b\"]},{}]}";
        HttpResponse<String> answer = served.post("/db/_all_docs/queries", queries);
        assertEquals(200, answer.statusCode());
        String begin = "{\"total_rows\":4,\"offset\":";
        String body = answer.body();
        assertTrue(body.startsWith("{\"results\":[\n" + begin + "0,\"rows\":[\n{\"id\":\"A\""), body);
        assertTrue(body.contains("\n]}\n," + begin + "3,\"rows\":[\n{\"id\":\"a\""), body);
        assertTrue(body.contains("\n]}\n," + begin + "null,\"rows\":[\n{\"id\":\"a\""), body);
        assertTrue(body.endsWith("\n]}\n]}\n"), body);
        assertEquals("A a a - A _design/x _design/y a", ids(body));
        assertEquals(
                "{\"results\":[\n]}\n",
                served.post("/db/_all_docs/queries", "{\"queries\":[]}").body());
    }

    @Test
    void queriesTakeTheParametersOfTheRequestAndOfTheListing() {
        String queries = "{\"queries\":[{},{\"limit\":2}]}";
        assertEquals(
                "_local/c _local/c _local/b",
                ids(served.post("/db/_local_docs/queries?descending=true&limit=1", queries)
                        .body()));
        assertEquals(
                "_design/x _design/y _design/x _design/y",
                ids(served.post("/db/_design_docs/queries", queries).body()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"queries\":[{},{\"limit\":-1}]}",
                "{\"queries\":[{},{\"limit\":\"x\"}]}",
                "{\"queries\":[{},{\"keys\":{}}]}",
                "{\"queries\":[{\"descending\":1}]}",
                "{\"queries\":[7]}",
                "{\"queries\":[[]]}",
                "{\"queries\":{}}",
                "{\"queries\":null}",
                "{\"queries\":[{}",
                "[]",
                "",
            })
    void oneBadQueryRefusesAll(String body) {
        for (String listing : List.of("_all_docs", "_design_docs", "_local_docs")) {
            HttpResponse<String> refused = served.post("/db/" + listing + "/queries", body);
            assertEquals(400, refused.statusCode(), body);
            assertTrue(refused.body().contains("\"reason\":\""), refused.body());
        }
    }

    @Test
    void queriesArePostedAndBounded() {
        assertEquals(QUERIES_MISSING, served.post("/db/_all_docs/queries", "{}").body());
        HttpResponse<String> refused = served.get("/db/_all_docs/queries");
        assertEquals(405, refused.statusCode());
        assertEquals("POST", refused.headers().firstValue("Allow").orElse(""));
        assertEquals("{\"error\":\"method_not_allowed\",\"reason\":\"Only POST allowed\"}\n", refused.body());
        assertEquals(404, served.get("/db/_all_docs/x").statusCode());
        assertEquals(404, served.get("/db/_all_docs/queries/x").statusCode());
        assertEquals(
                404,
                served.post("/none/_local_docs/queries", "{\"queries\":[]}").statusCode());
        String large = "{\"queries\":[{\"keys\":[\"" + "y".repeat(2000) + "\"]}]}";
        assertEquals(413, served.post("/db/_all_docs/queries", large).statusCode());
        assertEquals(413, served.post("/db/_local_docs", large).statusCode());
    }
}
