package dev.replicator.store;

import static dev.replicator.store.TestEdits.change;
import static dev.replicator.store.TestEdits.content;
import static dev.replicator.store.TestEdits.delete;
import static dev.replicator.store.TestEdits.describe;
import static dev.replicator.store.TestEdits.update;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.revision.Revision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Attachments: storing, sharing, holding, reading and sweeping them. */
abstract class AttachmentsContract extends StoreFixture {
    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static Blob upload(AttachmentLease lease, byte[] bytes) throws IOException {
        try (AttachmentLease.Upload upload = lease.upload()) {
            for (int at = 0; at < bytes.length; at += 8192) {
                upload.write(bytes, at, Math.min(8192, bytes.length - at));
            }
            return upload.finish(Blob.Encoding.IDENTITY, bytes.length);
        }
    }

    private static Edit.Update attach(String id, Revision parent, Blob... blobs) {
        Attachment[] attachments = new Attachment[blobs.length];
        for (int i = 0; i < blobs.length; i++) {
            attachments[i] = new Attachment("file" + i, "text/x; a=\"b\"", 1, blobs[i]);
        }
        return update(id, parent, false, content("{}", attachments));
    }

    /** Stores bytes with a document that refers to them. */
    private Blob store(String id, byte[] bytes) throws IOException {
        try (AttachmentLease lease = db.lease()) {
            Blob blob = upload(lease, bytes);
            Revision parent = db.document(id)
                    .map(document -> document.tree().winner().revision())
                    .orElse(null);
            DocumentsContract.saved(commit(attach(id, parent, blob)).getFirst());
            return blob;
        }
    }

