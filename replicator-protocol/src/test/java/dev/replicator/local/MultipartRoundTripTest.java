package dev.replicator.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.document.ReadOptions;
import dev.replicator.multipart.CollectedParts;
import dev.replicator.multipart.MediaType;
import dev.replicator.multipart.MultipartFraming;
import dev.replicator.multipart.MultipartLimits;
import dev.replicator.multipart.MultipartParser;
import dev.replicator.multipart.PartHandler;
import dev.replicator.multipart.PartHeaders;
import dev.replicator.revision.Revision;
import dev.replicator.store.StoredDocument;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Documents with attachments, written as multipart bodies and read again. */
class MultipartRoundTripTest extends LocalFixture {
    private static final ReadOptions WITH_ATTACHMENTS = ReadOptions.PLAIN.withAttachments();
    private static final MultipartFraming OUTER = new MultipartFraming("0123456789abcdef");
    private static final MultipartFraming INNER = new MultipartFraming("fedcba9876543210");

    /** By name, their bytes as characters. */
    private final Map<String, String> attachments = new LinkedHashMap<>();

    private Revision revision;

    @BeforeEach
    void aDocumentWithAttachments() {
        Random random = new Random(5);
        byte[] noise = new byte[100_000];
        random.nextBytes(noise);
        attachments.put("noise", new String(noise, ISO_8859_1));
        attachments.put("te\"x\\t", "hello\r\n--".repeat(5_000));
        attachments.put("\u00e9\u4e2d/\ud83d\ude00;=", "\r\n--0123456789abcde\r\n--fedcba98765432100\r\n\r\r\n");
        attachments.put("empty", "");
        ObjectNode document =
                JsonMapper.shared().createObjectNode().put("_id", "doc").put("v", "caf\u00e9");
        ObjectNode sent = document.putObject("_attachments");
        attachments.forEach((name, text) -> sent.putObject(name)
                .put("content_type", name.startsWith("te") ? "text/plain; charset=utf-8" : "application/octet-stream")
                .put("data", Base64.getEncoder().encodeToString(text.getBytes(ISO_8859_1))));
        revision = put(document.toString());
    }

    private byte[] written(AnswerPage page) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] text = page.text().toByteArray();
        int from = 0;
        for (AnswerPage.Insertion insertion : page.insertions()) {
            assertEquals(AnswerPage.Form.STORED, insertion.form());
            bytes.write(text, from, insertion.at() - from);
            bytes.write(bytes(AttachmentCoding.stored(db, insertion.blob())));
            from = insertion.at();
        }
        bytes.write(text, from, text.length - from);
        return bytes.toByteArray();
    }

    private static void parse(byte[] body, String boundary, PartHandler handler, int longest) {
        MultipartParser parser = new MultipartParser(boundary, MultipartLimits.ofParts(10), handler);
        Random random = new Random(longest);
        int at = 0;
        while (at < body.length) {
            int count = Math.min(1 + random.nextInt(longest), body.length - at);
            parser.take(body, at, count);
            at += count;
        }
        parser.end();
    }

    /** Checks that parts are the document and its attachments, in the order in which the document lists them. */
    private void assertDocument(List<CollectedParts.Part> parts) throws IOException {
        JsonNode document = json(new String(parts.getFirst().text().getBytes(ISO_8859_1), UTF_8));
        assertEquals("caf\u00e9", document.get("v").stringValue());
        assertEquals(revision.toString(), document.get("_rev").stringValue());
        Map<String, String> read = new LinkedHashMap<>();
        for (CollectedParts.Part part : parts.subList(1, parts.size())) {
            PartHeaders headers = part.headers();
            String name = headers.filename().orElseThrow();
            JsonNode listed = document.get("_attachments").get(name);
            assertEquals(part.text().length(), headers.contentLength().orElseThrow());
            assertEquals(
                    listed.get("content_type").stringValue(),
                    headers.value("Content-Type").orElseThrow());
            assertEquals(
                    Optional.ofNullable(listed.get("encoding")).map(JsonNode::stringValue),
                    headers.value("Content-Encoding"));
            read.put(name, listed.has("encoding") ? gunzipped(part.text()) : part.text());
        }
        assertEquals(attachments, read);
        assertEquals(List.copyOf(document.get("_attachments").propertyNames()), List.copyOf(read.keySet()));
    }

    private static String gunzipped(String text) throws IOException {
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(text.getBytes(ISO_8859_1)))) {
            return new String(plain.readAllBytes(), ISO_8859_1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100, 8192, 1_000_000})
    void aRevisionComesBackWithItsAttachments(int longest) throws IOException {
        StoredDocument document = document("doc");
        AnswerPage page = new AnswerPage();
        new MultipartRevision(
                        new DocumentReader.ReadRevision(
                                document, document.tree().winner(), content("doc", revision)),
                        WITH_ATTACHMENTS)
                .write(page, OUTER);
        CollectedParts collected = new CollectedParts();
        parse(written(page), OUTER.boundary(), collected, longest);
        assertDocument(collected.parts());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100, 8192, 1_000_000})
    void openRevisionsComeBack(int longest) throws IOException {
        replicate("{\"_id\":\"doc\",\"_rev\":\"1-b\",\"v\":2}");
        List<DocumentReader.Opened> opened = DocumentReader.open(
                db.document("doc"), List.of(revision, Revision.parse("9-missing"), Revision.parse("1-b")), false);
        MultipartRevisions revisions =
                new MultipartRevisions(db, db.document("doc"), opened, WITH_ATTACHMENTS, OUTER, INNER);
        AnswerPage page = new AnswerPage();
        assertEquals(AnswerPages.Step.DONE, revisions.next(page, 0));
        Revisions read = new Revisions();
        parse(written(page), OUTER.boundary(), read, longest);
        assertEquals(3, read.revisions.size());
        assertDocument(read.revisions.getFirst());
        assertEquals(
                "{\"missing\":\"9-missing\"}", read.revisions.get(1).getFirst().text());
        assertEquals(
                "1-b", json(read.revisions.get(2).getFirst().text()).get("_rev").stringValue());
    }

    @Test
    void noRevisionsAreNoParts() throws IOException {
        AnswerPage page = new AnswerPage();
        new MultipartRevisions(db, db.document("doc"), List.of(), WITH_ATTACHMENTS, OUTER, INNER).next(page, 0);
        CollectedParts collected = new CollectedParts();
        parse(written(page), OUTER.boundary(), collected, 5);
        assertEquals(List.of(), collected.parts());
    }

    /** Each revision as its parts, of which a revision without attachments has one. */
    private static final class Revisions implements PartHandler {
        private final List<List<CollectedParts.Part>> revisions = new ArrayList<>();
        private CollectedParts parts = new CollectedParts();
        private Optional<MultipartParser> inner = Optional.empty();

        @Override
        public void begin(PartHeaders headers) {
            parts = new CollectedParts();
            inner = headers.contentType()
                    .filter(MediaType::isMultipart)
                    .map(type -> new MultipartParser(type.boundary(), MultipartLimits.ofParts(10), parts));
            if (inner.isEmpty()) {
                parts.begin(headers);
            }
        }

        @Override
        public void data(byte[] bytes, int offset, int count) {
            inner.ifPresentOrElse(parser -> parser.take(bytes, offset, count), () -> parts.data(bytes, offset, count));
        }

        @Override
        public void endPart() {
            inner.ifPresentOrElse(MultipartParser::end, parts::endPart);
            revisions.add(parts.parts());
        }
    }
}
