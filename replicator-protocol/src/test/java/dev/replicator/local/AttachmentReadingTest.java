package dev.replicator.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.changes.ChangesQuery;
import dev.replicator.document.Blob;
import dev.replicator.document.ReadOptions;
import dev.replicator.multipart.MultipartFraming;
import dev.replicator.revision.Revision;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.IdRange;
import dev.replicator.store.StoreException;
import dev.replicator.store.StoredDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What answers read of attachments: which bytes, and that nobody takes them away meanwhile. */
class AttachmentReadingTest extends LocalFixture {
    private static final ReadOptions WITH_ATTACHMENTS = ReadOptions.PLAIN.withAttachments();
    private static final int ROW = 64 * 1024;

    private final HookedDatabase hooked = new HookedDatabase(db);
    private final Database raced = hooked.database();
    private Revision first;

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static Blob store(AttachmentLease lease, byte[] stored, Blob.Encoding encoding, long length)
            throws IOException {
        try (AttachmentLease.Upload upload = lease.upload()) {
            upload.write(stored);
            return upload.finish(encoding, length);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    // ---- which bytes

    @Test
    void storedBytesAreReadFromAnyOffset() throws IOException {
        byte[] bytes = random(2 * ROW + 10);
        try (AttachmentLease lease = db.lease()) {
            Blob blob = store(lease, bytes, Blob.Encoding.IDENTITY, bytes.length);
            for (int offset : new int[] {0, 1, ROW - 1, ROW, ROW + 1, 2 * ROW, bytes.length - 1, bytes.length}) {
                assertArrayEquals(
                        Arrays.copyOfRange(bytes, offset, bytes.length),
                        bytes(AttachmentCoding.stored(db, blob, offset)));
            }
        }
    }

    /** Wherever the first ends: older decoders took a member for the last where they saw no more bytes at hand. */
    @Test
    void gzippedBytesMayBeOfSeveralMembers() throws IOException {
        byte[] second = "second".getBytes(UTF_8);
        try (AttachmentLease lease = db.lease()) {
            for (int length = ROW - 60; length < ROW + 20; length++) {
                ByteArrayOutputStream members = new ByteArrayOutputStream();
                members.write(gzip(random(length)));
                members.write(gzip(second));
                Blob blob = store(lease, members.toByteArray(), Blob.Encoding.GZIP, length + second.length);
                byte[] decoded = bytes(AttachmentCoding.decoded(db, blob));
                assertEquals(length + second.length, decoded.length);
                assertArrayEquals(second, Arrays.copyOfRange(decoded, length, decoded.length));
            }
        }
    }

    // ---- that nobody takes them away

    private void attach() {
        first = put("{\"_id\":\"a\",\"_attachments\":{\"f\":{\"content_type\":\"image/x\",\"data\":\"" + base64("old")
                + "\"}}}");
    }

    private void replaceAndSweep(String next) {
        put("{\"_id\":\"a\",\"_rev\":\"" + first + "\"," + next + "}");
        db.compact().toCompletableFuture().join();
        db.sweepAttachments();
    }

    /** Between reading the revision and holding its attachments, they are swept. */
    private void raceWith(String next) {
        attach();
        hooked.before("lease", 1, () -> replaceAndSweep(next));
    }

    private String withAttachment() {
        return "\"_attachments\":{\"f\":{\"content_type\":\"image/x\",\"data\":\"" + base64("new") + "\"}}";
    }

    private AllDocs listing() {
        return new AllDocs(
                raced,
                Namespace.DOCUMENTS,
                new AllDocs.Query(IdRange.ALL, 0, OptionalLong.empty(), Optional.of(WITH_ATTACHMENTS), false));
    }

    @Test
    void aListingGivesTheNewWinner() {
        raceWith(withAttachment());
        String answer = answer(listing());
        assertEquals(
                base64("new"),
                json(answer).at("/rows/0/doc/_attachments/f/data").stringValue(),
                answer);
    }

    @Test
    void keysGiveTheNewWinner() {
        raceWith("\"n\":2");
        DocsByKeys.Key key = new DocsByKeys.Key("\"a\"".getBytes(UTF_8), Optional.of("a"));
        String answer =
                answer(new DocsByKeys(raced, Namespace.DOCUMENTS, List.of(key), Optional.of(WITH_ATTACHMENTS), false));
        assertEquals(2, json(answer).at("/rows/0/doc/n").intValue(), answer);
    }

    @Test
    void changesGiveTheNewWinner() {
        raceWith("\"n\":2");
        ChangesQuery query = new ChangesQuery(
                ChangesQuery.Kind.NORMAL,
                "0",
                false,
                false,
                false,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.of(WITH_ATTACHMENTS),
                1,
                OptionalLong.empty(),
                ChangesQuery.MAX_TIMEOUT);
        String answer = answer(new ChangesFeed(raced, query));
        assertEquals(2, json(answer).at("/results/0/doc/n").intValue(), answer);
    }

    @Test
    void openRevisionsTellWhatIsGone() {
        raceWith("\"n\":2");
        StoredDocument document = document("a");
        List<DocumentReader.Opened> opened = DocumentReader.openAll(document);
        assertEquals(
                "[{\"missing\":\"" + first + "\"}]\n",
                answer(new OpenRevisions(raced, Optional.of(document), opened, WITH_ATTACHMENTS)));
    }

    @Test
    void soDoMultipartBodies() {
        raceWith("\"n\":2");
        StoredDocument document = document("a");
        String answer = answer(new MultipartRevisions(
                raced,
                Optional.of(document),
                DocumentReader.openAll(document),
                WITH_ATTACHMENTS,
                new MultipartFraming("B"),
                new MultipartFraming("I")));
        assertEquals(
                "--B\r\nContent-Type: application/json; error=\"true\"\r\n\r\n{\"missing\":\"" + first + "\"}\r\n--B--",
                answer);
    }

    @Test
    void aPurgedDocumentIsNotListed() {
        attach();
        hooked.before("lease", 1, () -> {
            db.commit(List.of(new Edit.Purge("a", List.of(first))))
                    .toCompletableFuture()
                    .join();
            db.sweepAttachments();
        });
        assertEquals(0, json(answer(listing())).get("rows").size());
    }

    @Test
    void aPageHoldsWhatItInsertsUntilItIsClosed() {
        attach();
        AnswerPage page = new AnswerPage();
        listing().next(page, 0);
        replaceAndSweep("\"n\":2");
        assertEquals(0, db.sweepAttachments());
        assertTrue(text(db, page).contains(base64("old")));
        assertEquals(1, store.blobs("db"));
        page.close();
        assertEquals(0, store.blobs("db"));
    }

    /** Bytes that are not there though the revision is are no race. */
    @Test
    void lostBytesAreCorruption() {
        attach();
        AttachmentLease forgetful = (AttachmentLease) Proxy.newProxyInstance(
                AttachmentLease.class.getClassLoader(),
                new Class<?>[] {AttachmentLease.class},
                (_, called, _) -> called.getName().equals("keep") ? false : null);
        Database lossy = (Database) Proxy.newProxyInstance(
                Database.class.getClassLoader(),
                new Class<?>[] {Database.class},
                (_, called, arguments) -> called.getName().equals("lease") ? forgetful : called.invoke(db, arguments));
        StoredDocument document = document("a");
        DocumentReader reader = new DocumentReader(lossy);
        AnswerPage page = new AnswerPage();
        assertThrows(StoreException.Corrupt.class, () -> reader.winner(page, document, WITH_ATTACHMENTS));
        assertThrows(
                StoreException.Corrupt.class,
                () -> reader.read(page, document, document.tree().winner(), WITH_ATTACHMENTS));
    }
}
