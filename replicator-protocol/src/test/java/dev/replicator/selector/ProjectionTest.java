package dev.replicator.selector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.replicator.document.JsonBuffer;
import dev.replicator.error.CouchException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectionTest {
    private static final String DOCUMENT =
            "{\"n\":1.50,\"s\":\"ü\\n}\",\"e\\\"\":null,\"o\":{\"p\":[10,{\"q\":true},\"x\"],\"r\":{}},\"a.b\":-0,\"z\":2}";

    private static String project(String... fields) {
        byte[] json = ("  " + DOCUMENT).getBytes(UTF_8);
        JsonBuffer out = new JsonBuffer();
        Projection.of(List.of(fields)).write(json, json.length, out, (from, to) -> out.raw(json, from, to - from));
        return new String(out.toByteArray(), UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "n | {\"n\":1.50}",
                "s | {\"s\":\"ü\\n}\"}",
                "e\" | {\"e\\\"\":null}",
                "z;n | {\"z\":2,\"n\":1.50}",
                "a\\.b | {\"a.b\":-0}",
                "a.b | {}",
                "none | {}",
                "n.m | {}",
                "o.r | {\"o\":{\"r\":{}}}",
                "o.p | {\"o\":{\"p\":[10,{\"q\":true},\"x\"]}}",
                "o.p.1.q;o.r | {\"o\":{\"p\":{\"1\":{\"q\":true}},\"r\":{}}}",
                "o.p.0;o.p.2;o.p.7 | {\"o\":{\"p\":{\"0\":10,\"2\":\"x\"}}}",
                "o.r;o | {\"o\":{\"p\":[10,{\"q\":true},\"x\"],\"r\":{}}}",
                "o;o.r | {\"o\":{\"p\":[10,{\"q\":true},\"x\"],\"r\":{}}}",
            })
    void givesTheBytesOfFields(String fields, String expected) {
        assertEquals(expected, project(fields.split(";")));
    }

    @Test
    void refusesNamesThatAreNone() {
        assertThrows(CouchException.class, () -> Projection.of(List.of("a..b")));
        String deep = String.join(".", Collections.nCopies(Projection.MAX_NAMES, "a"));
        Projection.of(List.of(deep));
        assertThrows(CouchException.class, () -> Projection.of(List.of(deep + ".a")));
    }
}
