package dev.replicator.multipart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.document.JsonBuffer;
import org.junit.jupiter.api.Test;

class MultipartFramingTest {
    private final MultipartFraming framing = new MultipartFraming("b");
    private final JsonBuffer out = new JsonBuffer();

    private String written() {
        return new String(out.toByteArray(), UTF_8);
    }

    @Test
    void standsBetweenThePartsAndNotAroundThem() {
        framing.begin(out);
        for (String part : new String[] {"{}", "two"}) {
            framing.header(out, "A", "x");
            framing.header(out, "B", "y");
            framing.body(out);
            out.raw(part);
            framing.endPart(out);
        }
        framing.end(out);
        assertEquals("--b\r\nA: x\r\nB: y\r\n\r\n{}\r\n--b\r\nA: x\r\nB: y\r\n\r\ntwo\r\n--b--", written());
    }

    @Test
    void mayHaveNoParts() {
        framing.begin(out);
        framing.end(out);
        assertEquals("--b--", written());
    }

    @Test
    void namesItsBoundaryQuoted() {
        assertEquals("multipart/mixed; boundary=\"b\"", framing.mixed());
        assertEquals("multipart/related; boundary=\"b\"", framing.related());
    }

    @Test
    void noValueEndsItsHeader() {
        framing.header(out, "A", "x\r\n\r\n--b\t\u007fü");
        assertEquals("\r\nA: x    --b  ü", written());
    }

    @Test
    void noNameEndsItsQuotes() {
        assertEquals("attachment; filename=\"a\\\"b\\\\c/ü\"", MultipartFraming.attachment("a\"b\\c/ü"));
    }
}
