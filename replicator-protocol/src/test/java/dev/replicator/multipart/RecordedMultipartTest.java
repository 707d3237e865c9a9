package dev.replicator.multipart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.replicator.error.CouchException;
import dev.replicator.testing.Recordings;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Multipart bodies that CouchDB sent, and that it took. */
class RecordedMultipartTest {
    private static Recordings.Exchange exchange(String topic, String name) {
        return Recordings.of(topic).stream()
                .filter(exchange -> exchange.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static MediaType type(JsonNode message) {
        for (var header : message.get("headers").properties()) {
            if (header.getKey().equalsIgnoreCase("Content-Type")) {
                return MediaType.parse(header.getValue().stringValue());
            }
        }
        throw new AssertionError("no type");
    }

    /** The parts of a recorded answer; its gzipped bytes are lost, as it was recorded as text. */
    private static List<CollectedParts.Part> answered(Recordings.Exchange exchange) {
        return parts(
                type(exchange.response()),
                new String(exchange.answer().stringValue().getBytes(UTF_8), ISO_8859_1));
    }

    private static List<CollectedParts.Part> sent(String name) {
        Recordings.Exchange exchange = exchange("attachments", name);
        byte[] bytes = Base64.getDecoder().decode(exchange.sent().get("base64").stringValue());
        return parts(type(exchange.request()), new String(bytes, ISO_8859_1));
    }

    private static List<CollectedParts.Part> parts(MediaType type, String body) {
        return CollectedParts.of(type.boundary(), body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "multipart put                         | abc,defg",
                "multipart put by name                 | defg,abc",
                "multipart put with new edits false    | abc",
                "multipart with a part missing         | ",
                "multipart with a wrong length         | abc"
            })
    void requestsToPutADocumentAreRead(String name, String attachments) {
        List<CollectedParts.Part> parts = sent(name);
        assertEquals(
                "application/json",
                parts.getFirst().headers().contentType().orElseThrow().type());
        JsonNode document = JsonMapper.shared().readTree(parts.getFirst().text());
        assertEquals(
                true, document.get("_attachments").get("one").get("follows").booleanValue());
        assertEquals(
                Optional.ofNullable(attachments).orElse(""),
                String.join(
                        ",",
                        parts.stream().skip(1).map(CollectedParts.Part::text).toList()));
    }

    @Test
    void partsMayNameTheirAttachment() {
        assertEquals(
                List.of(Optional.empty(), Optional.of("two"), Optional.of("one")),
                sent("multipart put by name").stream()
                        .map(part -> part.headers().filename())
                        .toList());
    }

    @Test
    void aRequestMayLackItsBoundary() {
        Recordings.Exchange exchange = exchange("attachments", "multipart without a boundary");
        assertThrows(CouchException.class, () -> type(exchange.request()).boundary());
    }

    @Test
    void aDocumentIsFollowedByItsAttachment() {
        List<CollectedParts.Part> parts = answered(exchange("attachments", "multipart get"));
        assertEquals(2, parts.size());
        assertEquals(
                "fresh",
                JsonMapper.shared().readTree(parts.getFirst().text()).get("_id").stringValue());
        PartHeaders headers = parts.get(1).headers();
        assertEquals("f.txt", headers.filename().orElseThrow());
        assertEquals(25, headers.contentLength().orElseThrow());
        assertEquals("gzip", headers.value("content-encoding").orElseThrow());
    }

    @Test
    void openRevisionsAreParts() {
        List<CollectedParts.Part> plain = answered(exchange("documents", "open revs all multipart"));
        for (CollectedParts.Part part : plain) {
            assertEquals(
                    "a", JsonMapper.shared().readTree(part.text()).get("_id").stringValue());
        }
        assertEquals(false, plain.isEmpty());
        assertEquals(
                List.of("mp", "one", "two"), nested(exchange("attachments", "open revs multipart with attachments")));
    }

    @Test
    void bulkGetNamesDocumentsInHeaders() {
        Recordings.Exchange exchange = exchange("attachments", "bulk get multipart");
        List<CollectedParts.Part> parts = answered(exchange);
        assertEquals(2, parts.size());
        assertEquals("mp", parts.getFirst().headers().value("x-doc-id").orElseThrow());
        assertEquals(
                "1-1d0b93d49c1df50151894c616c164922",
                parts.getFirst().headers().value("x-rev-id").orElseThrow());
        assertEquals(
                "true",
                parts.get(1)
                        .headers()
                        .contentType()
                        .orElseThrow()
                        .parameter("error")
                        .orElseThrow());
        assertEquals(List.of("mp", "one", "two", "none"), nested(exchange));
    }

    /** The documents' ids and the attachments' names of an answer, its bytes coming one by one. */
    private static List<String> nested(Recordings.Exchange exchange) {
        List<String> names = new ArrayList<>();
        MultipartParser parser = new MultipartParser(
                type(exchange.response()).boundary(), MultipartLimits.ofParts(10), new DocumentsAndAttachments(names));
        for (byte b : exchange.answer().stringValue().getBytes(UTF_8)) {
            parser.take(new byte[] {b}, 0, 1);
        }
        parser.end();
        return names;
    }

    /** Reads the parts that are multipart bodies themselves while they come. */
    private static final class DocumentsAndAttachments implements PartHandler {
        private final List<String> names;
        private final CollectedParts leaf = new CollectedParts();
        private Optional<MultipartParser> inner = Optional.empty();

        private DocumentsAndAttachments(List<String> names) {
            this.names = names;
        }

        @Override
        public void begin(PartHeaders headers) {
            inner = headers.contentType()
                    .filter(MediaType::isMultipart)
                    .map(type -> new MultipartParser(
                            type.boundary(), MultipartLimits.ofParts(10), new DocumentsAndAttachments(names)));
            if (inner.isEmpty()) {
                leaf.begin(headers);
            }
        }

        @Override
        public void data(byte[] bytes, int offset, int count) {
            inner.ifPresentOrElse(parser -> parser.take(bytes, offset, count), () -> leaf.data(bytes, offset, count));
        }

        @Override
        public void endPart() {
            inner.ifPresentOrElse(MultipartParser::end, this::endLeaf);
        }

        private void endLeaf() {
            leaf.endPart();
            CollectedParts.Part part = leaf.parts().getLast();
            names.add(part.headers()
                    .filename()
                    .orElseGet(() -> id(JsonMapper.shared().readTree(part.text()))));
        }

        private static String id(JsonNode document) {
            return (document.has("_id") ? document.get("_id") : document.get("id")).stringValue();
        }
    }
}
