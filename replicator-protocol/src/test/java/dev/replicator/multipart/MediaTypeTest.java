package dev.replicator.multipart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "multipart/related;boundary=\"xyz\"                      | multipart/related | xyz",
                "multipart/mixed; boundary=--abc                         | multipart/mixed   | --abc",
                "multipart/mixed; boundary=\"--abc\"                     | multipart/mixed   | --abc",
                "Multipart/MIXED ; Charset=utf-8;BOUNDARY = \"a b;c\" ;x | multipart/mixed   | a b;c",
                "multipart/related; type=\"a;boundary=no\"; boundary=yes | multipart/related | yes",
                "multipart/related; boundary=\"a\\\"b\\\\c\"             | multipart/related | a\"b\\c",
                "multipart/related; boundary=a=b:/c;start=\"<x>\"        | multipart/related | a=b:/c",
                "multipart/related; boundary=first; boundary=second      | multipart/related | first",
                "multipart/related;;  ;=;boundary=\"a\" odd; b=c         | multipart/related | a",
                "multipart/related; odd=\"x\"y\"; boundary=a             | multipart/related | a"
            })
    void hasABoundary(String contentType, String type, String boundary) {
        MediaType read = MediaType.parse(contentType);
        assertEquals(type, read.type());
        assertEquals(boundary, read.boundary());
        assertTrue(read.isMultipart());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/related",
                "multipart/related;",
                "multipart/related; boundary",
                "multipart/related; boundary=\"abc",
                "multipart/related; boundary=\"abc\\",
                "multipart/related; xboundary=abc",
                "multipart/related; x=\"boundary=abc\""
            })
    void lacksABoundary(String contentType) {
        CouchException refused = assertThrows(
                CouchException.class, () -> MediaType.parse(contentType).boundary());
        assertEquals(400, refused.error().status());
        assertEquals(
                "Content-Type 'multipart/related' lacks a well-formed boundary parameter",
                refused.error().reason());
    }

    @Test
    void anyTextCanBeRead() {
        assertEquals(new MediaType("", Map.of()), MediaType.parse(""));
        assertEquals(new MediaType("foo", Map.of("a", "")), MediaType.parse(" Foo ;a="));
        assertEquals(
                "true",
                MediaType.parse("application/json; error=\"true\"")
                        .parameter("error")
                        .orElseThrow());
        assertFalse(MediaType.parse("application/json; x=multipart/mixed").isMultipart());
    }

    @Test
    void noTextIsTooOdd() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(20), 0, 9).forEach(c -> text.append("a;=\"\\ \t/é".charAt(c)));
            String type = MediaType.parse(text.toString()).type();
            assertEquals(text.toString().split(";", 2)[0].strip(), type, text.toString());
        }
    }

    @Test
    void quotedStringsComeBack() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(20), 0, 9).forEach(c -> text.append("a;=\"\\ \t/é".charAt(c)));
            String sent = "a/b; x=\"" + text.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"; y=z";
            assertEquals(
                    Map.of("x", text.toString(), "y", "z"),
                    MediaType.parse(sent).parameters(),
                    sent);
        }
    }
}
