package dev.replicator.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.RevisionContent;
import dev.replicator.local.AttachmentCoding;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevision.Following;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.WriteFailure;
import dev.replicator.revision.Revision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Revisions that were made elsewhere. */
abstract class PeerWriteContract extends PeerFixture {
    private List<WriteFailure> write(String... documents) throws InterruptedException {
        return peer.write(List.of(documents).stream().map(PeerFixture::document).toList());
    }

    // ---- without attachments

    @Test
    void revisionsAreAddedWithTheirHistory() throws InterruptedException {
        assertEquals(
                List.of(),
                write(
                        "{\"_id\":\"a\",\"_rev\":\"3-c\",\"n\":1.0,"
                                + "\"_revisions\":{\"start\":3,\"ids\":[\"c\",\"b\",\"a\"]}}",
                        "{\"_id\":\"_design/\u00e9 x\",\"_rev\":\"7-odd +\"}"));
        assertEquals(
                revisions("3-c", "2-b", "1-a"),
                stored(db, "a").tree().history(Revision.parse("3-c")).stream()
                        .map(node -> node.revision())
                        .toList());
        assertEquals("{\"n\":1.0}", body(db, "a", "3-c"));
        assertEquals(
                Revision.parse("7-odd +"),
                stored(db, "_design/\u00e9 x").tree().winner().revision());
    }

    @Test
    void nothingIsWrittenTwice() throws InterruptedException {
        String[] documents = {
            "{\"_id\":\"a\",\"_rev\":\"2-b\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]},\"v\":1}",
            "{\"_id\":\"b\",\"_rev\":\"1-x\",\"_deleted\":true}"
        };
        assertEquals(List.of(), write(documents));
        String last = db.last().token();
        assertEquals(List.of(), write(documents));
        assertEquals(last, db.last().token());
    }

    @Test
    void nothingIsWrittenOfNothing() throws InterruptedException {
        assertEquals(List.of(), write());
    }

    @Test
    void conflictsAreKept() throws InterruptedException {
        Revision here = put("{\"_id\":\"a\",\"v\":\"here\"}");
        assertEquals(List.of(), write("{\"_id\":\"a\",\"_rev\":\"1-elsewhere\",\"v\":2}"));
        List<Revision> leaves = stored(db, "a").tree().leaves().stream()
                .map(leaf -> leaf.revision())
                .toList();
        assertEquals(2, leaves.size());
        assertTrue(leaves.contains(here));
    }

    @Test
    void tombstonesAreAddedWithTheirBodies() throws InterruptedException {
        write("{\"_id\":\"a\",\"_rev\":\"1-a\"}");
        write("{\"_id\":\"a\",\"_rev\":\"2-b\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]},"
                + "\"_deleted\":true,\"why\":\"x\"}");
        assertTrue(stored(db, "a").tree().isDeleted());
        assertEquals("{\"why\":\"x\"}", body(db, "a", "2-b"));
    }

    @Test
    void whatIsRefusedDoesNotKeepOthersOut() throws InterruptedException {
        List<FetchedRevision.Document> revisions = List.of(
                document("{\"_id\":\"a\",\"_rev\":\"1-a\"}"),
                new FetchedRevision.Document(
                        "bad", Revision.parse("1-b"), "{\"_id\":\"bad\",\"_rev\":\"1-b\",\"_no\":1}".getBytes(UTF_8)),
                document("{\"_id\":\"c\",\"_rev\":\"1-c\"}"),
                document("{\"_id\":\"stub\",\"_rev\":\"1-d\",\"_attachments\":{\"f\":{\"stub\":true}}}"),
                document("{\"_id\":\"e\",\"_rev\":\"1-e\"}"));
        List<WriteFailure> failures = peer.write(revisions);
        assertEquals(
                List.of("bad 1-b doc_validation", "stub 1-d missing_stub"),
                failures.stream()
                        .map(failure -> failure.id() + " " + failure.revision() + " " + failure.error())
                        .toList());
        assertTrue(failures.getFirst().reason().contains("_no"), failures.toString());
        for (String id : List.of("a", "c", "e")) {
            assertTrue(db.document(id).isPresent(), id);
        }
        assertTrue(db.document("bad").isEmpty());
        assertTrue(db.document("stub").isEmpty());
    }

