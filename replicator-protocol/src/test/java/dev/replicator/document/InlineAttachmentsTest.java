package dev.replicator.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InlineAttachmentsTest {
    private static final AttachmentLimits LIMITS = new AttachmentLimits(1 << 20, 10);

    private final CollectedAttachments collected = new CollectedAttachments();

    private List<SentAttachment> parse(String attachments) {
        return parse(attachments, LIMITS);
    }

    private List<SentAttachment> parse(String attachments, AttachmentLimits limits) {
        return document("{\"_attachments\":{" + attachments + "}}", limits).attachments();
    }

    private ParsedDocument document(String json, AttachmentLimits limits) {
        try {
            return DocumentParser.parse(json.getBytes(UTF_8), collected, limits);
        } finally {
            collected.checkClosed();
        }
    }

    private CouchError error(String json) {
        return assertThrows(CouchException.class, () -> document(json, LIMITS)).error();
    }

    private CouchError entryError(String entry) {
        return error("{\"_attachments\":{\"x\":" + entry + "}}");
    }

    private String text(SentAttachment attachment) {
        return new String(collected.bytes(((SentAttachment.Received) attachment).blob()), UTF_8);
    }

    @Test
    void handsOnWhatIsInside() {
        List<SentAttachment> sent =
                parse("\"a.txt\":{\"content_type\":\"text/plain\",\"data\":\"aGVsbG8=\",\"revpos\":2},"
                        + "\"b\":{\"stub\":true,\"length\":3},\"c\":{\"data\":\"\"}");
        SentAttachment.Received first = (SentAttachment.Received) sent.get(0);
        assertEquals("a.txt", first.name());
        assertEquals("text/plain", first.contentType());
        assertEquals(OptionalLong.of(2), first.revpos());
        assertEquals("hello", text(first));
        assertEquals(new SentAttachment.Stub("b"), sent.get(1));
        assertEquals("application/octet-stream", ((SentAttachment.Received) sent.get(2)).contentType());
        assertEquals("", text(sent.get(2)));
        assertEquals(0, collected.abandoned());
    }

    /** As CouchDB, where Erlang's base64:decode reads them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aGVsbG8=|hello",
                "\\u0061GVsbG8\\u003d|hello",
                "Pz8\\/|???",
                "PT4\\u002b|=>>",
                "aGVs\\r\\nbG8=|hello",
                " a G\\tVsb G8 = |hello",
                "aA = =|h",
                "aB==|h",
                "aGV=|he"
            })
    void decodesAsCouchDbDoes(String data, String text) {
        String decoded = text(parse("\"x\":{\"data\":\"" + data + "\"}").getFirst());
        assertEquals(text, decoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%%%",
                "a",
                "aA",
                "aA=",
                "aGV",
                "aA===",
                "=",
                "====",
                "a===",
                "aGVs=",
                "aA==aA==",
                "aA==x",
                "aA=A",
                "aG-s",
                "aG_s",
                "aGVs\u00e9",
                "aG\\u0100s",
                "aGVs\\ud83d\\ude00",
                "aGVs\\u0000",
                "aGVs\\f",
                "aG\u4e2ds"
            })
    void refusesWhatIsNotBase64(String data) {
        assertEquals(
                CouchError.badRequest("Invalid attachment data for x"),
                entryError("{\"content_type\":\"text/plain\",\"data\":\"" + data + "\"}"));
        assertEquals(1, collected.abandoned());
    }

    @Test
    void findsOneWrongCharacterWhereverItStands() {
        String good = "QUJD".repeat(20_000);
        for (int at : new int[] {0, 1, 2, 3, 4, 32766, 32767, 32768, 65500, 65535, 65536, 79_998}) {
            for (String wrong : List.of("!", "\u00e9", "\\u0000", "=")) {
                String data = good.substring(0, at) + wrong + good.substring(at + 1);
                byte[] json = ("{\"_attachments\":{\"x\":{\"data\":\"" + data + "\"}}}").getBytes(UTF_8);
                CouchException thrown = assertThrows(
                        CouchException.class,
                        () -> DocumentParser.parse(new ByteArrayInputStream(json), collected, LIMITS),
                        () -> wrong + " at " + at);
                assertEquals("Invalid attachment data for x", thrown.error().reason());
                collected.checkClosed();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":\"QUJD",
                "{\"data\":\"QUJD\\",
                "{\"data\":\"QUJD\\x\"}",
                "{\"data\":\"QU\u0001JD\"}",
                "{\"data\":\"QU\\ud83dJD\"}",
                "{\"data\":\"QUJD\"]",
                "{\"data\":\"QUJD\"} 1",
                "{\"data\":\"QUJD\"}, \"y\"}",
                "{\"data\":\"%%%\",}"
            })
    void malformedJsonIsThatWhateverTheAttachmentSays(String entry) {
        assertEquals(CouchError.badRequest("invalid UTF-8 JSON"), entryError(entry));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1|Invalid attachment data for x",
                "\"QUJD\"|Invalid attachment data for x",
                "{}|Invalid attachment data for x",
                "{\"data\":1}|Invalid attachment data for x",
                "{\"data\":[\"QUJD\"]}|Invalid attachment data for x",
                "{\"stub\":\"true\"}|Invalid attachment data for x",
                "{\"stub\":false}|Invalid attachment data for x",
                "{\"data\":\"QUJD\",\"content_type\":1}|content_type of attachment x must be a string",
                "{\"follows\":true}"
                        + "|Attachment 'x' is said to follow, which it can only where the body is multipart/related"
            })
    void refusesEntriesThatBringNothing(String entry, String reason) {
        assertEquals(CouchError.badRequest(reason), entryError(entry));
    }

    @Test
    void checksNames() {
        assertEquals(
                "Attachment name '_x' starts with prohibited character '_'",
                error("{\"_attachments\":{\"_x\":{\"data\":\"QUJD\"}}}").reason());
        assertEquals(
                "Attachment name must not be empty",
                error("{\"_attachments\":{\"\":{\"stub\":true}}}").reason());
        assertEquals(
                "\u00e9/\ud83d\ude00",
                parse("\"\\u00e9\\/\ud83d\ude00\":{\"stub\":true}").getFirst().name());
    }

    @Test
    void ofRepeatedMembersTheLastCountsAtEveryDepth() {
        List<SentAttachment> sent = parse("\"a\":{\"data\":\"%%%\"},\"b\":{\"data\":\"QUFB\",\"data\":\"QkJC\"},"
                + "\"\\u0061\":{\"data\":\"%\",\"data\":\"Q0ND\",\"content_type\":1,\"content_type\":\"t/a\"}");
        assertEquals(List.of("b", "a"), sent.stream().map(SentAttachment::name).toList());
        assertEquals("BBB", text(sent.get(0)));
        assertEquals("CCC", text(sent.get(1)));
        ParsedDocument document = document(
                "{\"_attachments\":{\"a\":{\"data\":\"QUFB\"}},\"_attachments\":{\"b\":{\"data\":\"QkJC\"}},\"n\":1}",
                LIMITS);
        assertEquals("b", document.attachments().getFirst().name());
        assertEquals(1, document.attachments().size());
        assertEquals("{\"n\":1}", new String(document.body(), UTF_8));
    }

    @Test
    void aStubNeedsNoData() {
        assertEquals(
                List.of(new SentAttachment.Stub("a"), new SentAttachment.Stub("b")),
                parse("\"a\":{\"data\":\"QUFB\",\"stub\":true},\"b\":{\"stub\":true,\"data\":\"%\"}"));
        assertEquals(2, collected.abandoned());
    }

    @Test
    void attachmentsBelowTheTopAreBody() {
        String json = "{\"n\":{\"_attachments\":{\"a\":{\"data\":\"%\"}}}}";
        ParsedDocument document = document(json, LIMITS);
        assertEquals(json, new String(document.body(), UTF_8));
        assertEquals(List.of(), document.attachments());
    }

    @Test
    void handsNothingOnOnceTheDocumentIsRefused() {
        error("{\"_id\":5,\"_attachments\":{\"a\":{\"data\":\"QUFB\"}}}");
        assertEquals(0, collected.begun());
    }

    // ---- what follows

    @Test
    void readsWhatIsSaidOfAttachmentsThatFollow() {
        String json = "{\"_attachments\":{\"a\":{\"follows\":true,\"content_type\":\"text/plain\",\"revpos\":3,"
                + "\"length\":5,\"encoded_length\":25,\"encoding\":\"gzip\",\"digest\":\"md5-AAAA\"},"
                + "\"b\":{\"follows\":true},\"c\":{\"data\":\"QUFB\"}}}";
        List<SentAttachment> sent = root(json).attachments();
        assertEquals(
                new SentAttachment.Following(
                        "a",
                        "text/plain",
                        OptionalLong.of(3),
                        OptionalLong.of(5),
                        OptionalLong.of(25),
                        Blob.Encoding.GZIP,
                        Optional.of("md5-AAAA")),
                sent.get(0));
        assertEquals(
                new SentAttachment.Following(
                        "b",
                        "application/octet-stream",
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        Blob.Encoding.IDENTITY,
                        Optional.empty()),
                sent.get(1));
        assertEquals("AAA", text(sent.get(2)));
    }

    private ParsedDocument root(String json) {
        return DocumentParser.parseRoot(new ByteArrayInputStream(json.getBytes(UTF_8)), collected, LIMITS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"length\":\"5\"|400|length of attachment x must be a number of bytes",
                "\"length\":-5|400|length of attachment x must be a number of bytes",
                "\"encoded_length\":1.5|400|encoded_length of attachment x must be a number of bytes",
                "\"encoding\":\"br\"|415|Only gzip and identity content-encodings are supported",
                "\"encoding\":1|415|Only gzip and identity content-encodings are supported"
            })
    void refusesWhatCannotFollow(String member, int status, String reason) {
        String json = "{\"_attachments\":{\"x\":{\"follows\":true," + member + "}}}";
        CouchError error = assertThrows(CouchException.class, () -> root(json)).error();
        assertEquals(status, error.status());
        assertEquals(reason, error.reason());
    }

    // ---- limits

    @Test
    void limitsTheSizeOfAnAttachmentAndTakesNoMoreOfIt() {
        AttachmentLimits limits = new AttachmentLimits(5, 10);
        assertEquals(
                "hello", text(parse("\"x\":{\"data\":\"aGVsbG8=\"}", limits).getFirst()));
        String json = "{\"_attachments\":{\"x\":{\"data\":\"aGVsbG8h\"},\"y\":{\"data\":\"QQ==\"}},\"_id\":\"doc\"}";
        CouchError error =
                assertThrows(CouchException.class, () -> document(json, limits)).error();
        assertEquals(
                new CouchError(
                        413,
                        "attachment_too_large",
                        "Attachment 'x' of document 'doc' has more than the 5 bytes of couchdb/max_attachment_size."),
                error);
        assertEquals(2, collected.begun());
        assertEquals(1, collected.abandoned());
    }

    @Test
    void handsOnNoMoreThanTheLimitAllows() {
        String data = "QUJD".repeat(50_000);
        assertThrows(
                CouchException.class,
                () -> parse("\"x\":{\"data\":\"" + data + "\"}", new AttachmentLimits(60_000, 10)));
        assertTrue(collected.written() > 0 && collected.written() <= 60_000, "written " + collected.written());
    }

    @Test
    void limitsTheNumberOfAttachmentsByTheirNames() {
        AttachmentLimits limits = new AttachmentLimits(5, 2);
        String two = "\"x\":{\"stub\":true},\"y\":{\"stub\":true},\"x\":{\"stub\":true}";
        assertEquals(2, parse(two, limits).size());
        CouchError error = assertThrows(CouchException.class, () -> parse(two + ",\"z\":{\"data\":\"QQ==\"}", limits))
                .error();
        assertEquals(
                new CouchError(
                        413,
                        "document_too_large",
                        "Attachment 'z' of document number 1 of the request is one more than the 2 of"
                                + " replicator/max_attachments."),
                error);
        assertEquals(0, collected.begun());
    }

    @Test
    void aBulkRequestNamesTheDocumentThatGoesBeyondALimit() {
        String json = "{\"docs\":[{\"_id\":\"a\",\"_attachments\":{\"x\":{\"data\":\"QQ==\"}}},"
                + "{\"_attachments\":{\"y\":{\"data\":\"QUJDRA==\"}}},"
                + "{\"_id\":\"c\",\"_attachments\":{\"z\":{\"data\":\"QUJDRA==\"}}}]}";
        CouchError error = assertThrows(
                        CouchException.class,
                        () -> BulkDocs.parse(json.getBytes(UTF_8), collected, new AttachmentLimits(3, 10)))
                .error();
        assertEquals(
                "Attachment 'y' of document number 2 of the request has more than the 3 bytes of"
                        + " couchdb/max_attachment_size.",
                error.reason());
        assertEquals(2, collected.begun());
    }

    // ---- memory

    @Test
    void holdsAWindowOfALargeAttachmentAndNoMore() {
        int millions = 200;
        byte[] million = "QUJD".repeat(250_000).getBytes(UTF_8);
        InputStream data =
                new SequenceInputStream(Collections.enumeration(Collections.nCopies(millions, million).stream()
                        .map(ByteArrayInputStream::new)
                        .toList()));
        InputStream json = new SequenceInputStream(Collections.enumeration(Arrays.asList(
                new ByteArrayInputStream("{\"_attachments\":{\"x\":{\"data\":\"".getBytes(UTF_8)),
                data,
                new ByteArrayInputStream("\"}},\"n\":1}".getBytes(UTF_8)))));
        long[] length = new long[1];
        AttachmentIntake counting = (_, _) -> new AttachmentIntake.Incoming() {
            @Override
            public void write(byte[] bytes, int offset, int count) {
                length[0] += count;
            }

            @Override
            public Blob finish(String contentType) {
                return new Blob(1, new byte[16], length[0], length[0], Blob.Encoding.IDENTITY);
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        ParsedDocument document = DocumentParser.parse(json, counting, new AttachmentLimits(Long.MAX_VALUE, 1));
        long allocated = thread.getCurrentThreadAllocatedBytes() - before;
        assertEquals(750_000L * millions, length[0]);
        assertEquals("{\"n\":1}", new String(document.body(), UTF_8));
        assertTrue(allocated < 1 << 20, "allocated " + allocated);
    }
}
