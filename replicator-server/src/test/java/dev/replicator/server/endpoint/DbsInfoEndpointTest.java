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

/** Databases by the list: what is said of them, and what a client knows already. */
class DbsInfoEndpointTest {
    private static final Pattern KEY = Pattern.compile("\\{\"key\":\"([^\"]*)\"");

    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder, Served.with(Keys.MAX_DBS_INFO, 2));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|_replicator _users a b db",
                "?limit=2|_replicator _users",
                "?skip=3|b db",
                "?descending=true&limit=2|db b",
                "?startkey=%22a%22&endkey=%22b%22|a b",
                "?startkey=%22a%22&endkey=%22b%22&inclusive_end=false|a",
                "?start_key=%22b%22&end_key=%22a%22&descending=true|b a",
                "?key=%22b%22|b",
                "?key=%22c%22|''",
                "?startkey=1&limit=1|_replicator",
                "?endkey=1|''",
                "?startkey=%7B%7D|''",
                "?limit=0|''",
            })
    void saysTheSameOfARangeAsOfEach(String query, String names) {
        served.put("/a", "");
        served.put("/b", "");
        served.save("/b/doc", "{}");
        String rows = names.isEmpty()
                ? ""
                : String.join(
                        ",", List.of(names.split(" ")).stream().map(this::row).toList());
        String path = query == null ? "" : query;
        assertEquals("[" + rows + "]\n", served.get("/_dbs_info" + path).body());
        String list = names.isEmpty() ? "" : "\"" + names.replace(" ", "\",\"") + "\"";
        assertEquals("[" + list + "]\n", served.get("/_all_dbs" + path).body());
    }

    private String row(String name) {
        return "{\"key\":\"" + name + "\",\"info\":"
                + served.get("/" + name).body().strip() + "}";
    }

    @Test
    void namesThatAreAskedForHaveARowEach() {
        HttpResponse<String> answer = served.post("/_dbs_info", "{\"keys\":[\"none\",\"db\"]}");
        assertEquals(200, answer.statusCode());
        assertEquals("[{\"key\":\"none\",\"error\":\"not_found\"}," + row("db") + "]\n", answer.body());
        assertEquals("[]\n", served.post("/_dbs_info", "{\"keys\":[]}").body());
        assertEquals(
                List.of("none", "none"),
                KEY.matcher(served.post("/_dbs_info", "{\"keys\":[\"none\",\"none\"]}")
                                .body())
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "", "{\"keys\":\"db\"}", "{\"keys\":[1]}", "{\"keys\":[\"a\",\"b\",\"c\"]}"})
    void refusesOtherKeysAndTooMany(String body) {
        HttpResponse<String> refused = served.post("/_dbs_info", body);
        assertEquals(400, refused.statusCode(), refused.body());
    }

    @Test
    void theRefusalOfTooManyNamesTheLimit() {
        assertEquals(
                "{\"error\":\"bad_request\",\"reason\":\"More than 2 keys (chttpd/max_db_number_for_dbs_info_req).\"}\n",
                served.post("/_dbs_info", "{\"keys\":[\"a\",\"b\",\"c\"]}").body());
    }

    @Test
    void isForAdministratorsAndTakesHead() {
        assertEquals(401, served.anonymously("GET", "/_dbs_info", "").statusCode());
        assertEquals(200, served.head("/_dbs_info").statusCode());
        HttpResponse<String> refused = served.put("/_dbs_info", "{}");
        assertEquals(405, refused.statusCode());
        assertEquals("GET,HEAD,POST", refused.headers().firstValue("Allow").orElseThrow());
    }

    @Test
    void aListOfNamesThatIsKnownIsNotSentAgain() {
        String tag = served.get("/_all_dbs").headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> known = served.get("/_all_dbs", "If-None-Match", tag);
        assertEquals(304, known.statusCode());
        assertEquals(tag, known.headers().firstValue("ETag").orElseThrow());
        assertTrue(known.body().isEmpty());
        served.put("/another", "");
        assertEquals(200, served.get("/_all_dbs", "If-None-Match", tag).statusCode());
    }
}
