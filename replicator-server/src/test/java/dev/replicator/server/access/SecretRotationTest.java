package dev.replicator.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which secrets verify, with a clock that the test moves. */
class SecretRotationTest {
    private static final Duration LIFE = Duration.ofMinutes(10);

    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private final SecretRotation rotation = new SecretRotation(() -> now);

    private List<String> secrets(String current) {
        return rotation.secrets(current.getBytes(StandardCharsets.UTF_8), LIFE).stream()
                .map(secret -> new String(secret, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void aReplacedSecretVerifiesForASessionsTime() {
        assertEquals(List.of("a"), secrets("a"));
        assertEquals(List.of("a"), secrets("a"));
        now = now.plusSeconds(60);
        assertEquals(List.of("b", "a"), secrets("b"));
        now = now.plusSeconds(60);
        assertEquals(List.of("c", "a", "b"), secrets("c"));
        now = now.plusSeconds(539);
        assertFalse(rotation.isOutdated());
        assertEquals(List.of("c", "a", "b"), secrets("c"));
        now = now.plusSeconds(1);
        assertTrue(rotation.isOutdated());
        assertEquals(List.of("c", "b"), secrets("c"));
        assertFalse(rotation.isOutdated());
        now = now.plusSeconds(60);
        assertEquals(List.of("c"), secrets("c"));
    }
}