    private byte[] read(Blob blob, int part) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] into = new byte[part];
        int count = db.read(blob, 0, into);
        while (count > 0) {
            bytes.write(into, 0, count);
            count = db.read(blob, bytes.size(), into);
        }
        return bytes.toByteArray();
    }

    private boolean isThere(Blob blob) {
        try (AttachmentLease lease = db.lease()) {
            return lease.keep(blob);
        }
    }

    @Test
    void bytesAreReadAsTheyWereWritten() throws Exception {
        int[] sizes = {0, 1, 255, 8192, 65_535, 65_536, 65_537, 131_072, 1_000_003};
        List<Blob> blobs = new ArrayList<>();
        for (int size : sizes) {
            blobs.add(store("d" + size, random(size, size)));
        }
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < sizes.length; i++) {
                byte[] bytes = random(sizes[i], sizes[i]);
                Blob blob = blobs.get(i);
                assertArrayEquals(bytes, read(blob, 10_007));
                assertArrayEquals(MessageDigest.getInstance("MD5").digest(bytes), blob.md5());
                assertEquals(sizes[i], blob.storedLength());
                assertEquals(sizes[i], blob.length());
                assertEquals(Blob.Encoding.IDENTITY, blob.encoding());
            }
            reopen();
        }
    }

    @Test
    void bytesWrittenOneByOneAndInLargePartsAreTheSame() throws IOException {
        byte[] bytes = random(70_000, 3);
        try (AttachmentLease lease = db.lease()) {
            Blob single;
            try (AttachmentLease.Upload upload = lease.upload()) {
                for (byte b : bytes) {
                    upload.write(b);
                }
                single = upload.finish(Blob.Encoding.IDENTITY, bytes.length);
            }
            Blob whole;
            try (AttachmentLease.Upload upload = lease.upload()) {
                upload.write(bytes);
                whole = upload.finish(Blob.Encoding.IDENTITY, bytes.length);
            }
            assertEquals(single.number(), whole.number());
            commit(attach("a", null, whole));
        }
        assertArrayEquals(
                bytes,
                read(
                        db.content(document("a"), winner("a"))
                                .orElseThrow()
                                .attachments()
                                .getFirst()
                                .blob(),
                        999));
    }

    private Revision winner(String id) {
        return document(id).tree().winner().revision();
    }

    @Test
    void bytesAreReadFromAnOffset() throws IOException {
        byte[] bytes = random(200_000, 5);
        Blob blob = store("a", bytes);
        for (int offset : new int[] {0, 1, 65_535, 65_536, 65_537, 131_000, 199_999}) {
            for (int size : new int[] {1, 100, 65_536, 150_000, 300_000}) {
                byte[] into = new byte[size];
                int expected = Math.min(size, bytes.length - offset);
                assertEquals(expected, db.read(blob, offset, into), offset + " " + size);
                assertArrayEquals(Arrays.copyOfRange(bytes, offset, offset + expected), Arrays.copyOf(into, expected));
            }
        }
        assertEquals(0, db.read(blob, 200_000, new byte[10]));
        assertEquals(0, db.read(blob, 10_000_000_000L, new byte[10]));
        assertEquals(0, db.read(blob, 0, new byte[0]));
    }

    @Test
    void anAttachmentOfARevisionIsKeptWhole() throws IOException {
        byte[] stored = random(100, 1);
        try (AttachmentLease lease = db.lease();
                AttachmentLease.Upload upload = lease.upload()) {
            upload.write(stored);
            Blob blob = upload.finish(Blob.Encoding.GZIP, 5_000_000_000L);
            assertEquals(100, blob.storedLength());
            assertEquals(5_000_000_000L, blob.length());
            assertEquals(Blob.Encoding.GZIP, blob.encoding());
            Edit.Update edit = update(
                    "a",
                    null,
                    false,
                    content(
                            "{\"x\":1}",
                            new Attachment("\u00e9/1 .txt", "text/plain; charset=\"\u00fc\"", 3, blob),
                            new Attachment("b", "", 1_000_000_000_000L, blob)));
            commit(edit);
            reopen();
            assertEquals(
                    describe(edit.content()),
                    describe(db.content(document("a"), winner("a")).orElseThrow()));
            assertEquals(207, db.status().liveBytes());
            assertEquals(200, db.space().revisions().liveAttachments());
        }
    }

    @Test
    void bytesThatAreThereAreSharedNotStoredAgain() throws IOException {
        byte[] bytes = random(100_000, 9);
        Blob first = store("a", bytes);
        Blob second = store("b", bytes);
        assertEquals(first.number(), second.number());
        assertNotEquals(first.number(), store("c", random(100_000, 10)).number());
        reopen();
        assertEquals(first.number(), store("d", bytes).number());
        commit(delete("a", winner("a")), delete("b", winner("b")));
        await(db.compact());
        assertEquals(0, db.sweepAttachments());
        assertArrayEquals(bytes, read(first, 4096));
    }

    @Test
    void sharedBytesKeepTheEncodingThatEachWasGiven() throws IOException {
        byte[] bytes = random(1000, 4);
        store("a", bytes);
        try (AttachmentLease lease = db.lease();
                AttachmentLease.Upload upload = lease.upload()) {
            upload.write(bytes);
            Blob blob = upload.finish(Blob.Encoding.GZIP, 4321);
            assertEquals(Blob.Encoding.GZIP, blob.encoding());
            assertEquals(4321, blob.length());
            commit(attach("b", null, blob));
            assertArrayEquals(bytes, read(blob, 100));
        }
    }

    @Test
    void anInterruptedUploadLeavesNothing() throws IOException {
        byte[] bytes = random(300_000, 2);
        try (AttachmentLease lease = db.lease()) {
            AttachmentLease.Upload upload = lease.upload();
            upload.write(bytes);
            upload.close();
            upload.close();
            try (AttachmentLease.Upload other = lease.upload()) {
                other.write(bytes, 0, 1000);
            }
        }
        assertEquals(0, db.sweepAttachments());
        assertEquals(0, db.status().liveBytes());
        Blob blob = store("a", bytes);
        assertArrayEquals(bytes, read(blob, 5000));
    }

    @Test
    void uploadsAtTheSameTimeDoNotMix() throws IOException {
        byte[] one = random(150_000, 11);
        byte[] two = random(150_000, 12);
        try (AttachmentLease lease = db.lease();
                AttachmentLease.Upload first = lease.upload();
                AttachmentLease.Upload second = lease.upload()) {
            for (int at = 0; at < one.length; at += 1000) {
                first.write(one, at, 1000);
                second.write(two, at, 1000);
            }
            Blob blobOfTwo = second.finish(Blob.Encoding.IDENTITY, two.length);
            Blob blobOfOne = first.finish(Blob.Encoding.IDENTITY, one.length);
            commit(attach("a", null, blobOfOne, blobOfTwo));
            assertArrayEquals(one, read(blobOfOne, 7777));
            assertArrayEquals(two, read(blobOfTwo, 7777));
        }
    }

    @Test
    void aLeaseHoldsWhatNothingRefersTo() throws IOException {
        byte[] bytes = random(1000, 6);
        AttachmentLease lease = db.lease();
        Blob blob = upload(lease, bytes);
        assertEquals(0, db.sweepAttachments());
        assertTrue(lease.keep(blob));
        lease.close();
        lease.close();
        assertFalse(isThere(blob));
        assertEquals(0, db.sweepAttachments());
        assertThrows(StoreException.Corrupt.class, () -> db.read(blob, 0, new byte[10]));
        Blob again = store("a", bytes);
        assertNotEquals(blob.number(), again.number(), "a number is never used again");
        assertArrayEquals(bytes, read(again, 100));
    }

    @Test
    void aCommitHoldsWhatItRefersTo() throws IOException {
        Blob blob = store("a", random(1000, 6));
        assertEquals(0, db.sweepAttachments());
        assertTrue(isThere(blob));
        commit(update("a", winner("a"), false, content("{}")));
        assertEquals(0, db.sweepAttachments(), "the former revision is kept, so its attachment is");
        await(db.compact());
        assertEquals(1, db.sweepAttachments());
        assertFalse(isThere(blob));
    }

    @Test
    void aReferenceOfALosingLeafHolds() throws IOException {
        Blob blob = store("a", random(1000, 6));
        commit(TestEdits.replicated("a", false, "{}", "9-z"));
        await(db.compact());
        assertEquals(0, db.sweepAttachments());
        assertTrue(isThere(blob));
    }

    @Test
    void aConflictingEditRefersToNothing() throws IOException {
        store("a", random(10, 1));
        Blob blob;
        try (AttachmentLease lease = db.lease()) {
            blob = upload(lease, random(1000, 6));
            assertEquals(List.of(new EditOutcome.Conflict()), commit(attach("a", Revision.parse("1-other"), blob)));
        }
        assertFalse(isThere(blob));
        assertEquals(0, db.sweepAttachments());
    }

    @Test
    void aLeaseKeepsWhatLosesItsReferenceMeanwhile() throws IOException {
        byte[] bytes = random(1000, 8);
        Blob blob = store("a", bytes);
        try (AttachmentLease lease = db.lease()) {
            assertTrue(lease.keep(blob));
            commit(delete("a", winner("a")));
            await(db.compact());
            assertEquals(0, db.sweepAttachments());
            commit(attach("b", null, blob));
        }
        assertEquals(0, db.sweepAttachments());
        assertArrayEquals(bytes, read(blob, 100));
        assertEquals(1000, db.status().liveBytes() - 2);
    }

    @Test
    void aLeaseKeepsWhatItFoundThere() throws IOException {
        byte[] bytes = random(1000, 8);
        Blob blob = store("a", bytes);
        try (AttachmentLease lease = db.lease()) {
            assertEquals(blob.number(), upload(lease, bytes).number());
            commit(delete("a", winner("a")));
            await(db.compact());
            assertEquals(0, db.sweepAttachments());
            assertArrayEquals(bytes, read(blob, 100));
        }
        assertFalse(isThere(blob));
        assertEquals(0, db.sweepAttachments());
    }

    @Test
    void leasesHoldEachForItself() throws IOException {
        byte[] bytes = random(1000, 8);
        AttachmentLease first = db.lease();
        AttachmentLease second = db.lease();
        Blob blob = upload(first, bytes);
        assertEquals(blob.number(), upload(second, bytes).number());
        first.close();
        assertEquals(0, db.sweepAttachments());
        second.close();
        assertFalse(isThere(blob));
        assertEquals(0, db.sweepAttachments());
    }

    @Test
    void stemmingLetsGoOfAttachments() throws IOException {
        db.setRevsLimit(2);
        store("a", random(10, 1));
        store("a", random(20, 2));
        assertEquals(0, db.sweepAttachments());
        store("a", random(30, 3));
        assertEquals(1, db.sweepAttachments());
    }

    /** The content that is forgotten may be on its way to where a loser's is kept. */
    @Test
    void stemmingLetsGoOfAttachmentsAlsoWithinOneCommit() throws IOException {
        db.setRevsLimit(2);
        Blob blob = store("a", random(10, 1));
        Edit.Update second = change("a", document("a").tree().winner().revision(), "{\"v\":2}");
        Revision made = second.revisions().madeFrom(second.parent());
        commit(second, change("a", made, "{\"v\":3}"));
        assertEquals(1, db.sweepAttachments());
        assertFalse(isThere(blob));
    }

    @Test
    void leasesEndWithTheStoreAndNumbersStayUnique() throws IOException {
        AttachmentLease lease = db.lease();
        Blob lost = upload(lease, random(1000, 1));
        Blob kept = store("a", random(1000, 2));
        reopen();
        db.sweepAttachments();
        assertFalse(isThere(lost));
        assertTrue(isThere(kept));
        Blob next = store("b", random(1000, 3));
        assertNotEquals(kept.number(), next.number());
        assertArrayEquals(random(1000, 2), read(kept, 100));
    }

    @Test
    void attachmentsOfDatabasesAreApart() throws IOException {
        byte[] bytes = random(1000, 1);
        Blob blob = store("a", bytes);
        Database other = store.create("other").orElseThrow();
        try (AttachmentLease lease = other.lease()) {
            assertFalse(lease.keep(blob));
            Blob own = upload(lease, bytes);
            await(other.commit(List.of(attach("a", null, own))));
        }
        store.delete("other");
        assertArrayEquals(bytes, read(blob, 100));
    }
}
