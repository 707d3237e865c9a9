package dev.replicator.document;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonDepthTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|1",
                "{\"a\":1}|1",
                "{\"a\":[],\"b\":{}}|2",
                "{\"a\":[[1],[{}]]}|4",
                "{\"a\":\"[[[[{{{{\"}|1",
                "{\"a\":\"\\\\\\\"[[[[\"}|1",
                "{\"a\\\\\":[1]}|2",
                "{\"[\":{\"{\":\"\"}}|2",
            })
    void containersCountAndWhatStandsInStringsDoesNot(String json, int depth) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertFalse(JsonDepth.exceeds(bytes, depth), json);
        assertTrue(JsonDepth.exceeds(bytes, depth - 1), json);
    }
}
