package dev.replicator.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.replicator.revision.Retention;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeptBodiesTest {
    private static final long NOW = 10_000_000_000L;

    @ParameterizedTest
    @CsvSource({"30d,2592000", "12h,43200", "90m,5400", "45s,45", "0s,0"})
    void aTimeIsCountedBackFromNow(String text, long seconds) {
        assertEquals(
                new Retention.Since(NOW - seconds * 1000),
                KeptBodies.parse(text).at(NOW));
    }

    @Test
    void aNumberCountsBodies() {
        assertEquals(new Retention.Newest(20), KeptBodies.parse("20").at(NOW));
        assertEquals(Retention.NONE, KeptBodies.parse("0").at(NOW));
        assertEquals(Retention.ALL, KeptBodies.parse("forever").at(NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30 d", "30D", "d", "-1", "1000001", "1.5d", "9999999999d", "ever"})
    void whatIsNeitherIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> KeptBodies.parse(text));
    }
}
