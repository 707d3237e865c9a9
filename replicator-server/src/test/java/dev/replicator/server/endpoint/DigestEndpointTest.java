package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.revision.LeafDigest;
import dev.replicator.server.config.Keys;
import dev.replicator.store.NaiveDigest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code _digest} over HTTP: its answers, and what it refuses. */
class DigestEndpointTest {
    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder, Served.with(Keys.MAX_LIST_SIZE, 40_000));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private static String text(LeafDigest digest) {
        return "\"digest\":\"" + digest.hex() + "\",\"documents\":" + digest.documents() + ",\"leaves\":"
                + digest.leaves();
    }

    private LeafDigest digest() {
        return NaiveDigest.of(served.database());
    }

    @Test
    void tellsWhatTheWholeDatabaseComesTo() {
        assertTrue(served.get("/db/_digest").body().startsWith("{" + text(LeafDigest.EMPTY) + ",\"update_seq\":\"0"));
        String revision = served.save("/db/a", "{}");
        served.save("/db/b", "{\"x\":1}");
        served.save("/db/_local/c", "{}");
        served.delete("/db/a?rev=" + revision);
        HttpResponse<String> answer = served.get("/db/_digest");
        assertEquals(200, answer.statusCode());
        assertEquals(
                "{" + text(digest()) + ",\"update_seq\":\""
                        + served.database().last().token() + "\"}\n",
                answer.body());
        assertEquals(2, digest().documents());
        assertEquals(200, served.head("/db/_digest").statusCode());
    }

    @Test
    void tellsOfRangesWithPartsAndLeaves() {
        String a = served.save("/db/a", "{}");
        served.save("/db/b", "{}");
        String asked = "{\"ranges\":[{\"end_key\":\"b\"},{\"start_key\":null}],\"split\":1,\"leaves\":true}";
        HttpResponse<String> answer = served.post("/db/_digest", asked);
        assertEquals(200, answer.statusCode(), answer.body());
        String begin = "{\"update_seq\":\"" + served.database().last().token() + "\",\"results\":[\n{\"end_key\":\"b\","
                + "\"rows\":[\n{\"id\":\"a\",\"leaves\":[{\"rev\":\"" + a + "\"}]}\n],\"digest\":\"";
        assertTrue(answer.body().startsWith(begin), answer.body());
        assertTrue(answer.body().contains("\"parts\":[\n{" + text(digest()) + "}]}"), answer.body());
    }

    @Test
    void endsOfRangesAreInTheOrderOfTheirBytesAsIdsAre() {
        String reversedByChars = "{\"ranges\":[{\"start_key\":\"\\ufff0\",\"end_key\":\"\\ud83d\\ude00\"}]}";
        assertEquals(200, served.post("/db/_digest", reversedByChars).statusCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "{}|POST body must include `ranges` parameter.",
                "[]|Request body must be a JSON object",
                "{\"ranges\":7}|`ranges` must be an array.",
                "{\"ranges\":[7]}|Each of `ranges` must be an object.",
                "{\"ranges\":[{\"start_key\":7}]}|`start_key` must be a string or null.",
                "{\"ranges\":[{\"startkey\":\"a\"}]}|Unknown member `startkey` of a range",
                "{\"ranges\":[{\"start_key\":\"b\",\"end_key\":\"a\"}]}|`start_key` b comes after `end_key` a.",
                "{\"ranges\":[],\"split\":0}|`split` must be a number from 1 to 1000.",
                "{\"ranges\":[],\"split\":1001}|`split` must be a number from 1 to 1000.",
                "{\"ranges\":[],\"split\":99999999999}|`split` must be a number from 1 to 1000.",
                "{\"ranges\":[],\"split\":\"2\"}|`split` must be a number from 1 to 1000.",
                "{\"ranges\":[],\"leaves\":1}|`leaves` must be true or false.",
                "{\"ranges\":[],\"range\":[]}|Unknown member `range`: known are",
                "{\"ranges\":[]|invalid UTF-8 JSON",
                "{\"ranges\":[{|invalid UTF-8 JSON",
                "{\"ranges\":[]}x|invalid UTF-8 JSON",
                "{\"ranges\":|invalid UTF-8 JSON",
            })
    void saysWhatIsWrongWithAQuery(String body, String reason) {
        HttpResponse<String> refused = served.post("/db/_digest", body);
        assertEquals(400, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("\"reason\":\"" + reason), refused.body());
    }

    private int status(String ranges) {
        return served.post("/db/_digest", "{\"ranges\":[" + ranges + "]}").statusCode();
    }

    @Test
    void rangesHaveFewDocumentsInCommon() {
        assertEquals(200, status("{},{},{},{}"));
        HttpResponse<String> endless = served.post("/db/_digest", "{\"ranges\":[" + "{},".repeat(4) + "{}]}");
        assertEquals(400, endless.statusCode());
        assertTrue(endless.body().contains("More than 4 ranges overlap at ``."), endless.body());
        String toM = "{\"end_key\":\"m\"}";
        String fromM = "{\"start_key\":\"m\"}";
        String aroundM = "{\"start_key\":\"l\",\"end_key\":\"n\"}";
        assertEquals(200, status((toM + "," + fromM + ",").repeat(4) + "{\"start_key\":\"m\",\"end_key\":\"m\"}"));
        assertEquals(200, status((toM + "," + fromM + ",").repeat(3) + aroundM));
        assertEquals(400, status((fromM + "," + toM + ",").repeat(4) + aroundM));
    }

    @Test
    void errorsShowTheBeginningOfWhatIsLong() {
        String long1 = "x".repeat(5000);
        for (String body : new String[] {
            "{\"ranges\":[{\"start_key\":\"" + long1 + "\",\"end_key\":\"" + "w".repeat(5000) + "\"}]}",
            "{\"ranges\":[{\"" + long1 + "\":1}]}",
            "{\"" + long1 + "\":1}",
            "{\"ranges\":[" + ("{\"start_key\":\"" + long1 + "\"},").repeat(5) + "{}]}"
        }) {
            HttpResponse<String> answer = served.post("/db/_digest", body);
            assertEquals(400, answer.statusCode());
            assertTrue(answer.body().length() < 500, answer.body());
            assertTrue(answer.body().contains("x".repeat(100) + "…"), answer.body());
        }
    }

    @Test
    void isBoundedAndForMembersOnly() {
        String thousand = IntStream.range(0, 1000)
                .mapToObj(i -> "{\"start_key\":\"" + i + "\",\"end_key\":\"" + i + "\"}")
                .collect(Collectors.joining(","));
        assertEquals(
                200,
                served.post("/db/_digest", "{\"ranges\":[" + thousand + "]}").statusCode());
        HttpResponse<String> many = served.post("/db/_digest", "{\"ranges\":[" + thousand + ",{}]}");
        assertEquals(400, many.statusCode());
        assertTrue(many.body().contains("More than 1000 ranges."), many.body());
        String large = "{\"ranges\":[{\"start_key\":\"" + "x".repeat(40_000) + "\"}]}";
        assertEquals(413, served.post("/db/_digest", large).statusCode());
        assertEquals(404, served.get("/none/_digest").statusCode());
        assertEquals(405, served.put("/db/_digest", "{}").statusCode());
        assertEquals(401, served.anonymously("GET", "/db/_digest", "").statusCode());
        assertEquals(
                401,
                served.anonymously("POST", "/db/_digest", "{\"ranges\":[]}", "Content-Type", Served.JSON)
                        .statusCode());
    }
}
