package dev.replicator.multipart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.document.JsonBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartHeadersTest {
    private static PartHeaders parse(String lines) {
        return PartHeaders.parse(lines, what -> {
            throw new AssertionError(what);
        });
    }

    @Test
    void namesAreOfAnyCase() {
        PartHeaders headers =
                parse("X-Doc-Id: a:b \r\nx-rev-ID:\t1-x\r\nContent-Length: 25\r\nCONTENT-ENCODING:gzip\r\nE:");
        assertEquals("a:b", headers.value("x-doc-id").orElseThrow());
        assertEquals("1-x", headers.value("X-Rev-Id").orElseThrow());
        assertEquals("gzip", headers.value("Content-Encoding").orElseThrow());
        assertEquals("", headers.value("e").orElseThrow());
        assertEquals(OptionalLong.of(25), headers.contentLength());
        assertEquals(Optional.empty(), headers.contentType());
        assertEquals(Optional.empty(), headers.filename());
        assertEquals(new PartHeaders(Map.of("A", "b")), parse("a: b"));
        assertEquals(new PartHeaders(Map.of()), parse(""));
    }

    @Test
    void aLineMayContinueTheOneBefore() {
        PartHeaders headers = parse("Content-Type: multipart/mixed;\r\n\tboundary=\"a\"\r\nB: c\r\n  d");
        assertEquals("a", headers.contentType().orElseThrow().boundary());
        assertEquals("c  d", headers.value("b").orElseThrow());
    }

    @Test
    void ofRepeatedHeadersTheLastStays() {
        assertEquals("c", parse("A: b\r\na: c").value("A").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1.0", "0x1", "1000000000000000000000", "1 2", "１"})
    void aLengthIsANumber(String length) {
        assertEquals(OptionalLong.empty(), parse("Content-Length: " + length).contentLength());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "attachment; filename=\"f.txt\"                                  | f.txt",
                "attachment; filename=\"a\\\"b.txt\"                             | a\"b.txt",
                "attachment; filename=\"héllo 中.txt\"                            | héllo 中.txt",
                "Attachment;FileName=plain                                       | plain",
                "form-data; name=\"x\"; filename=\"y;z\"                         | y;z",
                "attachment; filename*=UTF-8''%e2%82%ac%20rates                  | € rates",
                "attachment; filename=\"EUR\"; filename*=utf-8'en'%E2%82%AC      | €",
                "attachment; filename*=ISO-8859-1''%e9                           | é",
                "attachment; filename=a; filename*=UTF-8''%e2%82                 | a",
                "attachment; filename=a; filename*=UTF-8''%e                     | a",
                "attachment; filename=a; filename*=UTF-8''%zz                    | a",
                "attachment; filename=a; filename*=UTF-8''é                      | a",
                "attachment; filename=a; filename*=KOI8-R''a                     | a",
                "attachment; filename=a; filename*=b                             | a",
                "attachment; filename=a; filename*=b'c                           | a",
                "attachment; filename*=UTF-8''                                   | ``",
                "attachment; filename=\"unterminated                             | -",
                "attachment                                                      | -"
            })
    void hasAFilename(String disposition, String filename) {
        assertEquals(
                Optional.ofNullable(filename),
                parse("Content-Disposition: " + disposition).filename());
    }

    /** Names as {@link MultipartFraming} writes them, of any characters that are no controls. */
    @Test
    void filenamesComeBack() {
        Random random = new Random(3);
        MultipartFraming framing = new MultipartFraming("b");
        for (int i = 0; i < 5_000; i++) {
            StringBuilder name = new StringBuilder();
            random.ints(random.nextInt(12), 0, 12)
                    .forEach(c -> name.append(c == 0 ? "\ud83d\ude00" : "\"\\ ;='/aé中%*".substring(c - 1, c)));
            JsonBuffer out = new JsonBuffer();
            framing.begin(out);
            framing.header(out, "Content-Disposition", MultipartFraming.attachment(name.toString()));
            framing.body(out);
            framing.endPart(out);
            framing.end(out);
            String body = new String(out.toByteArray(), ISO_8859_1);
            assertEquals(
                    Optional.of(name.toString()),
                    CollectedParts.of("b", body).getFirst().headers().filename(),
                    body);
        }
    }
}
