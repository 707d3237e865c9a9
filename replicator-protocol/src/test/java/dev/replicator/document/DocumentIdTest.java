package dev.replicator.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.replicator.error.CouchException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentIdTest {
    /** In UTF-8 they have one to four bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "ü", "€", "𝄞"})
    void anIdHas8192BytesAtTheMost(String character) {
        int bytes = character.getBytes(StandardCharsets.UTF_8).length;
        String longest = character.repeat(8192 / bytes) + "x".repeat(8192 % bytes);
        assertEquals(longest, DocumentId.check(longest));
        CouchException refused = assertThrows(CouchException.class, () -> DocumentId.check(longest + "x"));
        assertEquals("illegal_docid", refused.error().error());
        assertEquals(400, refused.error().status());
        assertEquals("Document id is longer than 8192 bytes", refused.error().reason());
    }
}
