package dev.replicator.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;

/** What a scanner holds; what it reads is tested with documents. */
final class JsonScannerTest {
    @Test
    void theRoomOfALargeValueIsNotKeptForTheSmallOnesBehindIt() {
        String large = "\"" + "x".repeat(5 << 20) + "\"";
        JsonScanner scanner = new JsonScanner(new ByteArrayInputStream(("[" + large + ",1]").getBytes(UTF_8)));
        scanner.expect('[');
        assertEquals(large.length(), scanner.taken().length);
        assertTrue(scanner.buffer().length <= 1 << 20, scanner.buffer().length + " bytes are kept");
        scanner.expect(',');
        assertEquals("1", new String(scanner.taken(), UTF_8));
    }
}