    @Test
    void manyAreWritten() throws InterruptedException {
        String text = "x".repeat(5_000);
        List<FetchedRevision.Document> documents = IntStream.range(0, 2_300)
                .mapToObj(i -> document("{\"_id\":\"" + i + "\",\"_rev\":\"1-a\",\"v\":\"" + text + "\"}"))
                .toList();
        assertEquals(List.of(), peer.write(documents));
        assertEquals(2_300, db.status().documents());
    }

    @Test
    void aStubStandsForWhatTheAncestorHas() throws InterruptedException {
        put("{\"_id\":\"a\",\"_attachments\":{\"f\":{\"content_type\":\"image/png\",\"data\":\"AAEC\"}}}");
        Revision first = stored(db, "a").tree().winner().revision();
        assertEquals(
                List.of(),
                write("{\"_id\":\"a\",\"_rev\":\"2-b\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"" + first.id()
                        + "\"]},\"_attachments\":{\"f\":{\"stub\":true,\"revpos\":1}}}"));
        assertArrayEquals(new byte[] {0, 1, 2}, bytes(attachment("a", "2-b", "f")));
    }

    // ---- with attachments

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static String md5(byte[] bytes) {
        try {
            return "md5-"
                    + Base64.getEncoder()
                            .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] gzipped(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static String entry(String name, String contentType, long length, String digest) {
        return "\"" + name + "\":{\"follows\":true,\"content_type\":\"" + contentType + "\",\"revpos\":1,\"length\":"
                + length + ",\"digest\":\"" + digest + "\"}";
    }

    private static String json(String id, String entries) {
        return "{\"_id\":\"" + id + "\",\"_rev\":\"1-a\",\"_revisions\":{\"start\":1,\"ids\":[\"a\"]},\"v\":1,"
                + "\"_attachments\":{" + entries + "}}";
    }

    private static Following image(String name, long bytes) {
        return new Following(name, "image/png", false, bytes);
    }

    private Attachment attachment(String id, String revision, String name) {
        RevisionContent content =
                db.content(stored(db, id), Revision.parse(revision)).orElseThrow();
        return content.attachments().stream()
                .filter(attachment -> attachment.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private byte[] bytes(Attachment attachment) {
        try (InputStream bytes = AttachmentCoding.decoded(db, attachment.blob())) {
            return bytes.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertNothingLeft(String id) {
        assertTrue(db.document(id).isEmpty());
        assertEquals(0, db.sweepAttachments());
    }

    @Test
    void attachmentsAreAddedAsTheyCome() throws InterruptedException {
        byte[] image = noise(200_000);
        byte[] text = gzipped("text and text. ".repeat(10_000).getBytes(UTF_8));
        String name = "\u00e9 /x?";
        FetchedRevision.Document document = document(
                json(
                        "\u00e9/a",
                        entry(name, "image/png", image.length, md5(image))
                                + ",\"t\":{\"follows\":true,\"content_type\":\"text/plain\",\"encoding\":\"gzip\","
                                + "\"length\":150000,\"encoded_length\":" + text.length + ",\"digest\":\"" + md5(text)
                                + "\"}," + entry("empty", "image/png", 0, md5(new byte[0]))),
                List.of(
                        image(name, image.length),
                        new Following("t", "text/plain", true, text.length),
                        image("empty", 0)),
                concat(image, text));
        assertEquals(Optional.empty(), peer.writeWithAttachments(document));
        assertArrayEquals(image, bytes(attachment("\u00e9/a", "1-a", name)));
        assertArrayEquals("text and text. ".repeat(10_000).getBytes(UTF_8), bytes(attachment("\u00e9/a", "1-a", "t")));
        Blob stored = attachment("\u00e9/a", "1-a", "t").blob();
        assertEquals(Blob.Encoding.GZIP, stored.encoding());
        assertEquals(md5(text), "md5-" + Base64.getEncoder().encodeToString(stored.md5()));
        assertEquals(0, bytes(attachment("\u00e9/a", "1-a", "empty")).length);
        assertEquals("{\"v\":1}", body(db, "\u00e9/a", "1-a"));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void aRevisionWithAttachmentsIsWrittenOnce() throws InterruptedException {
        byte[] image = noise(70_000);
        for (int i = 0; i < 2; i++) {
            assertEquals(
                    Optional.empty(),
                    peer.writeWithAttachments(document(
                            json("a", entry("f", "image/png", image.length, md5(image))),
                            List.of(image("f", image.length)),
                            image)));
        }
        assertTrue(db.last().token().startsWith("1-"), db.last().token());
        assertEquals(0, db.sweepAttachments(), "the bytes that came again are not kept");
    }

    /** Some bytes, and then none but an error. */
    private static FetchedRevision.Document breaking(String json, List<Following> following, byte[] bytes) {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] into, int from, int count) throws IOException {
                return read();
            }
        };
        FetchedRevision.Document plain = document(json);
        return new FetchedRevision.Document(
                plain.id(),
                plain.revision(),
                plain.json(),
                following,
                new SequenceInputStream(new ByteArrayInputStream(bytes), broken));
    }

    @Test
    void aSourceThatBreaksOffLeavesNothing() {
        byte[] image = noise(300_000);
        String json = json(
                "a",
                entry("f", "image/png", image.length, md5(image)) + ","
                        + entry("g", "image/png", image.length, md5(image)));
        List<Following> following = List.of(image("f", image.length), image("g", image.length));
        for (int sent : List.of(0, 100_000, 300_000, 300_001)) {
            byte[] bytes = concat(image, image);
            byte[] part = Arrays.copyOf(bytes, sent);
            assertThrows(
                    PeerException.Passing.class,
                    () -> peer.writeWithAttachments(breaking(json, following, part)),
                    sent + " bytes");
            assertNothingLeft("a");
            assertThrows(
                    PeerException.Passing.class,
                    () -> peer.writeWithAttachments(document(json, following, part)),
                    "the end after " + sent + " bytes");
            assertNothingLeft("a");
        }
    }

    @Test
    void bytesThatAreNotWhatWasSaidAreRefused() throws InterruptedException {
        byte[] image = noise(1000);
        List<String> entries = List.of(
                entry("f", "image/png", image.length, md5(noise(999))),
                entry("f", "image/png", 999, md5(image)),
                entry("f", "image/png", 1001, md5(image)),
                "\"f\":{\"follows\":true,\"content_type\":\"text/plain\",\"encoding\":\"gzip\",\"length\":5,"
                        + "\"encoded_length\":1000}");
        for (String entry : entries) {
            WriteFailure failure = peer.writeWithAttachments(
                            document(json("a", entry), List.of(image("f", image.length)), image))
                    .orElseThrow(() -> new AssertionError("taken: " + entry));
            assertEquals("a 1-a", failure.id() + " " + failure.revision());
            assertTrue(failure.reason().contains("'f'"), failure.toString());
            assertNothingLeft("a");
        }
    }

    @Test
    void aStubThatStandsForNothingIsRefused() throws InterruptedException {
        byte[] image = noise(1000);
        WriteFailure failure = peer.writeWithAttachments(document(
                        json("a", "\"s\":{\"stub\":true}," + entry("f", "image/png", image.length, md5(image))),
                        List.of(image("f", image.length)),
                        image))
                .orElseThrow();
        assertEquals("missing_stub", failure.error());
        assertNothingLeft("a");
    }

    @Test
    void aDatabaseThatIsNotThereIsNoFailureOfTheDocument() {
        byte[] image = noise(1000);
        assertThrows(
                PeerException.class,
                () -> peer("none")
                        .writeWithAttachments(document(
                                json("a", entry("f", "image/png", image.length, md5(image))),
                                List.of(image("f", image.length)),
                                image)));
    }
}
