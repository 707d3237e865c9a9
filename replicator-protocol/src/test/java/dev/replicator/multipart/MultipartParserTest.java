package dev.replicator.multipart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.replicator.error.CouchException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MultipartParserTest {
    private static List<String> texts(String body) {
        return CollectedParts.of("abc", body).stream()
                .map(CollectedParts.Part::text)
                .toList();
    }

    private static String reason(String body) {
        return refused(() -> texts(body));
    }

    private static String refused(Runnable call) {
        CouchException refused = assertThrows(CouchException.class, call::run);
        assertEquals(400, refused.error().status());
        return refused.error().reason();
    }

    @Test
    void partsMayBeWithoutHeadersAndBytes() {
        assertEquals(
                List.of("x", "", ""),
                texts("--abc\r\nA: b\r\n\r\nx\r\n--abc\r\n\r\n\r\n--abc\r\nA: b\r\n\r\n\r\n--abc--"));
        assertEquals(List.of("", "", ""), texts("--abc\r\n\r\n--abc\r\nA: b\r\n\r\n--abc\r\n\r\n--abc--"));
        assertEquals(List.of(), texts("--abc--"));
    }

    @Test
    void whatStandsAroundThePartsIsIgnored() {
        assertEquals(List.of("x"), texts("\r\n--abc\r\n\r\nx\r\n--abc--\r\n"));
        assertEquals(
                List.of("x"),
                texts("text --abc\r\n--ab\r\n--abcd\r\n\r\n--abc\r\n\r\nx\r\n--abc--\r\n--abc\r\ngarbage\n\n--abc"));
    }

    @Test
    void whiteSpaceMayFollowTheBoundary() {
        assertEquals(List.of("x", "y"), texts("--abc \t\r\n\r\nx\r\n--abc  \r\n\r\ny\r\n--abc--"));
        String most = " ".repeat(64);
        assertEquals(List.of("x"), texts("--abc" + most + "\r\n\r\nx\r\n--abc--"));
        assertEquals(
                List.of("\r\n--abc" + most + " \r\n"), texts("--abc\r\n\r\n\r\n--abc" + most + " \r\n\r\n--abc--"));
    }

    @Test
    void whatOnlyBeginsLikeADelimiterIsData() {
        for (String data : new String[] {
            "--abcd",
            "x--abc--",
            "x\n--abc--",
            "x\r--abc--",
            "\r\n--ab",
            "\r\n--abc-",
            "\r\n--abc -",
            "\r\n--abc\r",
            "\r\n--abc\n",
            "\r\n--abc\rx",
            "\r\n--abc \rx",
            "\r\r\n--ab\r",
            "\r\n",
            "\r\n-",
            "\r\n--abC\r\n",
            "\r\n\r\n",
            "--abc\n"
        }) {
            assertEquals(
                    List.of(data, data),
                    texts("--abc\r\n\r\n" + data + "\r\n--abc\r\nA: b\r\n\r\n" + data + "\r\n--abc--"));
        }
    }

    /** CouchDB's answers to {@code _bulk_get}. */
    @Test
    void boundariesMayBeginWithDashes() {
        assertEquals(
                "x\r\n--abc--",
                CollectedParts.of("--abc", "\r\n----abc\r\n\r\nx\r\n--abc--\r\n----abc--")
                        .getFirst()
                        .text());
    }

    @Test
    void boundariesAreOfAnyVisibleCharacters() {
        String odd = " a:b=c/(d)'e+f,?[é]{}\"\\".replace("é", "") + "x".repeat(40);
        assertEquals(
                "x",
                CollectedParts.of(odd, "--" + odd + "\r\n\r\nx\r\n--" + odd + "--")
                        .getFirst()
                        .text());
        assertEquals(List.of(), CollectedParts.of("b".repeat(70), "--" + "b".repeat(70) + "--"));
        for (String no : new String[] {"", "b".repeat(71), "a\r\nb", "a\tb", "é", "\0"}) {
            String reason = refused(() -> CollectedParts.of(no, ""));
            assertEquals(true, reason.startsWith("The boundary of a multipart body must be 1 to 70 "), reason);
        }
    }

    @Test
    void saysWhatIsMissing() {
        assertEquals("The multipart body has no line of its boundary in its 0 bytes", reason(""));
        assertEquals("The multipart body has no line of its boundary in its 9 bytes", reason("--abd\r\n\r\n"));
        String part = "Part 1 of the multipart body, which begins at byte 7: ";
        assertEquals(part + "the body ends within it, after 7 bytes", reason("--abc\r\n"));
        assertEquals(part + "the body ends within it, after 16 bytes", reason("--abc\r\n\r\n\r\n--abc"));
        assertEquals(
                "Part 2 of the multipart body, which begins at byte 19: the body ends within it, after 22 bytes",
                reason("--abc\r\n\r\nx\r\n--abc\r\n\r\nx"));
    }

    @Test
    void saysWhichHeaderIsIllFormed() {
        String part = "Part 2 of the multipart body, which begins at byte 19: ";
        String first = "--abc\r\n\r\nx\r\n--abc\r\n";
        assertEquals(part + "a line of its headers lacks a colon: 'A'", reason(first + "A\r\n\r\n"));
        assertEquals(part + "a line of its headers lacks a colon: '--abc'", reason(first + "--abc\r\n\r\n"));
        assertEquals(part + "a line of its headers begins with no name: ': b'", reason(first + ": b\r\n\r\n"));
        assertEquals(part + "a line of its headers begins with no name: ' A: b'", reason(first + " A: b\r\n\r\n"));
        assertEquals(part + "a line of its headers begins with no name: 'A B: c?'", reason(first + "A B: c\0\r\n\r\n"));
        assertEquals(
                part + "a line of its headers lacks a colon: '" + "x".repeat(80) + "...'",
                reason(first + "x".repeat(81) + "\r\n\r\n"));
        for (String lines : new String[] {"A: b\n\n", "A: b\r\r\n", "\n", "A: b\r\n\rx", "A: b\r\n\n"}) {
            assertEquals(part + "a line of its headers does not end with CRLF", reason(first + lines + "\r\n--abc--"));
        }
    }

    @Test
    void partsAndTheirHeadersAreLimited() {
        MultipartLimits limits = new MultipartLimits(2, 20);
        String headers = "A: " + "b".repeat(13);
        String parts = ("--abc\r\n" + headers + "\r\n\r\nlonger than the headers may be\r\n").repeat(2);
        take(parts + "--abc--", limits);
        assertEquals("The multipart body has more than 2 parts", refused(() -> take(parts + "--abc\r\n", limits)));
        assertEquals(
                "Part 1 of the multipart body, which begins at byte 7: its headers are longer than 20 bytes",
                refused(() -> take("--abc\r\n" + headers + "b\r\n\r\n", limits)));
        assertEquals(
                "Part 1 of the multipart body, which begins at byte 7: its headers are longer than 1000 bytes",
                refused(() -> take("--abc\r\n" + "b".repeat(1001), new MultipartLimits(2, 1000))));
        assertThrows(IllegalArgumentException.class, () -> new MultipartLimits(-1, 20));
        assertThrows(IllegalArgumentException.class, () -> new MultipartLimits(1, 1));
    }

    private static void take(String body, MultipartLimits limits) {
        MultipartParser parser = new MultipartParser("abc", limits, new CollectedParts());
        byte[] bytes = body.getBytes(ISO_8859_1);
        parser.take(bytes, 0, bytes.length);
        parser.end();
    }

    @Test
    void headersAreUtf8OrElseLatin1() {
        String body = "--abc\r\nA: é中\r\n\r\n\r\n--abc--";
        String utf8 = new String(body.getBytes(UTF_8), ISO_8859_1);
        assertEquals(
                "é中",
                CollectedParts.of("abc", utf8).getFirst().headers().value("a").orElseThrow());
        assertEquals(
                "é?",
                CollectedParts.of("abc", body.replace('中', '?'))
                        .getFirst()
                        .headers()
                        .value("a")
                        .orElseThrow());
    }

    /**
     * Attachments of gigabytes are not copied on their way, nor handed on in crumbs where they look like delimiters.
     */
    @Test
    void bytesAreHandedOnInTheArrayTheyCameIn() {
        byte[] body = ("--abc\r\n\r\n" + "\r\n--ab\r\n--abcd".repeat(1000) + "\r\n--abc--").getBytes(ISO_8859_1);
        List<Integer> counts = new ArrayList<>();
        MultipartParser parser = new MultipartParser("abc", MultipartLimits.ofParts(1), new PartHandler() {
            @Override
            public void begin(PartHeaders headers) {
                assertEquals("", String.join("", headers.values().keySet()));
            }

            @Override
            public void data(byte[] bytes, int offset, int count) {
                assertSame(body, bytes);
                counts.add(count);
            }

            @Override
            public void endPart() {
                counts.add(-1);
            }
        });
        parser.take(body, 0, body.length);
        assertEquals(List.of(14_000, -1), counts);
    }

    @Test
    void takesOnlyWhatItIsGivenOfAnArray() {
        byte[] body = "--abc\r\n\r\nx\r\n--abc--".getBytes(ISO_8859_1);
        byte[] among = Arrays.copyOf("--abc--".getBytes(ISO_8859_1), body.length + 20);
        System.arraycopy(body, 0, among, 7, body.length);
        CollectedParts collected = new CollectedParts();
        MultipartParser parser = new MultipartParser("abc", MultipartLimits.ofParts(1), collected);
        parser.take(among, 0, 0);
        parser.take(among, 7, body.length);
        parser.end();
        assertEquals("x", collected.parts().getFirst().text());
        assertThrows(IndexOutOfBoundsException.class, () -> parser.take(among, 20, among.length));
    }
}
