package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How each algorithm makes ids, and who gets them. */
class DocumentIdsTest {
    private static final InstantSource STANDING = InstantSource.fixed(Instant.parse("2026-11-20T08:00:00.123456Z"));
    private static final Pattern ID = Pattern.compile("\"([^\"]{14,})\"");

    @ParameterizedTest
    @CsvSource({
        "sequential, [0-9a-f]{32}",
        "random, [0-9a-f]{32}",
        "utc_random, [0-9a-f]{32}",
        "utc_id, [0-9a-f]{14}@here",
        "uuid_v7, [0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}",
    })
    void idsHaveTheirFormAndDiffer(String algorithm, Pattern form) {
        DocumentIds ids = DocumentIds.of(algorithm, "@here", STANDING);
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            String id = ids.next();
            assertTrue(form.matcher(id).matches(), id);
            assertTrue(given.add(id), () -> id + " twice");
        }
    }

    @Test
    void thereIsNoOtherAlgorithm() {
        assertThrows(IllegalArgumentException.class, () -> DocumentIds.of("other", "", STANDING));
    }

    @Test
    void sequentialIdsAscendUntilTheirDigitsEnd() {
        DocumentIds ids = DocumentIds.of("sequential", "", STANDING);
        String before = ids.next();
        int prefixes = 1;
        int sinceTurn = 1;
        // A step is 2048 on average, and 16 million are had with one prefix: about 8,000 ids.
        for (int i = 0; i < 40_000; i++) {
            String id = ids.next();
            if (id.startsWith(before.substring(0, 26))) {
                assertTrue(id.compareTo(before) > 0, before + " and then " + id);
                sinceTurn++;
            } else {
                assertTrue(sinceTurn > 4_000, "a new prefix after " + sinceTurn);
                prefixes++;
                sinceTurn = 1;
            }
            before = id;
        }
        assertTrue(prefixes > 3 && prefixes < 11, prefixes + " prefixes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"utc_random", "utc_id"})
    void timesGoOnWhileTheClockStands(String algorithm) {
        DocumentIds ids = DocumentIds.of(algorithm, "", STANDING);
        long first = STANDING.instant().getEpochSecond() * 1_000_000 + 123_456;
        assertEquals(
                List.of(first, first + 1, first + 2),
                Stream.generate(ids::next)
                        .limit(3)
                        .map(id -> Long.parseLong(id.substring(0, 14), 16))
                        .toList());
    }

    @Test
    void version7BeginsWithTheMilliseconds() {
        String id = DocumentIds.of("uuid_v7", "", STANDING).next();
        assertEquals(STANDING.millis(), Long.parseLong(id.substring(0, 12), 16));
    }

    @Test
    void anotherAlgorithmCountsFromTheNextIdOn(@TempDir Path folder) throws IOException {
        try (Served served = new Served(folder)) {
            assertEquals(
                    200,
                    served.put("/_node/_local/_config/uuids/algorithm", "\"utc_id\"")
                            .statusCode());
            assertEquals(
                    200,
                    served.put("/_node/_local/_config/uuids/utc_id_suffix", "\"-new\"")
                            .statusCode());
            String ids = served.get("/_uuids").body();
            assertTrue(ids.endsWith("-new\"]}\n"), ids);
            assertEquals(
                    400,
                    served.put("/_node/_local/_config/uuids/algorithm", "\"other\"")
                            .statusCode());
        }
    }

    @Test
    void documentsWithoutIdsGetThemByTheSameAlgorithm(@TempDir Path folder) throws IOException {
        try (Served served = new Served(
                folder,
                new Served.Setting(Keys.UUID_ALGORITHM, "utc_id"),
                new Served.Setting(Keys.UTC_ID_SUFFIX, "-here"))) {
            List<String> bodies = List.of(
                    served.get("/_uuids").body(),
                    served.post("/db", "{}").body(),
                    served.post("/db/_bulk_docs", "{\"docs\":[{}]}").body());
            for (String body : bodies) {
                assertTrue(
                        Pattern.compile("\"[0-9a-f]{14}-here\"").matcher(body).find(), body);
            }
        }
    }

    @Test
    void nobodyKeepsWhatOthersMayGet(@TempDir Path folder) throws IOException {
        try (Served served = new Served(folder)) {
            HttpResponse<String> answer = served.anonymously("GET", "/_uuids?count=3", "");
            assertEquals(
                    "no-cache", answer.headers().firstValue("Cache-Control").orElseThrow());
            assertEquals("no-cache", answer.headers().firstValue("Pragma").orElseThrow());
            assertEquals(
                    "Mon, 01 Jan 1990 00:00:00 GMT",
                    answer.headers().firstValue("Expires").orElseThrow());
            assertNotEquals(
                    answer.headers().firstValue("ETag").orElseThrow(),
                    served.get("/_uuids?count=3").headers().firstValue("ETag").orElseThrow());
            List<String> ids = ID.matcher(answer.body())
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            assertEquals(3, ids.size());
            assertEquals(
                    1, ids.stream().map(id -> id.substring(0, 26)).distinct().count(), "sequential by default");
            assertEquals("{\"uuids\":[]}\n", served.get("/_uuids?count=0").body());
            for (String bad : List.of("-1", "x", "", "1001", "99999999999")) {
                assertEquals(400, served.get("/_uuids?count=" + bad).statusCode(), bad);
            }
            assertEquals(
                    1000,
                    ID.matcher(served.get("/_uuids?count=1000").body())
                            .results()
                            .count());
        }
    }
}
